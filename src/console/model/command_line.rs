//! The command line: an action's id and what is wanted beside it, typed.

use super::Model;
use super::insert::Sort;
use crate::console::action::Action;
use crate::console::editor::Editor;
use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::preview::PreviewMode;
use crate::console::theme::Theme;
use crate::domain::ticket::Priority;
use crate::wire::InboxView;
use std::collections::BTreeSet;

/// So many lines are kept to be typed again.
const KEPT: usize = 100;

/// A line in the making.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// What is typed.
    pub editor: Editor,
    /// The completion that is chosen; none while only typing.
    pub chosen: Option<usize>,
    /// What is wrong with it, once it was tried.
    pub fault: Option<String>,
    /// How many lines back in the history it is; 0 is none.
    pub back: usize,
}

/// What a line may go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole line with it.
    pub line: String,
    /// What is shown: the word.
    pub word: String,
    /// What it is.
    pub about: String,
}

/// What is in a folder, as far as paths are completed with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The folder as it is typed, with its last slash; empty: the one in which the console was started.
    pub folder: Option<String>,
    /// Names, in order; those of folders end with a slash.
    pub names: Vec<String>,
}

/// Lines that were entered, the newest last.
#[derive(Clone, Debug, Default)]
pub struct History {
    lines: Vec<String>,
}

impl History {
    /// Keeps a line.
    pub fn keep(&mut self, line: &str) {
        self.lines.retain(|known| known != line);
        self.lines.push(line.to_owned());
        if self.lines.len() > KEPT {
            self.lines.remove(0);
        }
    }

    /// The line so many back; 1 is the newest.
    pub fn back(&self, steps: usize) -> Option<&str> {
        let at = self.lines.len().checked_sub(steps).filter(|_| steps > 0)?;
        self.lines.get(at).map(String::as_str)
    }
}

impl CommandLine {
    /// A line that begins so.
    pub fn of(text: impl Into<String>) -> Self {
        Self { editor: Editor::of(text), ..Self::default() }
    }

    /// The folder from which a path is being typed, with its last slash; nothing where no path is wanted.
    pub fn folder(&self) -> Option<&str> {
        let (id, path) = self.editor.text().trim_start().split_once(' ')?;
        let path = path.trim_start();
        let wanted = Action::of(id) == Some(Action::Attach);
        wanted.then(|| path.rfind('/').map_or("", |slash| &path[..=slash]))
    }

    /// What it may go on with: those that begin with the word first, then those that contain it.
    pub fn completions(&self, model: &Model) -> Vec<Completion> {
        let text = self.editor.text().trim_start();
        let language = model.settings.language;
        let (before, word, offered) = match text.split_once(' ') {
            None => {
                let about = |action: Action| action.about(language).to_owned();
                let row =
                    |row: &crate::console::action::Row| (row.id.to_owned(), about(row.action));
                (String::new(), text, Action::rows().iter().map(row).collect())
            }
            Some((id, argument)) => {
                let offered = match Action::of(id) {
                    Some(Action::Attach) => paths(&model.listing, argument.trim_start()),
                    Some(action) => arguments(model, action),
                    None => Vec::new(),
                };
                (format!("{id} "), argument.trim_start(), offered)
            }
        };
        let wanted = word.to_lowercase();
        let mut found: Vec<_> = offered
            .into_iter()
            .filter_map(|(word, about)| {
                let lower = word.to_lowercase();
                let rank = if lower.starts_with(&wanted) {
                    0
                } else if lower.contains(&wanted) {
                    1
                } else {
                    return None;
                };
                Some((rank, Completion { line: format!("{before}{word}"), word, about }))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, completion)| completion).collect()
    }
}

/// Paths of a folder; hidden ones only for who begins them so.
fn paths(listing: &Listing, typed: &str) -> Vec<(String, String)> {
    let (folder, name) = typed.split_at(typed.rfind('/').map_or(0, |slash| slash + 1));
    if listing.folder.as_deref() != Some(folder) {
        return Vec::new();
    }
    let seen = listing.names.iter().filter(|of| !of.starts_with('.') || name.starts_with('.'));
    seen.map(|of| (format!("{folder}{of}"), String::new())).collect()
}

/// What may stand beside an action, and what each is.
fn arguments(model: &Model, action: Action) -> Vec<(String, String)> {
    let plain = |word: String| (word, String::new());
    let (library, language) = (&model.settings.library, model.settings.language);
    match action {
        Action::Theme => Theme::names(library).into_iter().map(plain).collect(),
        Action::Keymap => Keymap::names(library).into_iter().map(plain).collect(),
        Action::Language => {
            let names = ["English", "italiano", "português", "español"];
            let row = |language: Language| {
                (language.code().to_owned(), names[language as usize].to_owned())
            };
            Language::ALL.into_iter().map(row).collect()
        }
        Action::Insert => {
            let row = |sort: Sort| (sort.id().to_owned(), sort.named(language).to_owned());
            Sort::ALL.into_iter().map(row).collect()
        }
        Action::Previews => PreviewMode::ALL.map(|one| plain(one.word().into())).into(),
        Action::Mouse => ["on", "off"].map(|word| plain(word.into())).into(),
        Action::View => InboxView::ALL.iter().map(|view| plain(view.word().into())).collect(),
        Action::Priority => Priority::ALL.iter().map(|one| plain(one.word().into())).collect(),
        Action::Snooze => {
            ["30m", "2h", "tomorrow 9", "next message"].map(|word| plain(word.into())).into()
        }
        Action::Assign => {
            let colleague = |one: &crate::wire::ColleagueView| (one.name.clone(), String::new());
            model.mirror.roster.iter().map(colleague).collect()
        }
        Action::Tag => {
            let seen: BTreeSet<_> =
                model.inbox.shown.iter().flat_map(|ticket| ticket.tags.iter().cloned()).collect();
            let own = model.subject().map(|ticket| ticket.tags.clone()).unwrap_or_default();
            let off = own.iter().map(|tag| format!("-{tag}"));
            seen.iter().filter(|tag| !own.contains(tag)).cloned().chain(off).map(plain).collect()
        }
        _ => Vec::new(),
    }
}
