//! The first row: where we are, and the state of the connection. Without a connection it is a banner.

use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::countdown;
use crate::console::language::{fill, grouped};
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::link::Standing;
use crate::console::presence;
use crate::console::theme::Role;
use crate::kit::text::one_line;
use crate::wire::{LineTrouble, Presence};
use crate::words;
use ratatui::layout::Rect;

words! {
    enum Word {
        Inbox = ["inbox", "ticket", "entrada", "entrada"],
        Wall = ["wall", "quadro", "painel", "panel"],
        Simulated = ["SIMULATED", "SIMULATO", "SIMULADO", "SIMULADO"],
        Online = ["online", "connesso", "conectado", "conectado"],
        LoggedOut = ["not logged in", "accesso da fare", "sem login", "sin sesión"],
        Starting = ["connecting …", "connessione …", "conectando …", "conectando …"],
        Offline = ["OFFLINE", "NON CONNESSO", "SEM CONEXÃO", "SIN CONEXIÓN"],
        NextTry = ["next try in {0}", "nuovo tentativo fra {0}", "nova tentativa em {0}", "nuevo intento en {0}"],
        TryNow = ["{0} tries now", "{0} prova ora", "{0} tenta já", "{0} prueba ya"],
        Trying = ["trying …", "tentativo in corso …", "tentando …", "intentando …"],
        Age = ["shown as of {0} ago", "dati di {0} fa", "dados de {0} atrás", "datos de hace {0}"],
        Unread = ["{0} unread of mine", "{0} non letti dei miei", "{0} não lidas dos meus", "{0} sin leer de los míos"],
        Disabled = ["{0}: DISABLED", "{0}: DISATTIVATA", "{0}: DESATIVADA", "{0}: DESACTIVADA"],
        Held = ["{0}: STOPPED", "{0}: FERMA", "{0}: PARADA", "{0}: DETENIDA"],
        Restricted = ["{0}: restricted", "{0}: limitata", "{0}: restrita", "{0}: restringida"],
        Red = ["{0}: quality RED", "{0}: qualità RED", "{0}: qualidade RED", "{0}: calidad RED"],
        Yellow = ["{0}: quality YELLOW", "{0}: qualità YELLOW", "{0}: qualidade YELLOW", "{0}: calidad YELLOW"],
        Left = ["{0}: {1} of today's limit left", "{0}: restano {1} del limite giornaliero", "{0}: restam {1} do limite diário", "{0}: quedan {1} del límite diario"],
        NearLimit = ["{0}: daily limit", "{0}: limite giornaliero", "{0}: limite diário", "{0}: límite diario"],
        Named = ["@ {0}", "@ {0}", "@ {0}", "@ {0}"],
        Mine = ["{0} mine", "{0} miei", "{0} meus", "{0} míos"],
    }
}

/// Characters of the reason of one's own break.
const REASON_MOST: usize = 16;

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match &model.link.standing {
        Standing::Offline { why, retry_at } => {
            let left = retry_at.map(|at| at.since(model.now));
            offline(model, canvas, area, why, left);
        }
        _ => bar(model, canvas, area),
    }
}

fn offline(model: &Model, canvas: &mut Canvas<'_>, area: Rect, why: &str, left: Option<i64>) {
    let language = model.settings.language;
    let style = model.theme.style(Role::BarOffline);
    canvas.fill(area, style);
    let glyph = if model.settings.unicode { "■" } else { "X" };
    let mut x = canvas.put(area.x + 1, area.y, area.width, glyph, style) + 1;
    x = canvas.put(x, area.y, area.right() - x, Word::Offline.say(language), style) + 1;
    let retry = left.map(|left| match left {
        // Rounded up: at "0:00" it is tried.
        1.. => fill(Word::NextTry.say(language), &[&countdown::span(left + 999)]),
        _ => Word::Trying.say(language).to_owned(),
    });
    let age = model
        .link
        .heard_at
        .map(|at| fill(Word::Age.say(language), &[&countdown::span(model.now.since(at))]));
    let key = model.key_of(Action::Reconnect).filter(|_| left.is_none_or(|left| left > 0));
    let now = key.map(|key| fill(Word::TryNow.say(language), &[&key]));
    let next: Vec<_> = retry.into_iter().chain(now).collect();
    let parts: Vec<_> = std::iter::once(next.join(" · ")).chain(age).collect();
    let right = parts.join(" · ");
    let room = area.right().saturating_sub(x + 1);
    // What happens next matters more than why, where there is no room for both.
    let cells = width(&right) as u16;
    if cells + 12 > room {
        let after = canvas.clip(x, area.y, room, &parts[0], style) + 1;
        canvas.clip(after, area.y, area.right().saturating_sub(after + 1), why, style);
    } else {
        canvas.clip(x, area.y, room.saturating_sub(cells + 2), why, style);
        canvas.put_right(area.right() - 1, area.y, cells, &right, style);
    }
}

fn bar(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (language, theme) = (model.settings.language, &model.theme);
    let style = theme.style(Role::Bar);
    canvas.fill(area, style);
    let screen = match (model.screen, &model.thread) {
        (Screen::Wall, _) => Word::Wall.say(language).to_owned(),
        (Screen::Thread, Some(thread)) => format!("#{}", thread.number),
        _ => Word::Inbox.say(language).to_owned(),
    };
    let account = model.mirror.me().unwrap_or_default();
    let heading = style.patch(theme.style(Role::Heading));
    let mut left = canvas.put(area.x + 1, area.y, area.width - 1, "Guichet", heading);
    for part in [account, &screen] {
        if !part.is_empty() {
            let room = area.right().saturating_sub(left + 1).min(20);
            left = canvas.clip(left + 1, area.y, room, part, style);
        }
    }
    // The most important first: what does not fit is left out.
    let mut parts: Vec<(u8, String, Role)> = Vec::new();
    let simulated = model.mirror.desk.as_ref().is_some_and(|desk| desk.simulated);
    if simulated {
        parts.push((1, simulated_as(model), Role::BarSimulated));
    }
    // Whoever forgets that he has a break gets nothing to do.
    if model.own.said != Presence::Online && model.link.is_online() {
        let glyph = if model.settings.unicode { "◐" } else { "+" };
        let word = presence::word(model.own.said, language);
        let why = one_line(&model.own.reason, REASON_MOST);
        let why = if why.is_empty() { why } else { format!(": {why}") };
        parts.push((1, format!("{glyph} {word}{why}"), Role::Warning));
    }
    if let Some(mark) = model.mirror.counts.lines.first() {
        let (word, role) = match mark.trouble {
            LineTrouble::Disabled => (Some(Word::Disabled), Role::Error),
            LineTrouble::Held => (Some(Word::Held), Role::Error),
            LineTrouble::Restricted => (Some(Word::Restricted), Role::Error),
            LineTrouble::Red => (Some(Word::Red), Role::Error),
            LineTrouble::NearLimit => match mark.left {
                Some(_) => (Some(Word::Left), Role::Warning),
                None => (Some(Word::NearLimit), Role::Warning),
            },
            LineTrouble::Yellow => (Some(Word::Yellow), Role::Warning),
            LineTrouble::Unknown => (None, Role::Bar),
        };
        if let Some(word) = word {
            let left = mark.left.map(|left| grouped(left, language)).unwrap_or_default();
            parts.push((1, fill(word.say(language), &[&mark.name, &left]), role));
        }
    }
    let (unread, mine) = (model.mirror.unread(), model.mirror.counts.mine);
    if model.mirror.you.is_some() {
        let unread_text = fill(Word::Unread.say(language), &[&grouped(unread, language)]);
        let role = if unread > 0 { Role::Unread } else { Role::Bar };
        parts.push((3, unread_text, role));
        let named = model.named_anew();
        if named > 0 {
            parts.push((2, fill(Word::Named.say(language), &[&named.to_string()]), Role::Unread));
        }
        parts.push((4, fill(Word::Mine.say(language), &[&grouped(mine, language)]), Role::Bar));
    }
    if model.link.clock.is_some() {
        let zoned = model.desk_now().to_jiff().to_zoned(model.settings.zone.clone());
        parts.push((2, zoned.strftime("%H:%M").to_string(), Role::Bar));
    }
    let mut room = usize::from(area.right().saturating_sub(left + 2));
    parts.push(match model.link.standing {
        Standing::Online => {
            let glyph = if model.settings.unicode { "●" } else { "*" };
            let full = format!("{glyph} {}", Word::Online.say(language));
            let all = parts.iter().map(|part| &part.1).chain([&full]);
            let fits = all.map(|text| width(text) + 2).sum::<usize>() <= room;
            (0, if fits { full } else { glyph.to_owned() }, Role::Online)
        }
        Standing::LoggedOut => (0, Word::LoggedOut.say(language).to_owned(), Role::Bar),
        _ => (0, Word::Starting.say(language).to_owned(), Role::Bar),
    });
    let mut by_weight: Vec<usize> = (0..parts.len()).collect();
    by_weight.sort_by_key(|at| parts[*at].0);
    let mut kept = Vec::new();
    for at in by_weight {
        let cells = width(&parts[at].1) + 2;
        if cells <= room {
            room -= cells;
            kept.push(at);
        }
    }
    kept.sort_unstable();
    let cells: usize = kept.iter().map(|at| width(&parts[*at].1) + 2).sum();
    let mut x = area.right().saturating_sub(cells as u16);
    for at in kept {
        let (_, text, role) = &parts[at];
        let look = if *role == Role::Bar { style } else { style.patch(theme.style(*role)) };
        x = canvas.put(x + 1, area.y, area.right() - x - 1, text, look) + 1;
    }
}

/// `SIMULATED ×600`.
fn simulated_as(model: &Model) -> String {
    let times = if model.settings.unicode { "×" } else { "x" };
    let rate = (model.link.rate * 10.0).round() / 10.0;
    format!("{} {times}{rate}", Word::Simulated.say(model.settings.language))
}
