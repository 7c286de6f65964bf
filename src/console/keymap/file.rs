//! Keymaps as files: the shipped ones, the person's own over them, and what is wrong in these.

use super::{Binding, Case, Chords, Keymap, beginning_with, spelled};
use crate::console::context::{Context, Invocation};
use crate::console::fault::{Entry, Fault, Library, Source, Value, suggest};
use crate::console::key::Key;

/// The keymaps in the binary.
const SHIPPED: [(&str, &str); 3] = [
    ("default", include_str!("../../../keymaps/default.toml")),
    ("vim", include_str!("../../../keymaps/vim.toml")),
    ("emacs", include_str!("../../../keymaps/emacs.toml")),
];

impl Keymap {
    /// The names of all keymaps: the shipped ones, then the person's own.
    pub fn names(library: &Library) -> Vec<String> {
        let own = library.keymaps.iter().map(|source| source.name.clone());
        let mut names: Vec<_> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.extend(own.filter(|name| SHIPPED.iter().all(|(shipped, _)| shipped != name)));
        names
    }

    /// The keymap of a name, and what is wrong with it: faulty keys are left out, the rest works. A file of the
    /// person with the name of a shipped one lies over it.
    ///
    /// # Errors
    /// There is none of that name; says which it may be.
    pub fn load(name: &str, library: &Library) -> Result<(Self, Vec<Fault>), String> {
        if !Self::names(library).iter().any(|known| known == name) {
            return Err(unknown(name, library));
        }
        let mut loading = Loading::new(library);
        loading.named(name, &mut Vec::new());
        loading.conflicts();
        loading.map.name = name.to_owned();
        loading.faults.sort();
        loading.faults.dedup();
        Ok((loading.map, loading.faults))
    }

    /// Every fault of the person's own keymaps.
    pub fn check(library: &Library) -> Vec<Fault> {
        let load =
            |source: &Source| Self::load(&source.name, library).map_or(Vec::new(), |it| it.1);
        library.keymaps.iter().flat_map(load).collect()
    }
}

fn unknown(name: &str, library: &Library) -> String {
    let names = Keymap::names(library);
    let hint = suggest(name, names.iter().map(String::as_str));
    format!("there is no keymap {name:?}; {hint}")
}

struct Loading<'a> {
    library: &'a Library,
    sources: Vec<Source>,
    map: Keymap,
    faults: Vec<Fault>,
    bound: usize,
}

impl<'a> Loading<'a> {
    fn new(library: &'a Library) -> Self {
        Self { library, sources: Vec::new(), map: Keymap::empty(""), faults: Vec::new(), bound: 0 }
    }

    /// Loads the shipped and the person's file of a name; `above` are the names that inherit it.
    fn named(&mut self, name: &str, above: &mut Vec<String>) {
        above.push(name.to_owned());
        let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
        let shipped = shipped.map(|(name, text)| Source::new(format!("{name}.toml"), *text));
        let own = self.library.keymaps.iter().find(|source| source.name == name).cloned();
        for source in shipped.into_iter().chain(own) {
            self.source(source, above);
        }
        above.pop();
    }

    fn source(&mut self, source: Source, above: &mut Vec<String>) {
        let entries = source.entries(&mut self.faults);
        let file = self.sources.len();
        self.sources.push(source);
        for entry in entries.iter().filter(|entry| entry.key == "inherits") {
            let library = self.library;
            match entry.value.text() {
                None => self.fault(file, entry.at, "`inherits` must be the name of a keymap", ""),
                // A person's file with the name of a shipped one lies over it in any case.
                Some(name) if above.last().is_some_and(|own| own == name) => {}
                Some(name) if above.iter().any(|known| known == name) => {
                    let round = format!("`inherits` leads back to {name:?}");
                    self.fault(file, entry.span.start, &round, "inherit from another one");
                }
                Some(name) if Keymap::names(library).iter().any(|known| known == name) => {
                    self.named(name, above);
                }
                Some(name) => {
                    self.fault(file, entry.span.start, &unknown(name, library), "");
                }
            }
        }
        for entry in entries.iter().filter(|entry| entry.key != "inherits") {
            match Context::ALL.into_iter().find(|context| context.id() == entry.key) {
                Some(context) => match &entry.value {
                    Value::Table(keys) => self.context(file, context, keys),
                    _ => self.fault(file, entry.at, "a table of keys is wanted here", ""),
                },
                None => {
                    let known = Context::ALL.iter().map(|context| context.id());
                    let hint = suggest(&entry.key, known.chain(["inherits"]));
                    self.fault(file, entry.at, &format!("unknown key `{}`", entry.key), &hint);
                }
            }
        }
    }

    fn context(&mut self, file: usize, context: Context, entries: &[Entry]) {
        for entry in entries {
            let keys = match Key::chord(&entry.key) {
                Ok(keys) => keys,
                Err(why) => {
                    self.fault(file, entry.at, &why, "");
                    continue;
                }
            };
            if let Some(why) = keys.iter().find_map(|key| key.trouble()) {
                let message = format!("`{}` cannot be used: {why}", entry.key);
                self.fault(file, entry.at, &message, "take another key");
                continue;
            }
            if context.types() && keys[0].typed().is_some() {
                let message = format!("`{}` types a character in [{}]", entry.key, context.id());
                self.fault(file, entry.at, &message, "use it with ctrl or alt, or another key");
                continue;
            }
            let cases = match &entry.value {
                Value::Text(text) if text == "noop" => Vec::new(),
                Value::Text(text) if text == "unbind" => {
                    self.map.contexts[context as usize].remove(&keys);
                    continue;
                }
                value => match self.cases(file, entry, value) {
                    Some(cases) => cases,
                    None => continue,
                },
            };
            self.bind(file, context, entry, keys, cases);
        }
    }

    fn bind(
        &mut self,
        file: usize,
        context: Context,
        entry: &Entry,
        keys: Vec<Key>,
        cases: Vec<Case>,
    ) {
        let chords = &mut self.map.contexts[context as usize];
        if let Some(before) = chords.get(&keys).filter(|before| before.origin.0 == file) {
            let first = self.sources[file].fault(before.origin.1, "", "").line;
            let message = format!("`{}` is bound already in line {first}", spelled(&keys));
            self.fault(file, entry.at, &message, "keep one");
            return;
        }
        // A key that takes the place of an inherited one goes on standing where that stood in the help.
        let order = chords.get(&keys).map_or(self.bound, |before| before.order);
        chords.insert(keys, Binding { cases, order, origin: (file, entry.at) });
        self.bound += 1;
    }

    fn cases(&mut self, file: usize, entry: &Entry, value: &Value) -> Option<Vec<Case>> {
        let before = self.faults.len();
        let cases = match value {
            Value::Text(text) => vec![Case { when: None, asked: self.asked(file, entry, text)? }],
            Value::Array(items) => items.iter().filter_map(|item| self.case(file, item)).collect(),
            Value::Table(_) => self.case(file, entry).into_iter().collect(),
            _ => {
                let message = format!("`{}` must be an action, or cases", entry.key);
                let hint = "such as \"solve\" or [{ when = \"mine\", do = \"solve\" }]";
                self.fault(file, entry.span.start, &message, hint);
                return None;
            }
        };
        (self.faults.len() == before).then_some(cases)
    }

    fn case(&mut self, file: usize, item: &Entry) -> Option<Case> {
        let Some(entries) = item.value.table() else {
            let hint = "such as { when = \"mine\", do = \"solve\" }";
            self.fault(file, item.at, "a case must be a table", hint);
            return None;
        };
        let (mut when, mut asked) = (None, None);
        for entry in entries {
            match (entry.key.as_str(), entry.value.text()) {
                ("when", Some(text)) => match text.parse() {
                    Ok(parsed) => when = Some(parsed),
                    Err(why) => {
                        let why: String = why;
                        self.fault(file, entry.span.start, &why, "");
                    }
                },
                ("do", Some(text)) => asked = Some(self.asked(file, entry, text)?),
                ("when" | "do", None) => {
                    let message = format!("`{}` must be text", entry.key);
                    self.fault(file, entry.span.start, &message, "put it in quotes");
                }
                (other, _) => {
                    let hint = suggest(other, ["when", "do"]);
                    self.fault(file, entry.at, &format!("unknown key `{other}`"), &hint);
                }
            }
        }
        match asked {
            Some(asked) => Some(Case { when, asked }),
            None => {
                self.fault(file, item.span.start, "`do` is missing", "say which action");
                None
            }
        }
    }

    fn asked(&mut self, file: usize, entry: &Entry, text: &str) -> Option<Invocation> {
        match text.parse() {
            Ok(asked) => Some(asked),
            Err(why) => {
                let why: String = why;
                self.fault(file, entry.span.start, &why, "");
                None
            }
        }
    }

    /// Chords that can never be pressed, because a shorter one acts first.
    fn conflicts(&mut self) {
        let mut found = Vec::new();
        let global = &self.map.contexts[Context::Global as usize];
        for context in Context::ALL {
            let chords = &self.map.contexts[context as usize];
            for (keys, binding) in chords {
                let longer =
                    beginning_with(chords, keys).map(|(keys, other)| (context, keys, other));
                let beside = |other: &Chords| -> Vec<_> {
                    let longer = beginning_with(other, keys);
                    longer
                        .map(|(keys, other)| (Context::Global, keys.clone(), other.origin))
                        .collect()
                };
                let mut all: Vec<_> =
                    longer.map(|(at, keys, other)| (at, keys.clone(), other.origin)).collect();
                if context != Context::Global && !binding.cases.is_empty() {
                    all.extend(beside(global));
                }
                for (at, long, origin) in all {
                    let (late, early) = (binding.origin.max(origin), binding.origin.min(origin));
                    found.push((late, early, context, keys.clone(), at, long));
                }
            }
        }
        for (late, early, context, keys, at, long) in found {
            let other = self.sources[early.0].fault(early.1, "", "");
            let message = format!(
                "`{}` of [{}] is the beginning of `{}` of [{}]",
                spelled(&keys),
                context.id(),
                spelled(&long),
                at.id()
            );
            let hint = format!(
                "set one of them to \"unbind\"; the other is in {}:{}",
                other.file.display(),
                other.line
            );
            self.fault(late.0, late.1, &message, &hint);
        }
    }

    fn fault(&mut self, file: usize, at: usize, message: &str, hint: &str) {
        self.faults.push(self.sources[file].fault(at, message, hint));
    }
}
