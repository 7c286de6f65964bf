//! The command line: an action's id and what is wanted beside it, typed.

use super::Model;
use crate::console::action::Action;
use crate::console::editor::Editor;
use crate::console::keymap::Keymap;
use crate::console::language::Language;
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
                let action = Action::of(id);
                let offered = action.map_or(Vec::new(), |action| arguments(model, action));
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

/// What may stand beside an action, and what each is.
fn arguments(model: &Model, action: Action) -> Vec<(String, String)> {
    let plain = |word: String| (word, String::new());
    let library = &model.settings.library;
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
