//! Who is at the console.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::login::{Field, LoginForm};
use crate::console::model::overlay::Overlay;
use crate::wire::Login;

/// The longest name, password or code, in characters.
const MOST: usize = 200;

/// The relay wants a person to log in: shows the form, or says in it why it did not go.
pub fn needed(model: &mut Model, why: String) {
    let open = model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Login(form) => Some(form),
        _ => None,
    });
    match open {
        Some(form) => {
            form.asked = false;
            form.refused(why);
        }
        None => {
            let mut form = LoginForm { why, ..LoginForm::default() };
            if let Some(name) = model.mirror.me() {
                form.name.insert(name);
                form.field = Field::Password;
            }
            model.overlays.push(Overlay::Login(Box::new(form)));
        }
    }
}

/// The relay knows the person now.
pub fn done(model: &mut Model) {
    model.overlays.retain(|overlay| !matches!(overlay, Overlay::Login(_)));
}

/// Takes what is asked for while the form has the focus; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Login(form)) = model.overlays.last_mut() else { return false };
    match asked.action {
        Action::Accept if form.asked => {}
        Action::Accept => match form.next_empty() {
            Some(field) => form.field = field,
            None => {
                form.asked = true;
                let code = Some(form.code.text().trim()).filter(|code| !code.is_empty());
                effects.push(Effect::Login(Login {
                    name: form.name.text().trim().to_owned(),
                    password: form.password.text().to_owned(),
                    totp: code.map(str::to_owned),
                }));
            }
        },
        Action::NextField => form.step(false),
        Action::PreviousField => form.step(true),
        // There is nowhere to go back to.
        Action::Back => form.step(true),
        Action::Quit | Action::Suspend | Action::Redraw | Action::Reconnect => return false,
        Action::CopyText | Action::CutText => {}
        action => drop(form.editor().perform(action)),
    }
    true
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str) {
    if let Some(Overlay::Login(form)) = model.overlays.last_mut() {
        let room = MOST.saturating_sub(form.editor().text().chars().count());
        let line: String = text.chars().filter(|c| !c.is_control()).take(room).collect();
        form.editor().insert(&line);
    }
}
