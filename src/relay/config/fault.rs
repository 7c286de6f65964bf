//! What is wrong in a configuration file, and where.

pub use crate::kit::Fault;
use std::cell::RefCell;
use std::path::PathBuf;

/// One file of the configuration.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// A place in one of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) offset: usize,
}

/// Gathers the faults of all files.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    sources: &'a [Source],
    found: RefCell<Vec<Found>>,
    warned: RefCell<Vec<Found>>,
}

/// What is told: where, what, and what to do.
type Found = (Place, String, String);

impl<'a> Faults<'a> {
    pub(super) fn new(sources: &'a [Source]) -> Self {
        Self { sources, found: RefCell::default(), warned: RefCell::default() }
    }

    pub(super) fn add(&self, at: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.found.borrow_mut().push((at, message.into(), hint.into()));
    }

    /// Notes what is no fault and should be looked at.
    pub(super) fn warn(&self, at: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.warned.borrow_mut().push((at, message.into(), hint.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// The folder of the file that holds `at`: relative paths start there. It is the same from wherever the file is
    /// named.
    pub(super) fn folder(&self, at: Place) -> PathBuf {
        let path = &self.sources[at.file].path;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path.parent().map(PathBuf::from).unwrap_or_default()
    }

    /// `at` as `file:line:column`.
    pub(super) fn show(&self, at: Place) -> String {
        let (line, column) = self.position(at);
        format!("{}:{line}:{column}", self.sources[at.file].path.display())
    }

    fn position(&self, at: Place) -> (usize, usize) {
        let text = &self.sources[at.file].text;
        let before = &text[..text.floor_char_boundary(at.offset)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// All faults, and all warnings, in the order of the files.
    pub(super) fn told(&self) -> (Vec<Fault>, Vec<Fault>) {
        (self.placed(self.found.take()), self.placed(self.warned.take()))
    }

    fn placed(&self, mut found: Vec<Found>) -> Vec<Fault> {
        found.sort();
        found.dedup();
        found
            .into_iter()
            .map(|(at, message, hint)| {
                let (line, column) = self.position(at);
                Fault { file: self.sources[at.file].path.clone(), line, column, message, hint }
            })
            .collect()
    }
}
