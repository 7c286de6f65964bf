//! The views of the inbox with their counts: a column at the left of wide screens, a row of tabs on others.

use crate::console::canvas::{Canvas, width};
use crate::console::language::{Language, grouped};
use crate::console::layout::{self, Breadth, Screen};
use crate::console::model::Model;
use crate::console::model::inbox::{Tab, VIEWS};
use crate::console::theme::Role;
use crate::wire::InboxView;
use crate::words;
use ratatui::layout::Rect;

words! {
    /// Names of views.
    pub enum Name {
        Mine = ["mine", "miei", "meus", "míos"],
        Unassigned = ["unassigned", "di nessuno", "sem dono", "sin dueño"],
        MyQueues = ["my queues", "mie code", "minhas filas", "mis colas"],
        All = ["all", "tutti", "todos", "todos"],
        Waiting = ["waiting", "in attesa", "esperando", "esperando"],
        Breached = ["late", "in ritardo", "atrasados", "atrasados"],
        Breaching = ["soon late", "a rischio", "em risco", "en riesgo"],
        Snoozed = ["snoozed", "rimandati", "adiados", "pospuestos"],
        Solved = ["solved", "risolti", "resolvidos", "resueltos"],
    }
}

/// The name of a view.
pub fn name(view: InboxView) -> Name {
    match view {
        InboxView::All => Name::All,
        InboxView::Mine => Name::Mine,
        InboxView::Unassigned => Name::Unassigned,
        InboxView::Waiting => Name::Waiting,
        InboxView::Breached => Name::Breached,
        InboxView::MyQueues => Name::MyQueues,
        InboxView::Breaching => Name::Breaching,
        InboxView::Snoozed => Name::Snoozed,
        InboxView::Solved => Name::Solved,
    }
}

/// Draws them into their pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match layout::breadth(model.size.0) {
        Breadth::Wide => column(model, canvas, area),
        _ => tabs(model, canvas, area),
    }
}

fn is_current(model: &Model, tab: &Tab) -> bool {
    model.screen == Screen::Inbox && model.tab() == *tab
}

/// How many tickets the view holds that stands at a place among all.
fn count(model: &Model, tab: &Tab, place: usize) -> Option<String> {
    let (count, more) = match tab {
        Tab::Always(view) => (model.mirror.counts.views.of(*view)?, ""),
        Tab::Saved(_) => {
            let tally = (*model.mirror.tallies.get(place.checked_sub(VIEWS.len())?)?)?;
            (tally.total, if tally.beyond { "+" } else { "" })
        }
    };
    let known = model.mirror.you.is_some();
    known.then(|| format!("{}{more}", grouped(count, model.settings.language)))
}

/// What a view is called.
pub fn title(tab: &Tab, language: Language) -> &str {
    match tab {
        Tab::Always(view) => name(*view).say(language),
        Tab::Saved(saved) => &saved.name,
    }
}

fn column(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (language, theme) = (model.settings.language, &model.theme);
    let mark = if model.settings.unicode { "▸" } else { ">" };
    for (row, (place, tab)) in (area.y + 1..area.bottom()).zip(model.tabs().iter().enumerate()) {
        let current = is_current(model, tab);
        let style = theme.style(if current { Role::ViewCurrent } else { Role::Text });
        if current {
            canvas.put(area.x, row, 1, mark, style);
        }
        let count = count(model, tab, place);
        // A blank stands between name and count, however large that has become.
        let taken = count.as_deref().map_or(0, |count| width(count) as u16 + 1);
        let room = area.width.saturating_sub(3 + taken);
        canvas.clip(area.x + 2, row, room, title(tab, language), style);
        if let Some(count) = count {
            canvas.put_right(area.right().saturating_sub(1), row, 7, &count, style);
        }
    }
    let rule = if model.settings.unicode { "│" } else { "|" };
    for row in area.y..area.bottom() {
        canvas.put(area.right(), row, 1, rule, theme.style(Role::Border));
    }
}

/// What a tab says.
fn label(model: &Model, tab: &Tab, place: usize) -> String {
    let name = title(tab, model.settings.language);
    match count(model, tab, place) {
        Some(count) => format!("{name} {count}"),
        None => name.to_owned(),
    }
}

/// The columns of each tab: those round the current one, as many as fit.
fn places(model: &Model, area: Rect) -> Vec<(usize, u16, String)> {
    let tabs = model.tabs();
    let labels: Vec<_> =
        tabs.iter().enumerate().map(|(place, tab)| label(model, tab, place)).collect();
    let cells = |label: &String| width(label) as u16 + 2;
    let here = model.tab();
    let current = tabs.iter().position(|tab| *tab == here).unwrap_or(0);
    let most = area.width.saturating_sub(2);
    let (mut from, mut to) = (current, current + 1);
    let mut used = cells(&labels[current]);
    loop {
        let mut grown = false;
        if to < labels.len() && used + cells(&labels[to]) <= most {
            used += cells(&labels[to]);
            to += 1;
            grown = true;
        }
        if from > 0 && used + cells(&labels[from - 1]) <= most {
            from -= 1;
            used += cells(&labels[from]);
            grown = true;
        }
        if !grown {
            break;
        }
    }
    let mut x = area.x + 1;
    let mut tabs = Vec::new();
    for (place, label) in labels.into_iter().enumerate().take(to).skip(from) {
        let after = x + cells(&label);
        tabs.push((place, x, label));
        x = after;
    }
    tabs
}

/// The tab in a column of the screen.
pub fn tab_at(model: &Model, area: Rect, x: u16) -> Option<usize> {
    let tabs = places(model, area);
    let found = tabs.iter().rev().find(|(_, from, _)| *from <= x)?;
    (x < found.1 + width(&found.2) as u16).then_some(found.0)
}

fn tabs(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = &model.theme;
    let tabs = places(model, area);
    let more = if model.settings.unicode { ["‹", "›"] } else { ["<", ">"] };
    if tabs.first().is_some_and(|tab| tab.0 > 0) {
        canvas.put(area.x, area.y, 1, more[0], theme.style(Role::Dim));
    }
    let all = model.tabs();
    if tabs.last().is_some_and(|tab| tab.0 + 1 < all.len()) {
        canvas.put(area.right().saturating_sub(1), area.y, 1, more[1], theme.style(Role::Dim));
    }
    for (place, x, label) in tabs {
        let current = is_current(model, &all[place]);
        let style = theme.style(if current { Role::ViewCurrent } else { Role::Text });
        // Marked by more than a colour.
        let marks = if current { ["[", "]"] } else { [" ", " "] };
        if x > area.x {
            canvas.put(x - 1, area.y, 1, marks[0], style);
        }
        let most = area.right().saturating_sub(x);
        let after = canvas.clip(x, area.y, most, &label, style);
        canvas.put(after, area.y, area.right().saturating_sub(after), marks[1], style);
    }
}
