//! Why an action cannot be done now.

use super::{bulk, refusal};
use crate::console::action::Action;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;
use crate::console::thread::words;
use crate::console::update::thread;
use crate::domain::command;
use crate::domain::decide::can;
use crate::domain::id::TicketNumber;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::domain::ticket::Priority;
use crate::wire::Refused;

crate::words! {
    enum Word {
        Offline = ["not connected", "non connesso", "sem conexão", "sin conexión"],
        Online = ["already connected", "già connesso", "já conectado", "ya conectado"],
        NoTicket = ["no ticket here", "nessun ticket qui", "nenhum ticket aqui", "ningún ticket aquí"],
        NoOffer = ["nothing is offered to you", "non ti è proposto nulla", "nada é oferecido a você", "no se te ofrece nada"],
        Empty = ["nothing is written", "non c'è scritto nulla", "nada foi escrito", "no hay nada escrito"],
        NothingToUndo = ["nothing to undo", "nulla da annullare", "nada a desfazer", "nada que deshacer"],
        NoneMarked = ["none is marked", "nessuno è segnato", "nenhum está marcado", "ninguno está marcado"],
        NoNumber = ["no number is known", "nessun numero noto", "nenhum número conhecido", "ningún número conocido"],
        NoQuote = ["nothing is quoted", "nulla è citato", "nada é citado", "nada se cita"],
        NoTemplates = ["no templates are shown", "nessun modello in vista", "nenhum modelo à vista", "ninguna plantilla a la vista"],
        Supervisor = ["for supervisors", "per supervisori", "para supervisores", "para supervisores"],
        NoWhisper = ["nobody proposes anything", "nessuno propone nulla", "ninguém propõe nada", "nadie propone nada"],
        NoEntry = ["no thread is open", "nessuna conversazione aperta", "nenhuma conversa aberta", "ninguna conversación abierta"],
    }
}

/// Why an action cannot be done now, in a few words of the person's language; nothing if it can. The relay is
/// asked nevertheless by whoever insists: it alone decides.
pub fn why_not(model: &Model, action: Action) -> Option<String> {
    why(model, action).err()
}

fn why(model: &Model, action: Action) -> Result<(), String> {
    let language = model.settings.language;
    let need = |so: bool, word: Word| if so { Ok(()) } else { Err(word.say(language).to_owned()) };
    let online = || need(model.link.is_online(), Word::Offline);
    let written = || need(!model.composer.editor.is_empty(), Word::Empty);
    match action {
        Action::Reconnect => need(!model.link.is_online(), Word::Online),
        Action::Undo => {
            need(!model.undo.is_empty(), Word::NothingToUndo)?;
            online()
        }
        Action::Unmark => need(!model.inbox.marked.is_empty(), Word::NoneMarked),
        Action::Unquote => need(model.composer.quote.is_some(), Word::NoQuote),
        Action::TakeNext | Action::Search => online(),
        Action::CopyNumber => {
            let ticket = model.subject();
            need(ticket.is_some(), Word::NoTicket)?;
            need(ticket.is_some_and(|ticket| ticket.contact.phone.is_some()), Word::NoNumber)
        }
        Action::Send | Action::SendSolve => {
            written()?;
            online()?;
            if model.composer.note {
                return Ok(());
            }
            allowed(model, Action::Send)?;
            if action == Action::SendSolve { allowed(model, Action::Solve) } else { Ok(()) }
        }
        Action::Quote | Action::CopyMessage | Action::FirstUnread | Action::WholeConversation => {
            need(model.thread.is_some(), Word::NoEntry)
        }
        Action::Retry | Action::GiveUp | Action::Arrived => {
            need(model.thread.is_some(), Word::NoEntry)?;
            if !thread::is_undecided(model, action) {
                return Err(words::Word::NoneFailed.say(language).to_owned());
            }
            online()
        }
        Action::Attach | Action::Insert => {
            need(model.thread.is_some(), Word::NoEntry)?;
            allowed(model, Action::Send)
        }
        Action::React => {
            need(model.thread.is_some(), Word::NoEntry)?;
            online()?;
            allowed(model, Action::Send)
        }
        Action::SplitTicket => {
            need(model.thread.is_some(), Word::NoEntry)?;
            online()?;
            allowed(model, action)
        }
        Action::Spread | Action::Whisper => {
            let role = model.mirror.you.as_ref().map(|you| you.role);
            need(role >= Some(Role::Supervisor), Word::Supervisor)?;
            need(action == Action::Spread || model.subject().is_some(), Word::NoTicket)?;
            online()
        }
        Action::AcceptOffer | Action::DeclineOffer => {
            need(model.offers().next().is_some(), Word::NoOffer)?;
            online()
        }
        Action::TakeWhisper => need(model.composer.whisper().is_some(), Word::NoWhisper),
        Action::Consents => {
            need(model.subject().is_some(), Word::NoTicket)?;
            online()
        }
        // Other forms have the same keys.
        Action::TemplateLanguage | Action::TemplateCategory | Action::TemplateSync => {
            need(matches!(model.overlays.last(), Some(Overlay::Picker(_))), Word::NoTemplates)
        }
        Action::Open | Action::Linked => need(model.subject().is_some(), Word::NoTicket),
        Action::Take
        | Action::Assign
        | Action::Move
        | Action::HandOver
        | Action::Release
        | Action::Solve
        | Action::SolveNext
        | Action::Reopen
        | Action::Pend
        | Action::Hold
        | Action::Acknowledge
        | Action::Snooze
        | Action::Priority
        | Action::Tag
        | Action::Merge
        | Action::Split
        | Action::Note
        | Action::Reply
        | Action::Template
        | Action::Follow
        | Action::Todo
        | Action::TodoDone
        | Action::Field
        | Action::Link
        | Action::MergeTicket
        | Action::UnmergeTicket
        | Action::MarkRead => {
            let about = bulk::subjects(model);
            need(!about.is_empty(), Word::NoTicket)?;
            if !matches!(action, Action::Note | Action::Reply) {
                online()?;
            }
            // Of several tickets some may allow it: the answers tell.
            if about.len() > 1 { Ok(()) } else { allowed(model, action) }
        }
        _ => Ok(()),
    }
}

/// Whether the account may do this to the ticket that is open or under the cursor.
fn allowed(model: &Model, action: Action) -> Result<(), String> {
    use command::Action as Asked;
    let asked = match action {
        Action::Take => Asked::Take,
        // To whom is not known yet; giving to oneself needs the same rights.
        Action::Assign => Asked::Assign { to: model.mirror.me().map(Into::into), given: None },
        Action::Release => Asked::Release,
        Action::Move => Asked::Move { queue: "".into(), given: None },
        Action::HandOver => {
            let (to, queue, note) = (None, None, String::new());
            Asked::HandOver { to, queue, note, given: None }
        }
        Action::Solve | Action::SolveNext => Asked::Solve,
        Action::Reopen => Asked::Reopen { state: None, keep: false },
        Action::Pend => Asked::Pend,
        Action::Hold => Asked::Hold,
        Action::Acknowledge => Asked::Acknowledge,
        Action::Snooze => Asked::Snooze { until: None },
        Action::Priority => Asked::Prioritise { priority: Priority::Normal },
        Action::Tag => Asked::Tag { add: Vec::new(), remove: Vec::new() },
        Action::Note => Asked::Note { text: String::new() },
        Action::Reply | Action::Send => Asked::Reply { text: String::new(), quote: None },
        Action::Template => {
            Asked::Template { name: String::new(), language: String::new(), parameters: Vec::new() }
        }
        Action::Follow => Asked::Follow { on: true },
        // At which message is not known here.
        Action::MergeTicket | Action::UnmergeTicket | Action::SplitTicket => {
            Asked::UnmergeTicket { with: TicketNumber(0) }
        }
        Action::Link => Asked::Link { to: TicketNumber(0), on: true },
        Action::Todo => Asked::AddTodo { text: String::new(), owner: None, due: None },
        Action::Field => Asked::SetField { field: "".into(), value: None, key: None },
        Action::TodoDone => Asked::SettleTodo { id: 1, done: true },
        Action::MarkRead => Asked::MarkRead,
        _ => return Ok(()),
    };
    let (Some(ticket), Some(you)) = (model.subject(), &model.mirror.you) else { return Ok(()) };
    match can(&ticket.facts(model.desk_now()), &you.member(), &asked) {
        Ok(()) => Ok(()),
        // The composer opens and offers templates.
        Err(Refusal::WindowClosed { .. }) if action == Action::Reply => Ok(()),
        Err(Refusal::HeldBy { .. })
            if action == Action::Assign && model.undo.gave_away(ticket.number) =>
        {
            Ok(())
        }
        Err(refused) => Err(refusal::say(&Refused::from(&refused), &model.settings)),
    }
}
