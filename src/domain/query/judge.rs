//! Whether a ticket is what a query asks for.

use super::{Bound, Concern, Measure, Order, Query, Wants, Who, Whom};
use crate::domain::aside::Aside;
use crate::domain::conversation::Conversation;
use crate::domain::field::printed;
use crate::domain::id::TagKey;
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::ticket::{Priority, State, Ticket};
use crate::kit::Timestamp;
use crate::kit::fold::folded;

/// Who asks, and by which rules.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The account.
    pub me: &'a Name,
    /// The rules in force: they name the lines.
    pub policy: &'a Policy,
    /// The fingerprint of a label.
    pub tag: &'a dyn Fn(&str) -> TagKey,
}

/// The ticket that is judged, in its conversation.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The conversation.
    pub conversation: &'a Conversation,
    /// Its ticket.
    pub ticket: &'a Ticket,
}

/// A query made ready to judge many tickets: no name is looked up twice.
#[derive(Debug)]
pub struct Judge {
    tests: Vec<(bool, Test)>,
    words: Vec<(bool, String)>,
    /// The queues to which it is bound, if it is.
    pub queues: Option<Vec<Name>>,
    /// The states to which it is bound, if it is.
    pub states: Option<Vec<State>>,
    /// The only one whose tickets will do, or nobody's, if that is asked for.
    pub holder: Option<Option<Name>>,
    /// Only tickets will do with a promise that breaks within so many seconds.
    pub due_under: Option<i64>,
    /// Only tickets will do whose customer waits.
    pub waiting: bool,
    /// The order of what is found.
    pub order: Order,
}

#[derive(Debug)]
enum Test {
    Queue(Vec<Name>),
    Line(Vec<Name>),
    Holder(Vec<Option<Name>>),
    State(Vec<State>),
    /// Two fingerprints for each: the first form of the journal wrote another sort.
    Tag(Vec<Option<[TagKey; 2]>>),
    Priority(Vec<Priority>),
    /// Fingerprints of name and value; nothing for having none.
    Field(Name, Vec<Option<TagKey>>),
    /// Nobody for nobody at all; the account that asks for who is new to it.
    Concern(Concern, Vec<Concerned>),
    Measure(Measure, Bound),
}

#[derive(Debug)]
enum Concerned {
    New(Name),
    Any,
    Nobody,
    Named(Name),
}

impl Judge {
    /// Makes a query ready.
    pub fn new(query: &Query, asking: Asking<'_>) -> Self {
        let mut judge = Self {
            tests: Vec::new(),
            words: Vec::new(),
            queues: None,
            states: None,
            holder: None,
            due_under: None,
            waiting: false,
            order: query.sort.unwrap_or_default(),
        };
        for term in &query.terms {
            let test = match &term.wants {
                Wants::Text(text) => {
                    let text = folded(text);
                    let text = text.trim_start_matches(['#', '+', '@']).trim();
                    if !text.is_empty() {
                        judge.words.push((term.not, text.to_owned()));
                    }
                    continue;
                }
                Wants::Queue(queues) => Test::Queue(names(queues)),
                Wants::Line(lines) => Test::Line(numbers(lines, asking.policy)),
                Wants::Assignee(people) => {
                    let one = |who: &Who| match who {
                        Who::Me => Some(asking.me.clone()),
                        Who::Nobody => None,
                        Who::Named(name) => Some(Name::from(name.as_str())),
                    };
                    Test::Holder(people.iter().map(one).collect())
                }
                Wants::State(states) => Test::State(states.clone()),
                Wants::Tag(tags) => {
                    let keys = |name: &String| [(asking.tag)(name), TagKey::of_clear(name)];
                    Test::Tag(tags.iter().map(|tag| tag.as_ref().map(keys)).collect())
                }
                Wants::Priority(all) => Test::Priority(all.clone()),
                Wants::Field(name, values) => {
                    let name = Name::from(name.as_str());
                    let rules = asking.policy.fields.iter().find(|rules| rules.name == name);
                    let key = |value: &String| {
                        // What means the same is kept the same.
                        let kept = rules.and_then(|rules| rules.kind.read(value).ok());
                        (asking.tag)(&printed(&name, kept.as_ref().unwrap_or(value)))
                    };
                    let keys = values.iter().map(|value| value.as_ref().map(key)).collect();
                    Test::Field(name, keys)
                }
                Wants::Concern(concern, people) => {
                    let one = |whom: &Whom| match whom {
                        Whom::New => Concerned::New(asking.me.clone()),
                        Whom::Any => Concerned::Any,
                        Whom::Who(Who::Me) => Concerned::Named(asking.me.clone()),
                        Whom::Who(Who::Nobody) => Concerned::Nobody,
                        Whom::Who(Who::Named(name)) => Concerned::Named(Name::from(name.as_str())),
                    };
                    Test::Concern(*concern, people.iter().map(one).collect())
                }
                Wants::Measure(measure, bound) => Test::Measure(*measure, *bound),
            };
            if !term.not {
                judge.bind(&test);
            }
            judge.tests.push((term.not, test));
        }
        judge
    }

    /// Takes from a test what an index can answer.
    fn bind(&mut self, test: &Test) {
        match test {
            Test::Queue(names) => self.queues = Some(names.clone()),
            Test::State(states) => self.states = Some(states.clone()),
            Test::Holder(people) => {
                if let [only] = &people[..] {
                    self.holder = Some(only.clone());
                }
            }
            Test::Measure(Measure::Due, Bound::Under(seconds)) => {
                self.due_under = Some(self.due_under.map_or(*seconds, |of| of.min(*seconds)));
            }
            Test::Measure(Measure::Waiting, Bound::Under(_) | Bound::Over(_) | Bound::Some) => {
                self.waiting = true;
            }
            _ => {}
        }
    }

    /// Whether words are looked for.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether the conditions hold; the words are not looked at.
    pub fn fits(&self, subject: Subject<'_>, now: Timestamp) -> bool {
        self.tests.iter().all(|(not, test)| test.holds(subject, now) != *not)
    }

    /// Whether time alone may change what fits.
    pub fn ages(&self) -> bool {
        self.tests.iter().any(|(_, test)| matches!(test, Test::Measure(..)))
    }

    /// Whether the words are found in folded `text`, or begin the ticket's `number`.
    pub fn found_in(&self, text: &str, number: &str) -> bool {
        let has = |word: &str| text.contains(word) || number.starts_with(word);
        self.words.iter().all(|(not, word)| has(word) != *not)
    }

    /// The next instant at which time alone may change whether the conditions hold. Nothing as long as another
    /// condition speaks against it.
    pub fn turns(&self, subject: Subject<'_>, now: Timestamp) -> Option<Timestamp> {
        let lasting = |test: &Test| !matches!(test, Test::Measure(..));
        let mut others = self.tests.iter().filter(|(_, test)| lasting(test));
        if !others.all(|(not, test)| test.holds(subject, now) != *not) {
            return None;
        }
        let tests = self.tests.iter().filter_map(|(_, test)| match test {
            Test::Measure(measure, bound) => Some((*measure, *bound)),
            _ => None,
        });
        tests
            .flat_map(|(measure, bound)| edges(measure, bound, subject))
            .filter(|at| *at > now)
            .min()
    }
}

fn names(all: &[String]) -> Vec<Name> {
    all.iter().map(|name| Name::from(name.as_str())).collect()
}

/// The numbers of the lines of these names. A line that is configured no more is called by its number.
fn numbers(lines: &[String], policy: &Policy) -> Vec<Name> {
    let named = |name: &Name| lines.iter().any(|line| *name == **line);
    let known = policy.lines.iter().filter(|(_, rules)| named(&rules.name));
    let gone = names(lines).into_iter().filter(|line| !policy.lines.contains_key(line));
    known.map(|(number, _)| number.clone()).chain(gone).collect()
}

impl Test {
    fn holds(&self, subject: Subject<'_>, now: Timestamp) -> bool {
        let ticket = subject.ticket;
        match self {
            Self::Queue(names) => names.contains(&ticket.queue),
            Self::Line(names) => names.contains(&subject.conversation.head.line),
            Self::Holder(people) => people.contains(&ticket.assignee),
            Self::State(states) => states.contains(&ticket.state),
            Self::Tag(tags) => tags.iter().any(|tag| match tag {
                None => ticket.tags.is_empty(),
                Some(keys) => ticket.tags.iter().any(|label| keys.contains(&label.key)),
            }),
            Self::Priority(all) => all.contains(&ticket.priority),
            Self::Field(name, keys) => {
                let aside = subject.conversation.head.aside();
                let mut fields = aside.into_iter().flat_map(|aside| &aside.fields);
                let has = fields.find(|field| field.name == *name).map(|field| field.key);
                keys.contains(&has)
            }
            Self::Concern(concern, people) => {
                let none = Aside::default();
                let aside = subject.conversation.head.aside().unwrap_or(&none);
                people.iter().any(|whom| concerns(aside, ticket, *concern, whom))
            }
            Self::Measure(measure, bound) => within(*measure, *bound, subject, now),
        }
    }
}

/// Whether a ticket concerns somebody in this way.
fn concerns(aside: &Aside, ticket: &Ticket, concern: Concern, whom: &Concerned) -> bool {
    let mut people: Box<dyn Iterator<Item = Option<&Name>>> = match concern {
        Concern::Mention => Box::new(aside.mentions.iter().map(|mention| Some(&mention.who))),
        // What is nobody's by name is for whoever has the ticket.
        Concern::Todo => {
            Box::new(aside.open().map(|todo| todo.owner.as_ref().or(ticket.assignee.as_ref())))
        }
        Concern::Follow => Box::new(aside.followers.iter().map(Some)),
    };
    match whom {
        Concerned::New(me) => aside.calls(me),
        Concerned::Any => people.next().is_some(),
        Concerned::Nobody => people.next().is_none(),
        Concerned::Named(name) => people.any(|of| of == Some(name)),
    }
}

/// The instant to or from which it is measured.
fn instant(measure: Measure, Subject { conversation, ticket }: Subject<'_>) -> Option<Timestamp> {
    match measure {
        Measure::Due => ticket.due_at(),
        Measure::Window => conversation.head.window_until,
        Measure::Waiting => ticket.waiting_since,
        Measure::Age => Some(ticket.opened_at),
    }
}

fn within(measure: Measure, bound: Bound, subject: Subject<'_>, now: Timestamp) -> bool {
    let at = instant(measure, subject);
    let length = at.map(|at| match measure {
        Measure::Due | Measure::Window => at.since(now),
        Measure::Waiting | Measure::Age => now.since(at),
    });
    // A closed window is none.
    let length = length.filter(|length| measure != Measure::Window || *length > 0);
    match (bound, length) {
        (Bound::None, length) => length.is_none(),
        (_, None) => false,
        (Bound::Some, Some(_)) => true,
        (Bound::Under(seconds), Some(length)) => length < seconds.saturating_mul(1000),
        (Bound::Over(seconds), Some(length)) => length >= seconds.saturating_mul(1000),
    }
}

/// The instants at which it changes by itself whether it holds.
fn edges(measure: Measure, bound: Bound, subject: Subject<'_>) -> Vec<Timestamp> {
    let Some(at) = instant(measure, subject) else { return Vec::new() };
    let bound = match bound {
        Bound::Under(seconds) | Bound::Over(seconds) => Some(seconds),
        Bound::Some | Bound::None => None,
    };
    let mut edges = Vec::new();
    match (measure, bound) {
        (Measure::Due | Measure::Window, Some(bound)) => {
            edges.push(at.plus_secs(-bound).plus_millis(1));
        }
        (Measure::Waiting | Measure::Age, Some(bound)) => edges.push(at.plus_secs(bound)),
        _ => {}
    }
    if measure == Measure::Window {
        edges.push(at);
    }
    edges
}
