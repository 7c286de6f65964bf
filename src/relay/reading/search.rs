//! Searching the tickets: a little at a time, and then kept up to date by what changes and by what time turns.
//!
//! What is looked at comes from the shelves, the narrowest that the query allows; only what is not known there is
//! asked of each ticket, and only for words anything is opened.

use super::scope::{HORIZON, Scope};
use super::{Begin, Page, Reading, Row};
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::query::{Asking, Judge, Known, Order, Query, Subject, parse};
use crate::domain::roster::Member;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::kit::fold::folded;
use crate::kit::text::{nearest, one_line};
use crate::relay::views::{Facet, InboxKey, Ranked, Stand};
use crate::wire::{Refused, TicketFilter};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Matches that are kept for a console; a search that finds more goes no further.
pub const MATCHES_MOST: usize = 10_000;
/// What one look may cost, in conversations whose words are at hand.
const SLICE: usize = 20_000;
/// What it costs to open the words of one, or to read one from the disk.
const OPENING: usize = 20;
/// Conversations that are taken out of the views at once.
const HANDFUL: usize = 512;
/// Turns that are kept, of the next [`HORIZON`]; after the last one the search begins anew.
const TURNS_MOST: usize = 10_000;

/// Where a match stands: by urgency customers without an unsolved ticket come after the others.
type Placed = (bool, InboxKey);

/// One search, as far as it has come.
pub struct Search {
    query: Query,
    /// The query as it is judged, and by which rules that was made.
    ready: Option<(Arc<Judge>, Arc<Policy>)>,
    most: usize,
    matches: Ranked<Placed>,
    places: HashMap<ConversationId, Placed>,
    /// Still to be looked at, the next one last; nothing before the search has begun.
    left: Option<Vec<ConversationId>>,
    /// When time alone turns which answer.
    turns: BTreeSet<(Timestamp, ConversationId)>,
    /// No later turn is known.
    until: Timestamp,
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
    /// A search that keeps at most so many matches.
    pub fn new(query: Query, most: usize) -> Self {
        Self {
            query,
            ready: None,
            most,
            matches: Ranked::default(),
            places: HashMap::new(),
            left: None,
            turns: BTreeSet::new(),
            until: Timestamp(i64::MAX),
            seen: 0,
            beyond: false,
            kept: None,
        }
    }

    /// Begins anew: rights have changed, or too much has happened.
    pub fn restart(&mut self) {
        self.left = None;
    }

    /// Whether time alone may change what is found.
    pub fn ages(&self) -> bool {
        self.ready.as_ref().is_none_or(|(judge, _)| judge.ages())
    }

    fn place(&mut self, id: ConversationId, place: Option<Placed>, turn: Option<Timestamp>) {
        if let Some(old) = self.places.remove(&id) {
            self.matches.remove(&old);
        }
        if let Some(place) = place {
            self.places.insert(id, place);
            self.matches.insert(place);
        }
        if let Some(turn) = turn.filter(|turn| *turn < self.until) {
            self.turns.insert((turn, id));
            if self.turns.len() > TURNS_MOST
                && let Some((last, _)) = self.turns.pop_last()
            {
                self.until = last;
            }
        }
    }

    /// Those whose answer has turned by now.
    fn turned(&mut self, now: Timestamp) -> Vec<ConversationId> {
        let later = self.turns.split_off(&(now.plus_millis(1), ConversationId(0)));
        std::mem::replace(&mut self.turns, later).into_iter().map(|(_, id)| id).collect()
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

    /// Where a conversation stands among what is looked for, if it does; when time alone may turn that; and what
    /// it cost to know.
    fn found(
        &self,
        scope: &Scope<'_>,
        state: &Conversation,
    ) -> Result<(Option<Placed>, Option<Timestamp>, usize), JournalError> {
        let Scope { filter, facet, judge, now, .. } = scope;
        let nothing = (None, None, 1);
        let Some(ticket) = &state.head.ticket else { return Ok(nothing) };
        let unsolved = ticket.state.is_unsolved();
        let within = match facet {
            Facet::Unsolved => unsolved || scope.takes_solved(),
            Facet::In(state) => ticket.state == *state,
            Facet::Of(holder) => unsolved && ticket.assignee == *holder,
            Facet::Waiting => unsolved && ticket.waiting_since.is_some(),
            Facet::Due(until) => unsolved && ticket.due_at().is_some_and(|at| at <= *until),
            Facet::Solved => !unsolved,
        };
        let within = within
            && scope.wants_queue(&ticket.queue)
            && filter.state.is_none_or(|state| ticket.state == state);
        if !within || !super::inbox::on_line(filter, state, &scope.policy) {
            return Ok(nothing);
        }
        let subject = Subject { conversation: state, ticket };
        let turn = judge.turns(subject, *now);
        if !judge.fits(subject, *now) {
            return Ok((None, turn, 1));
        }
        let mut cost = 1;
        if judge.has_words() {
            let (text, of) = self.words_of(state)?;
            cost = of;
            if !judge.found_in(&text, &ticket.number.to_string()) {
                return Ok((None, turn, cost));
            }
        }
        let far = Timestamp(i64::MAX);
        let at = match judge.order {
            Order::Urgency => {
                let Some(stand) = Stand::of(state) else { return Ok(nothing) };
                let key = stand.key(facet).or_else(|| stand.key(&Facet::Solved));
                return Ok((key.map(|key| (!unsolved, key)), turn, cost));
            }
            Order::Due => ticket.due_at().filter(|_| unsolved).unwrap_or(far),
            Order::Window => {
                let until = state.head.window_until.filter(|_| !state.head.window_closed);
                until.unwrap_or(far)
            }
            Order::Waiting => ticket.waiting_since.unwrap_or(far),
            Order::Newest => Timestamp(ticket.opened_at.0.saturating_neg()),
            Order::Oldest => ticket.opened_at,
        };
        Ok((Some((false, InboxKey::at(at, ticket.number))), turn, cost))
    }

    /// The search that a filter asks for; nothing if it has neither a query nor the name of a saved view. It
    /// keeps at most `most` matches.
    ///
    /// # Errors
    /// What is wrong in the query, and where; or that there is no such view.
    pub fn search_of(&self, filter: &TicketFilter, most: usize) -> Result<Option<Search>, Refused> {
        let desk = self.desk();
        let policy = self.policy();
        let (queues, people): (Vec<_>, Vec<_>) = {
            let views = self.store.read();
            // A queue that was taken out of the configuration may still hold tickets.
            let held = views.shelves().queues().map(ToString::to_string);
            let people = views.desk().accounts.keys().map(ToString::to_string);
            (desk.queues.into_iter().chain(held).collect(), people.collect())
        };
        let mut query = Query::default();
        if let Some(name) = &filter.saved {
            let Some(view) = policy.views.iter().find(|view| view.name == *name) else {
                let known: Vec<_> = policy.views.iter().map(|view| view.name.as_str()).collect();
                let message = format!("there is no view {}", one_line(name, 64));
                return Err(Refused::new("no_view", message, &nearest(name, &known)));
            };
            query = read(&view.query, Known::default())?;
        }
        if let Some(text) = &filter.query {
            let known = Known {
                queues: Some(&queues),
                lines: Some(&desk.lines),
                people: Some(&people),
                fields: Some(&desk.fields),
            };
            query = query.and(read(text, known)?);
        }
        Ok((query != Query::default()).then(|| Search::new(query, most)))
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

    /// Those that may fit, the next one to be looked at last.
    fn candidates(&self, scope: &Scope<'_>) -> Vec<ConversationId> {
        if scope.judge.has_words() && scope.takes_solved() {
            return self.everybody();
        }
        let views = self.store.read();
        let keys = scope.narrowest(&views);
        keys.iter().filter_map(|key| views.conversation_of(key.number)).collect()
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

    /// The query as it is judged by the rules in force.
    fn ready(
        &self,
        search: &Search,
        member: &Member,
        policy: Arc<Policy>,
    ) -> (Arc<Judge>, Arc<Policy>) {
        let tag = |name: &str| self.opener.tag_key(&Name::from(name));
        let asking = Asking { me: &member.name, policy: &policy, tag: &tag };
        (Arc::new(Judge::new(&search.query, asking)), policy)
    }

    /// Looks at these; says what it cost.
    fn look_at(
        &self,
        search: &mut Search,
        scope: &Scope<'_>,
        ids: Vec<ConversationId>,
    ) -> Result<usize, JournalError> {
        let held: Vec<_> = {
            let views = self.store.read();
            ids.into_iter().map(|id| (id, views.conversation(id).cloned())).collect()
        };
        let mut cost = 0;
        for (id, state) in held {
            let state = match state {
                Some(state) => Some(state),
                None => {
                    cost += if scope.judge.has_words() { 0 } else { OPENING };
                    self.store.conversation(id)?
                }
            };
            let (place, turn, of) = match state {
                Some(state) => self.found(scope, &state)?,
                None => (None, None, 1),
            };
            cost += of;
            search.place(id, place, turn);
        }
        Ok(cost)
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
        let (position, changed, changes, policy) = {
            let views = self.store.read();
            let live = views.live();
            let changes = live.changes_since(search.seen);
            let changes: Option<HashSet<_>> = changes.map(|changes| changes.take(SLICE).collect());
            (views.position, live.changed(), changes, views.policy().clone())
        };
        let same = search.ready.take().filter(|(_, of)| Arc::ptr_eq(of, &policy));
        let goes_on = search.left.is_some() && same.is_some() && now < search.until;
        let ready = match same.filter(|_| goes_on) {
            Some(ready) => ready,
            None => self.ready(search, member, policy),
        };
        search.ready = Some(ready.clone());
        let scope = Scope::new(member, filter, ready, now);
        let mut cost = 0;
        match changes.filter(|_| goes_on) {
            Some(mut changes) => {
                changes.extend(search.turned(now));
                cost += changes.len() * if scope.judge.has_words() { OPENING } else { 1 };
                self.look_at(search, &scope, changes.into_iter().collect())?;
            }
            None => {
                search.matches = Ranked::default();
                search.places.clear();
                search.turns.clear();
                let ages = scope.judge.ages();
                search.until = if ages { now.plus_secs(HORIZON) } else { Timestamp(i64::MAX) };
                search.beyond = false;
                search.left = Some(self.candidates(&scope));
            }
        }
        search.seen = changed;
        while cost < SLICE {
            let Some(left) = search.left.as_mut().filter(|left| !left.is_empty()) else { break };
            let ids: Vec<_> = left.drain(left.len().saturating_sub(HANDFUL)..).rev().collect();
            cost += self.look_at(search, &scope, ids)?;
            if search.matches.len() >= search.most {
                search.beyond = search.left.as_ref().is_some_and(|left| !left.is_empty());
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

/// Reads a query.
fn read(text: &str, known: Known<'_>) -> Result<Query, Refused> {
    parse(text, known)
        .map_err(|fault| Refused::new("malformed", fault.to_string(), &fault.wrong.hint()))
}
