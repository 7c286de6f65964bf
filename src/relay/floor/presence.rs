//! Who is at a console.

use super::Stir;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many consoles an account has, and since when there is one or none.
type Known = Arc<Mutex<HashMap<Name, (usize, Timestamp)>>>;

/// See the module.
pub struct Presences {
    known: Known,
    stir: Stir,
}

/// A console of an account; when it is dropped, the console has gone.
pub struct Here {
    known: Known,
    stir: Stir,
    name: Name,
    clock: crate::kit::Clock,
}

impl Presences {
    pub(super) fn new(stir: Stir) -> Self {
        Self { known: Arc::default(), stir }
    }

    /// A console of this account has come.
    pub fn enter(&self, name: &Name, clock: &crate::kit::Clock) -> Here {
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let (consoles, since) = known.entry(name.clone()).or_insert((0, clock.now()));
            if *consoles == 0 {
                *since = clock.now();
            }
            *consoles += 1;
        }
        self.stir.stir();
        let (known, stir) = (self.known.clone(), self.stir.clone());
        Here { known, stir, name: name.clone(), clock: clock.clone() }
    }

    /// Whether an account has a console, and since when that is so; nothing if it was never seen.
    pub fn of(&self, name: &Name) -> Option<(bool, Timestamp)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).map(|(consoles, since)| (*consoles > 0, *since))
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some((consoles, since)) =
            self.known.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&self.name)
        {
            *consoles = consoles.saturating_sub(1);
            if *consoles == 0 {
                *since = self.clock.now();
            }
        }
        self.stir.stir();
    }
}
