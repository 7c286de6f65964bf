//! Finding an action: the rows of help and palette.

use super::Model;
use crate::console::action::Action;
use crate::console::context::{Context, Invocation};
use crate::console::editor::Editor;
use crate::console::keymap::{Line, spelled};
use crate::console::language::fill;
use crate::console::update::acts::why_not;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

crate::words! {
    enum Word {
        Elsewhere = ["only in: {0}", "solo in: {0}", "só em: {0}", "solo en: {0}"],
    }
}

/// Looking for an action, by what is typed.
#[derive(Clone, Debug)]
pub struct Finder {
    /// What is typed.
    pub editor: Editor,
    /// The row that is chosen, from 0 on.
    pub chosen: usize,
    /// Where keys go beneath.
    pub over: Context,
}

/// One action that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its keys, the shortest first; may be empty.
    pub keys: String,
    /// What is asked for.
    pub asked: Invocation,
    /// What it does.
    pub about: String,
    /// Why it cannot be done now.
    pub why_not: Option<String>,
    /// Whether its keys are those of the context beneath, not of everywhere.
    pub here: bool,
}

impl Finder {
    /// Nothing is typed yet.
    pub fn over(over: Context) -> Self {
        Self { editor: Editor::default(), chosen: 0, over }
    }

    /// The keys that work in the context beneath, then those that work everywhere; with what is typed, those that
    /// contain all its words.
    pub fn help(&self, model: &Model) -> Vec<Row> {
        let flags = model.flags();
        let mut rows = Vec::new();
        for line in model.keymap.lines(self.over, Some(flags)) {
            rows.push(self.row(model, line, true));
        }
        if self.over != Context::Global {
            for mut line in model.keymap.lines(Context::Global, Some(flags)) {
                line.chords.retain(|chord| !model.keymap.hidden(self.over, chord));
                let known = |row: &Row| row.asked == line.asked;
                if !line.chords.is_empty() && !rows.iter().any(known) {
                    rows.push(self.row(model, line, false));
                }
            }
        }
        let typed = self.editor.text().to_lowercase();
        let words: Vec<_> = typed.split_whitespace().collect();
        rows.retain(|row| {
            let text = format!("{} {} {}", row.keys, row.about, row.asked).to_lowercase();
            words.iter().all(|word| text.contains(word))
        });
        rows
    }

    /// Every action, those of the context beneath first; with what is typed, those that match it, the best first.
    pub fn palette(&self, model: &Model) -> Vec<Row> {
        let typed = self.editor.text().trim();
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found = Vec::new();
        for row in Action::rows() {
            let about = row.action.about(model.settings.language);
            let mut score =
                |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
            // An id that is typed as it is comes before whatever only contains its letters.
            let best = score(row.id).map(|score| score + 8).max(score(about));
            let Some(best) = best else { continue };
            let here = row.places.contains(&self.over);
            // What is special to the place comes before what can be done everywhere.
            let general = row.places.len() == Context::ALL.len();
            found.push((!here, std::cmp::Reverse(best), general, row.action));
        }
        found.sort();
        let asked = |action| Line {
            chords: model.keymap.chords(self.over, &Invocation::bare(action)),
            asked: Invocation::bare(action),
        };
        found
            .into_iter()
            .map(|(elsewhere, _, _, action)| self.row(model, asked(action), !elsewhere))
            .collect()
    }

    fn row(&self, model: &Model, line: Line, here: bool) -> Row {
        let Line { chords, asked } = line;
        let language = model.settings.language;
        let keys: Vec<_> = chords.iter().take(3).map(|chord| spelled(chord)).collect();
        let mut about = asked.action.about(language).to_owned();
        if !asked.argument.is_empty() {
            about = format!("{about}: {}", asked.argument);
        }
        let places = asked.action.row().places;
        let why_not = if places.contains(&self.over) {
            why_not(model, asked.action)
        } else if here {
            // Where a key is bound although the table does not know the place, whoever bound it knows better.
            None
        } else {
            let names: Vec<_> = places.iter().map(|place| place.id()).collect();
            Some(fill(Word::Elsewhere.say(language), &[&names.join(", ")]))
        };
        Row { keys: keys.join(", "), asked, about, why_not, here }
    }
}
