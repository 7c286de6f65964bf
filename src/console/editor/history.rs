//! The way back.

/// So many steps are kept.
const KEPT: usize = 500;

/// One change: what stood there, and what stands there now.
#[derive(Clone, Debug)]
struct Change {
    at: usize,
    gone: String,
    come: String,
    cursor: usize,
}

/// What was changed, and what was taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    past: Vec<Change>,
    future: Vec<Change>,
    /// The next character begins a step of its own.
    paused: bool,
}

impl History {
    /// Remembers a change. Characters typed one after the other are one step up to the end of a word, and so are
    /// characters deleted one after the other.
    pub(super) fn changed(&mut self, at: usize, gone: &str, come: &str, cursor: usize) {
        self.future.clear();
        let joins = |last: &Change| {
            let types = gone.is_empty() && last.gone.is_empty() && at == last.at + last.come.len();
            let word = !(come.starts_with(char::is_alphanumeric)
                && last.come.ends_with(|c: char| !c.is_alphanumeric()));
            let one = come.chars().count() == 1 && come != "\n";
            let deletes = come.is_empty() && last.come.is_empty();
            types && word && one || deletes && at + gone.len() == last.at
        };
        match self.past.last_mut().filter(|last| !self.paused && joins(last)) {
            Some(last) if come.is_empty() => {
                last.gone.insert_str(0, gone);
                last.at = at;
            }
            Some(last) => last.come.push_str(come),
            None => {
                let change = Change { at, gone: gone.into(), come: come.into(), cursor };
                self.past.push(change);
                if self.past.len() > KEPT {
                    self.past.remove(0);
                }
            }
        }
        self.paused = false;
    }

    /// Ends a step.
    pub(super) fn pause(&mut self) {
        self.paused = true;
    }

    /// Takes a step back; says where the cursor was.
    pub(super) fn back(&mut self, text: &mut String) -> Option<usize> {
        let change = self.past.pop()?;
        text.replace_range(change.at..change.at + change.come.len(), &change.gone);
        let cursor = change.cursor;
        self.future.push(change);
        self.paused = true;
        Some(cursor)
    }

    /// Takes a step forth again; says where the cursor goes.
    pub(super) fn forth(&mut self, text: &mut String) -> Option<usize> {
        let change = self.future.pop()?;
        text.replace_range(change.at..change.at + change.gone.len(), &change.come);
        let cursor = change.at + change.come.len();
        self.past.push(change);
        self.paused = true;
        Some(cursor)
    }
}
