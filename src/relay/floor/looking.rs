//! Who looks at which conversation, and who writes there.

use super::Stir;
use crate::domain::id::ConversationId;
use crate::domain::name::Name;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So long after the last key somebody still counts as writing. In real time.
const WRITES: Duration = Duration::from_secs(8);

/// One account at one conversation.
struct Seat {
    name: Name,
    consoles: usize,
    typed: Option<Instant>,
}

type Known = Arc<Mutex<HashMap<ConversationId, Vec<Seat>>>>;

fn locked(known: &Known) -> MutexGuard<'_, HashMap<ConversationId, Vec<Seat>>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// See the module.
pub struct Looking {
    known: Known,
    stir: Stir,
}

/// A console that shows a conversation; when it is dropped, it shows it no longer.
pub struct Eye {
    known: Known,
    stir: Stir,
    at: ConversationId,
    name: Name,
}

impl Looking {
    pub(super) fn new(stir: Stir) -> Self {
        Self { known: Known::default(), stir }
    }

    /// A console of this account shows the conversation from now on.
    pub fn enter(&self, at: ConversationId, name: &Name) -> Eye {
        {
            let mut known = locked(&self.known);
            let seats = known.entry(at).or_default();
            match seats.iter_mut().find(|seat| seat.name == *name) {
                Some(seat) => seat.consoles += 1,
                None => seats.push(Seat { name: name.clone(), consoles: 1, typed: None }),
            }
        }
        self.stir.stir();
        let (known, stir) = (self.known.clone(), self.stir.clone());
        Eye { known, stir, at, name: name.clone() }
    }

    /// He writes there, or has stopped: what was written was sent or thrown away.
    pub fn writes(&self, at: ConversationId, name: &Name, writes: bool) {
        let changed = {
            let mut known = locked(&self.known);
            let seats = known.get_mut(&at).into_iter().flatten();
            let seat = seats.into_iter().find(|seat| seat.name == *name);
            seat.is_some_and(|seat| {
                let wrote = is_fresh(seat.typed);
                seat.typed = writes.then(Instant::now);
                wrote != writes
            })
        };
        if changed {
            self.stir.stir();
        }
    }

    /// Who else looks at a conversation, by name, and whether he writes.
    pub fn others(&self, at: ConversationId, me: &Name) -> Vec<(Name, bool)> {
        let known = locked(&self.known);
        let seats = known.get(&at).into_iter().flatten().filter(|seat| seat.name != *me);
        let mut all: Vec<_> = seats.map(|seat| (seat.name.clone(), is_fresh(seat.typed))).collect();
        all.sort();
        all
    }
}

fn is_fresh(typed: Option<Instant>) -> bool {
    typed.is_some_and(|at| at.elapsed() < WRITES)
}

impl Drop for Eye {
    fn drop(&mut self) {
        {
            let mut known = locked(&self.known);
            if let Some(seats) = known.get_mut(&self.at) {
                for seat in seats.iter_mut().filter(|seat| seat.name == self.name) {
                    seat.consoles -= 1;
                }
                seats.retain(|seat| seat.consoles > 0);
                if seats.is_empty() {
                    known.remove(&self.at);
                }
            }
        }
        self.stir.stir();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_looks_and_who_writes() {
        let looking = Looking::new(Stir::new());
        let (anna, bruno, at) = (Name::from("anna"), Name::from("bruno"), ConversationId(1));
        let seen = |me: &Name| looking.others(at, me);
        let first = looking.enter(at, &bruno);
        let second = looking.enter(at, &bruno);
        assert_eq!(seen(&anna), [(bruno.clone(), false)]);
        assert_eq!(seen(&bruno), []);
        looking.writes(at, &bruno, true);
        looking.writes(at, &anna, true);
        assert_eq!(seen(&anna), [(bruno.clone(), true)]);
        tokio::time::advance(WRITES).await;
        assert_eq!(seen(&anna), [(bruno.clone(), false)], "he has stopped");
        looking.writes(at, &bruno, true);
        looking.writes(at, &bruno, false);
        assert_eq!(seen(&anna), [(bruno.clone(), false)], "it was sent");
        drop(first);
        assert_eq!(seen(&anna).len(), 1, "he has another console");
        drop(second);
        assert_eq!(seen(&anna), []);
    }
}
