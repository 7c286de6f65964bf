//! How many tickets each of a console's queries finds.

use crate::domain::roster::Member;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::relay::reading::{Begin, Reading, Search};
use crate::wire::{TALLIES_MOST, TallyView, TicketFilter};

/// Tickets that are counted of one query; beyond them it is only told that there are more.
const COUNTED_MOST: usize = 1_000;

/// The queries of one console, as far as they have come.
pub(super) struct Tallies(Vec<(TicketFilter, Option<Search>)>);

impl Tallies {
    /// Of these queries. One that cannot be read is not counted: the console has told what is wrong with it.
    pub(super) fn new(queries: Vec<String>, reading: &Reading) -> Self {
        let asked = queries.into_iter().take(TALLIES_MOST).map(|query| {
            let filter = TicketFilter { query: Some(query), ..TicketFilter::default() };
            let search = reading.search_of(&filter, COUNTED_MOST).ok().flatten();
            (filter, search)
        });
        Self(asked.collect())
    }

    /// Begins anew: rights have changed.
    pub(super) fn restart(&mut self) {
        self.0.iter_mut().filter_map(|(_, search)| search.as_mut()).for_each(Search::restart);
    }

    /// The counts, as far as they are known; whether there is more to count; and what is in them.
    pub(super) fn count(
        &mut self,
        reading: &Reading,
        member: &Member,
        now: Timestamp,
    ) -> Result<(Vec<Option<TallyView>>, bool, Position), JournalError> {
        let mut counts = Vec::with_capacity(self.0.len());
        let (mut more, mut position) = (false, reading.position());
        for (filter, search) in &mut self.0 {
            let Some(search) = search else {
                counts.push(None);
                continue;
            };
            let found = reading.search(search, member, filter, Begin::default(), 0, now)?;
            more |= found.searching;
            position = position.min(found.position);
            counts.push(Some(TallyView { total: found.total, beyond: found.beyond }));
        }
        Ok((counts, more, position))
    }
}
