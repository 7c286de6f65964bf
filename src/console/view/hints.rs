//! The last row: the keys that help here.

use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::context::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update::acts::why_not;
use crate::console::update::{composer, wall};
use ratatui::layout::Rect;

crate::words! {
    /// Actions in one word, where there is little room.
    pub enum Word {
        Open = ["open", "apri", "abrir", "abrir"],
        Reply = ["reply", "rispondi", "responder", "responder"],
        Take = ["take", "prendi", "pegar", "tomar"],
        TakeNext = ["most urgent", "più urgente", "mais urgente", "más urgente"],
        Solve = ["solve", "risolvi", "resolver", "resolver"],
        SolveNext = ["solve, next", "risolvi, altro", "resolver, próximo", "resolver, otro"],
        Next = ["next", "prossimo", "próximo", "siguiente"],
        Note = ["note", "nota", "nota", "nota"],
        Template = ["template", "modello", "modelo", "plantilla"],
        Snooze = ["snooze", "rimanda", "adiar", "posponer"],
        Assign = ["assign", "assegna", "atribuir", "asignar"],
        Search = ["find", "cerca", "procurar", "buscar"],
        Undo = ["undo", "annulla", "desfazer", "deshacer"],
        Back = ["back", "indietro", "voltar", "atrás"],
        Quit = ["leave", "esci", "sair", "salir"],
        Send = ["send", "invia", "enviar", "enviar"],
        SendSolve = ["send, solve", "invia, risolvi", "enviar, resolver", "enviar, resolver"],
        Newline = ["new line", "a capo", "nova linha", "nueva línea"],
        ReplyNote = ["reply/note", "risposta/nota", "resposta/nota", "respuesta/nota"],
        Editor = ["editor", "editor", "editor", "editor"],
        Retry = ["send again", "invia di nuovo", "enviar de novo", "enviar otra vez"],
        GiveUp = ["give up", "rinuncia", "desistir", "desistir"],
        Arrived = ["it arrived", "è arrivato", "chegou", "llegó"],
        Quote = ["quote", "cita", "citar", "citar"],
        Accept = ["accept", "conferma", "aceitar", "aceptar"],
        Complete = ["complete", "completa", "completar", "completar"],
        Field = ["next field", "campo", "campo", "campo"],
        Language = ["language", "lingua", "idioma", "idioma"],
        Category = ["category", "categoria", "categoria", "categoría"],
        Check = ["check", "confronta", "conferir", "comprobar"],
        Choose = ["choose", "scegli", "escolher", "elegir"],
        Inbox = ["inbox", "ticket", "tickets", "tickets"],
        Cancel = ["cancel", "annulla", "cancelar", "cancelar"],
        TakeCare = ["take care", "occupatene", "cuidar", "encargarse"],
        Spread = ["even out", "pareggia", "equilibrar", "equilibrar"],
        Priority = ["priority", "urgenza", "urgência", "urgencia"],
        More = ["more", "altro", "mais", "más"],
    }
}

/// What is most useful in a context, the most useful first.
fn useful(context: Context) -> &'static [(Action, Word)] {
    match context {
        Context::Inbox => &[
            (Action::Reply, Word::Reply),
            (Action::Open, Word::Open),
            (Action::NextForMe, Word::Next),
            (Action::Take, Word::Take),
            (Action::Solve, Word::Solve),
            (Action::Search, Word::Search),
            (Action::Snooze, Word::Snooze),
            (Action::Assign, Word::Assign),
            (Action::Note, Word::Note),
            (Action::Template, Word::Template),
            (Action::TakeNext, Word::TakeNext),
            (Action::Undo, Word::Undo),
            (Action::Quit, Word::Quit),
        ],
        Context::Thread => &[
            (Action::Back, Word::Back),
            (Action::Reply, Word::Reply),
            (Action::Arrived, Word::Arrived),
            (Action::Retry, Word::Retry),
            (Action::GiveUp, Word::GiveUp),
            (Action::Solve, Word::Solve),
            (Action::SolveNext, Word::SolveNext),
            (Action::Take, Word::Take),
            (Action::Template, Word::Template),
            (Action::Note, Word::Note),
            (Action::NextForMe, Word::Next),
            (Action::Quote, Word::Quote),
            (Action::Snooze, Word::Snooze),
            (Action::Assign, Word::Assign),
            (Action::Undo, Word::Undo),
        ],
        Context::Composer => &[
            (Action::Send, Word::Send),
            (Action::Back, Word::Back),
            (Action::Newline, Word::Newline),
            (Action::SendSolve, Word::SendSolve),
            (Action::ToggleNote, Word::ReplyNote),
            (Action::Template, Word::Template),
            (Action::ExternalEditor, Word::Editor),
            (Action::Solve, Word::Solve),
        ],
        Context::Picker => &[
            (Action::Accept, Word::Accept),
            (Action::NextField, Word::Field),
            (Action::TemplateLanguage, Word::Language),
            (Action::TemplateCategory, Word::Category),
            (Action::TemplateSync, Word::Check),
            (Action::Back, Word::Back),
        ],
        Context::Prompt | Context::Palette | Context::Help => &[
            (Action::Accept, Word::Accept),
            (Action::Complete, Word::Complete),
            (Action::Down, Word::Choose),
            (Action::Back, Word::Back),
        ],
        Context::Wall => &[
            (Action::Accept, Word::Open),
            (Action::Back, Word::Back),
            (Action::Acknowledge, Word::TakeCare),
            (Action::Spread, Word::Spread),
            (Action::Assign, Word::Assign),
            (Action::Priority, Word::Priority),
            (Action::Note, Word::Note),
            (Action::GoInbox, Word::Inbox),
        ],
        Context::Confirm => &[(Action::Accept, Word::Accept), (Action::Back, Word::Back)],
        Context::Login => &[
            (Action::Accept, Word::Accept),
            (Action::NextField, Word::Field),
            (Action::Quit, Word::Quit),
        ],
        Context::Global => &[],
    }
}

/// On the wall: what is done to what stands there.
fn is_about_row(action: Action) -> bool {
    matches!(action, Action::Assign | Action::Priority | Action::Note | Action::Acknowledge)
}

/// The hints that fit into so many cells, each a key and a word; the last one leads to all others.
fn fitting(model: &Model, cells: usize) -> Vec<(String, &'static str)> {
    let (context, language) = (model.context(), model.settings.language);
    let hint = |action: Action, word: Word| Some((model.key_of(action)?, word.say(language)));
    // In the list the hints stay as they are from ticket to ticket: they would be drawn anew with every step.
    let enabled = |action: Action| match context {
        Context::Inbox => true,
        Context::Wall if is_about_row(action) => wall::takes(model, action),
        _ => why_not(model, action).is_none(),
    };
    let more = hint(Action::Help, Word::More);
    let taken = |(keys, word): &(String, &str)| width(keys) + 1 + width(word) + 2;
    let mut left = cells.saturating_sub(more.as_ref().map_or(0, taken));
    let mut hints = Vec::new();
    for (action, word) in useful(context) {
        // The key between reply and note first completes a colleague's name.
        let completes = *action == Action::ToggleNote && model.composer.note;
        let word = match completes && composer::completion(model).is_some() {
            true => Word::Complete,
            false => *word,
        };
        let Some(one) = enabled(*action).then(|| hint(*action, word)).flatten() else { continue };
        if taken(&one) > left {
            break;
        }
        left -= taken(&one);
        hints.push(one);
    }
    hints.extend(more);
    hints
}

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let mut x = area.x;
    for (keys, word) in fitting(model, area.width.into()) {
        let most = |x: u16| area.right().saturating_sub(x);
        x = canvas.put(x, area.y, most(x), &keys, model.theme.style(Role::HintKey)) + 1;
        x = canvas.put(x, area.y, most(x), word, model.theme.style(Role::Hint)) + 2;
    }
}

/// Draws how a chord is given up.
pub(super) fn cancel(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let x = canvas.put(area.x, area.y, area.width, "esc", model.theme.style(Role::HintKey)) + 1;
    let word = Word::Cancel.say(model.settings.language);
    canvas.put(x, area.y, area.right().saturating_sub(x), word, model.theme.style(Role::Hint));
}
