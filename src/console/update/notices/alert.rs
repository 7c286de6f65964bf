//! Alerts by rule, told to who is to know.

use crate::console::alert::say;
use crate::console::effect::{Effect, Notice};
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::wire::AlertView;

/// Tells it by a line below and, unless he wants no disturbance or it is over, a notification.
pub(super) fn tell(model: &mut Model, alert: &AlertView, effects: &mut Vec<Effect>) {
    let title = say(alert, model.settings.language);
    let over = alert.until.is_some();
    let gravity = if over { Gravity::Good } else { Gravity::Warning };
    model.told.tell(model.now, gravity, title.clone());
    if model.settings.notify && !over {
        let about = format!("alert-{}", alert.name);
        effects.push(Effect::Notify(Notice { title, body: String::new(), about, urgent: true }));
    }
}
