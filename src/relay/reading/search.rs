//! Searching for customers: a little at a time, and then kept up to date by what changes.

use super::{Begin, Page, Reading, Row};
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::roster::Member;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::kit::fold::folded;
use crate::relay::views::{Facet, InboxKey, Ranked, Stand};
use crate::wire::{InboxView, QUERY_MOST, TicketFilter};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Matches that are kept; a search that finds more goes no further.
const MATCHES_MOST: usize = 10_000;
/// What one look may cost, in conversations whose words are at hand.
const SLICE: usize = 20_000;
/// What it costs to open the words of one.
const OPENING: usize = 20;

/// Where a match stands: customers without an unsolved ticket come after the others.
type Placed = (bool, InboxKey);

/// One search, as far as it has come.
pub struct Search {
    words: Vec<String>,
    matches: Ranked<Placed>,
    places: HashMap<ConversationId, Placed>,
    /// Still to be looked at, the next one last; nothing before the search has begun.
    left: Option<Vec<ConversationId>>,
    /// Changes taken in.
    seen: u64,
    beyond: bool,
    kept: Option<Placed>,
}

/// A page of what was found.
pub struct Found {
    /// Everything up to here is in it.
    pub position: Position,
    /// In order.
    pub rows: Vec<Arc<Row>>,
    /// How many were found.
    pub total: usize,
    /// The place of the first row among them, from 0.
    pub first: usize,
    /// It is not through yet.
    pub searching: bool,
    /// There are more than were found.
    pub beyond: bool,
}

impl From<Page> for Found {
    fn from(page: Page) -> Self {
        let Page { position, rows, total, first, .. } = page;
        Self { position, rows, total, first, searching: false, beyond: false }
    }
}

impl Search {
    /// A search for these words; nothing if there is no word.
    pub fn new(query: &str) -> Option<Self> {
        let query: String = query.chars().take(QUERY_MOST).collect();
        let words = folded(&query);
        let words = words.split_whitespace().map(|word| word.trim_start_matches(['#', '+', '@']));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        (!words.is_empty()).then(|| Self {
            words,
            matches: Ranked::default(),
            places: HashMap::new(),
            left: None,
            seen: 0,
            beyond: false,
            kept: None,
        })
    }

    /// Begins anew: rights have changed, or too much has happened.
    pub fn restart(&mut self) {
        self.left = None;
    }

    fn place(&mut self, id: ConversationId, place: Option<Placed>) {
        if let Some(old) = self.places.remove(&id) {
            self.matches.remove(&old);
        }
        if let Some(place) = place {
            self.places.insert(id, place);
            self.matches.insert(place);
        }
    }
}

impl Reading {
    /// What there is to find of a conversation, and what it cost to know.
    fn words_of(&self, state: &Conversation) -> Result<(Arc<str>, usize), JournalError> {
        let contact = self.contact(state.head.contact);
        let versions = (state.head.version, contact.version);
        if let Some((of, words)) = self.cache.words(state.id)
            && of == versions
        {
            return Ok((words, 1));
        }
        let person = self.person(&contact)?.brief(contact.id);
        let last = state.last_message().map(|entry| self.last_message(&contact, entry));
        let preview = last.transpose()?.map(|last| last.preview);
        let mut text = String::new();
        for part in [person.name, person.phone, person.username, preview].into_iter().flatten() {
            text.push_str(&folded(&part));
            text.push('\n');
        }
        if let Some(ticket) = &state.head.ticket {
            for tag in self.tags(&contact, state, ticket)? {
                text.push_str(&folded(&tag));
                text.push('\n');
            }
        }
        let words: Arc<str> = text.into();
        if contact.erased.is_none() {
            self.cache.put_words(state.id, contact.id, versions, words.clone());
        }
        Ok((words, OPENING))
    }

    /// Where a conversation stands among what is looked for, if it does, and what it cost to know.
    fn found(
        &self,
        search: &Search,
        id: ConversationId,
        member: &Member,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> Result<(Option<Placed>, usize), JournalError> {
        let Some(state) = self.store.conversation(id)? else { return Ok((None, 1)) };
        let (Some(stand), Some(ticket)) = (Stand::of(&state), &state.head.ticket) else {
            return Ok((None, 1));
        };
        let unsolved = ticket.state.is_unsolved();
        let facet = super::inbox::facet(filter, member, now).0;
        let everybody = filter.view.is_none() && filter.state.is_none();
        let fits = match &facet {
            Facet::Unsolved => unsolved || everybody,
            Facet::In(state) => ticket.state == *state,
            Facet::Of(holder) => unsolved && ticket.assignee == *holder,
            Facet::Waiting => unsolved && ticket.waiting_since.is_some(),
            Facet::Due(until) => stand.key(&facet).is_some_and(|key| key.urgent_at <= *until),
            Facet::Solved => !unsolved,
        };
        let fits = fits
            && member.sees(&ticket.queue)
            && filter.queue.as_ref().is_none_or(|queue| ticket.queue == **queue)
            && filter.state.is_none_or(|state| ticket.state == state)
            && (filter.view != Some(InboxView::MyQueues) || member.queues.contains(&ticket.queue));
        if !fits || filter.line.is_some() && !super::inbox::on_line(filter, &state, &self.policy())
        {
            return Ok((None, 1));
        }
        let (text, cost) = self.words_of(&state)?;
        let number = ticket.number.to_string();
        let has = |word: &String| text.contains(&**word) || number.starts_with(&**word);
        let key = stand.key(&facet).or_else(|| stand.key(&Facet::Solved));
        let place = key.filter(|_| search.words.iter().all(has)).map(|key| (!unsolved, key));
        Ok((place, cost))
    }

    /// Every conversation, the next one to be looked at last: unsolved ones by urgency, then the others, the
    /// latest first.
    fn everybody(&self) -> Vec<ConversationId> {
        let views = self.store.read();
        let urgent: Vec<_> = views.inbox().map(|(_, state)| state.id).collect();
        let known: HashSet<_> = urgent.iter().copied().collect();
        let all = views.contacts().flat_map(|contact| contact.conversations.iter());
        let mut all: Vec<_> = all.map(|(_, id)| *id).filter(|id| !known.contains(id)).collect();
        drop(views);
        all.sort_unstable();
        all.extend(urgent.into_iter().rev());
        all
    }

    /// Everybody who is found, at most `most`, in order.
    pub(super) fn search_through(
        &self,
        search: &mut Search,
        member: &Member,
        filter: &TicketFilter,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<ConversationId>, JournalError> {
        while self.search(search, member, filter, Begin::default(), 0, now)?.searching {}
        let views = self.store.read();
        let found = search.matches.iter().take(most);
        Ok(found.filter_map(|(_, key)| views.conversation_of(key.number)).collect())
    }

    /// Goes on with a search for a while, and shows the page of it that begins there.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn search(
        &self,
        search: &mut Search,
        member: &Member,
        filter: &TicketFilter,
        begin: Begin,
        rows: usize,
        now: Timestamp,
    ) -> Result<Found, JournalError> {
        let (position, changed, changes) = {
            let views = self.store.read();
            let live = views.live();
            let changes = live.changes_since(search.seen);
            let changes: Option<HashSet<_>> = changes.map(|changes| changes.take(SLICE).collect());
            (views.position, live.changed(), changes)
        };
        let mut cost = 0;
        match changes.filter(|_| search.left.is_some()) {
            Some(changes) => {
                for id in changes {
                    let (place, _) = self.found(search, id, member, filter, now)?;
                    cost += OPENING;
                    search.place(id, place);
                }
            }
            None => {
                search.matches = Ranked::default();
                search.places.clear();
                search.beyond = false;
                search.left = Some(self.everybody());
            }
        }
        search.seen = changed;
        while cost < SLICE {
            let Some(id) = search.left.as_mut().and_then(Vec::pop) else { break };
            let (place, of) = self.found(search, id, member, filter, now)?;
            cost += of;
            search.place(id, place);
            if search.matches.len() >= MATCHES_MOST {
                search.beyond = true;
                search.left = Some(Vec::new());
            }
        }
        let Begin { anchor, before, place } = begin;
        let standing = anchor.and_then(|number| {
            let id = self.conversation_id(number)?;
            search.places.get(&id).copied().filter(|(_, key)| key.number == number)
        });
        let at = anchor.and(standing.or(search.kept));
        search.kept = at;
        let most = rows;
        let total = search.matches.len();
        let place = place.min(total.saturating_sub(rows));
        let start = at.or_else(|| search.matches.at(place).copied());
        let mut keys: Vec<_> = match &at {
            Some(at) => search.matches.before(at).take(before.min(most)).copied().collect(),
            None => Vec::new(),
        };
        keys.reverse();
        let first = start.map_or(0, |at| search.matches.rank(&at)) - keys.len();
        let room = most.saturating_sub(keys.len());
        match &start {
            Some(at) => keys.extend(search.matches.from(at).take(room)),
            None => keys.extend(search.matches.iter().take(room)),
        }
        let keys: Vec<_> = keys.into_iter().map(|(_, key)| key).collect();
        Ok(Found {
            position,
            rows: self.rows(&keys, now)?,
            total: search.matches.len(),
            first,
            searching: search.left.as_ref().is_some_and(|left| !left.is_empty()),
            beyond: search.beyond,
        })
    }
}
