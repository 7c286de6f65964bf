//! The order of what a console asks for.

use crate::domain::id::TicketNumber;
use std::collections::HashMap;
use tokio::sync::oneshot;

/// What a console asks of a ticket is done in the order in which it asks: an answer that is followed by a solve
/// must not find the ticket solved. Different tickets do not wait for each other.
#[derive(Default)]
pub(super) struct Turns(HashMap<TicketNumber, oneshot::Receiver<()>>);

/// A place in the order.
pub(super) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    ends: oneshot::Sender<()>,
}

impl Turns {
    /// The next place for this ticket.
    pub(super) fn take(&mut self, ticket: TicketNumber) -> Turn {
        self.0.retain(|_, last| last.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        let (ends, ended) = oneshot::channel();
        Turn { before: self.0.insert(ticket, ended), ends }
    }
}

impl Turn {
    /// Waits for whatever came before. The turn lasts as long as what this gives.
    pub(super) async fn come(self) -> oneshot::Sender<()> {
        if let Some(before) = self.before {
            // That it is dropped is the end of it.
            let _ = before.await;
        }
        self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn what_is_asked_of_one_ticket_waits_for_what_was_asked_before() {
        let mut turns = Turns::default();
        let [first, other, second] = [7, 8, 7].map(|number| turns.take(TicketNumber(number)));
        let first = first.come().now_or_never().expect("nothing was before it");
        other.come().now_or_never().expect("another ticket");
        let mut second = Box::pin(second.come());
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert!(second.as_mut().now_or_never().is_some());
        turns.take(TicketNumber(9));
        assert_eq!(turns.0.len(), 1, "what has ended is forgotten");
    }
}
