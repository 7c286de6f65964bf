//! A tiny language for given, when, then.
//!
//! `given ...` sets the desk up. A line that begins with a time is what happens then: `10:00 customer text`,
//! `10:05 anna reply`, `10:05 attempt`, `10:06 accepted w1`, `10:07 status w1 failed 131047`, `10:08 tick`.
//! `1d09:30` is half past nine of the next day. A message may carry an older time of the platform: `of 09:58`.
//! A line that begins with `=>` names a fact of the state and what it must be.

use crate::world::World;
use guichet::domain::aside::Todo;
use guichet::domain::calendar::{Calendar, Schedule};
use guichet::domain::command::{Action, Arrival, Command, Handing, Outcome, Track};
use guichet::domain::contact::ContactEvent;
use guichet::domain::content::Content;
use guichet::domain::decide::forget;
use guichet::domain::effect::{next_deadline, pending};
use guichet::domain::event::{Escalated, Event};
use guichet::domain::field::{FieldKind, FieldRules, printed};
use guichet::domain::id::{MessageKey, OutboxId, TagKey, TicketNumber};
use guichet::domain::message::{Author, Inbound, Kind, Outbound, Source};
use guichet::domain::name::Name;

use guichet::domain::policy::{QueueRules, Threading};
use guichet::domain::private::Private;
use guichet::domain::refusal::Refusal;
use guichet::domain::roster::Actor;
use guichet::domain::sla::{Holder, Level, Metric, Targets, Whom};
use guichet::domain::status::Status;
use guichet::domain::template::Purpose;
use guichet::domain::thread::Place;
use guichet::domain::ticket::{Priority, Tag, Ticket};
use guichet::domain::took::Brought;
use guichet::kit::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: i64 = 86_400_000;

/// Runs a story; panics at the first line that is not so.
pub(crate) fn story(text: &str) {
    let mut teller = Teller::default();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if let Some(expected) = line.strip_prefix("=>") {
            let (fact, expected) = expected.split_once(':').expect("=> fact: value");
            let got = teller.fact(fact.trim());
            assert_eq!(got, expected.trim(), "line {}: {line}\nof{text}", number + 1);
            continue;
        }
        let refused = teller.refused.take();
        assert_eq!(refused, None, "refused before line {} of{text}", number + 1);
        teller.line(line);
    }
    let refused = teller.refused.take();
    assert_eq!(refused, None, "refused at the end of{text}");
}

/// What has become of the ticket after these lines: its number, state, queue and holder; and the code of the last
/// line's refusal.
pub(crate) fn outcome(text: &str) -> (String, Option<&'static str>) {
    let mut teller = Teller::default();
    for line in text.lines() {
        let refused = teller.refused.take();
        assert_eq!(refused, None, "refused before {line:?} of\n{text}");
        teller.line(line.trim());
    }
    let queue = teller.world.conversation.head.ticket.as_ref().map(|ticket| ticket.queue.clone());
    let fact = teller.fact("ticket");
    let (stands, holder) = fact.rsplit_once(' ').unwrap_or((&fact, ""));
    let queue = queue.map_or_else(String::new, |queue| queue.to_string());
    (format!("{stands} {queue} {holder}"), teller.refused.map(|refusal| refusal.code()))
}

struct Teller {
    world: World,
    refused: Option<Refusal>,
    told: Vec<Event>,
    keys: u64,
    sends: Vec<OutboxId>,
}

impl Default for Teller {
    fn default() -> Self {
        let told = Vec::new();
        Self { world: World::new(), refused: None, told, keys: 0, sends: Vec::new() }
    }
}

fn time(text: &str) -> Timestamp {
    let (days, clock) = match text.split_once('d') {
        Some((days, clock)) => (days.parse().expect("days"), clock),
        None => (0, text),
    };
    let mut millis = 0.0;
    for (part, unit) in clock.split(':').zip([3_600_000.0, 60_000.0, 1000.0]) {
        millis += part.parse::<f64>().expect("a number in a time") * unit;
    }
    Timestamp(days * DAY + millis as i64)
}

fn shown(at: Timestamp) -> String {
    let (days, millis) = (at.0.div_euclid(DAY), at.0.rem_euclid(DAY));
    let day = if days == 0 { String::new() } else { format!("{days}d") };
    let minute = format!("{:02}:{:02}", millis / 3_600_000, millis / 60_000 % 60);
    match (millis / 1000 % 60, millis % 1000) {
        (0, 0) => format!("{day}{minute}"),
        (seconds, 0) => format!("{day}{minute}:{seconds:02}"),
        (seconds, millis) => format!("{day}{minute}:{seconds:02}.{millis:03}"),
    }
}

fn word<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).unwrap_or_else(|_| panic!("no such word: {text}"))
}

fn key(word: &str) -> MessageKey {
    MessageKey(1000 + word.trim_start_matches('w').parse::<u64>().expect("w1, w2 ..."))
}

fn ticket(number: &str) -> TicketNumber {
    TicketNumber(number.parse().expect("a number"))
}

fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => panic!("10s, 10m or 10h: {text}"),
    };
    number.parse::<i64>().expect("a number") * unit
}

/// `-15m`, `+30m`, and what is done then.
fn level(offset: &str, what: &[&str]) -> Level {
    let span = seconds(offset.trim_start_matches(['-', '+']));
    let offset = if offset.starts_with('-') { -span } else { span };
    let mut level = Level { offset, ..Level::default() };
    for word in what {
        let (what, whom) = word.split_once('=').unwrap_or((*word, ""));
        match what {
            "always" => level.always = true,
            "agent" => level.notify.push(Whom::Agent),
            "supervisors" => level.notify.push(Whom::Supervisors),
            "notify" => level.notify.push(Whom::Account(whom.into())),
            "priority" => level.priority = Some(self::word(whom)),
            "queue" => level.queue = Some(whom.into()),
            "nobody" => level.assign = Some(Holder::Nobody),
            "assign" => level.assign = Some(Holder::Account(whom.into())),
            "mail" => level.mail.push(whom.into()),
            "hook" => level.hooks.push(whom.into()),
            _ => panic!("no such thing is done: {word}"),
        }
    }
    level
}

impl Teller {
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[0] == "given" {
            return self.given(&words[1..]);
        }
        self.world.now = time(words[0]);
        let command = match words[1] {
            "customer" => return self.customer(&words[2..]),
            "phone" => return self.arrives(Source::Echo, true, Kind::Text, &words[2..]),
            "tick" => (Actor::Relay, Command::Tick),
            // The rules give it to somebody, or take it, or the offer of it, from him.
            "rules" => (Actor::Relay, Command::Hand(self.handing(words[2], words[3]))),
            "attempt" => {
                let next = pending(&self.world.conversation).map(|send| send.outbox);
                let outbox = next.or(self.sends.last().copied()).unwrap_or(OutboxId(0));
                (Actor::Relay, Command::Attempt { outbox, twice: false })
            }
            "accepted" | "deferred" | "refused" | "unknown" => {
                let outcome = match words[1] {
                    "accepted" => {
                        Outcome::Accepted { key: key(words[2]), id: words[2].into(), held: None }
                    }
                    "deferred" => Outcome::Deferred {
                        error: words.get(2).map(|code| code.parse().expect("code")),
                        said: None,
                    },
                    "refused" => {
                        Outcome::Refused { error: words[2].parse().expect("code"), said: None }
                    }
                    _ => Outcome::Unknown,
                };
                let outbox = self.trying();
                (Actor::Relay, Command::Settle { outbox, outcome })
            }
            "status" => {
                let ours = words[2].strip_prefix("send").map(|n| self.send(n));
                let id = if ours.is_some() { "w999" } else { words[2] };
                let track = Track {
                    outbox: ours,
                    key: key(id),
                    id: id.into(),
                    status: word(words[3]),
                    at: self.world.now,
                    error: words.get(4).map(|code| code.parse().expect("code")),
                    cost: None,
                    said: None,
                };
                (Actor::Platform, Command::Track(track))
            }
            "erased" => {
                let (now, by) = (self.world.now, Name::from("admin"));
                self.told = forget(&self.world.conversation, &by, now);
                for event in &self.told {
                    self.world.conversation.evolve(event, Place::default());
                }
                return;
            }
            "bot" => {
                let content = Content::text("beep");
                let say = Command::Say { author: Author::Bot, content, purpose: Purpose::Service };
                (Actor::Relay, say)
            }
            // The nth mail or hook of the oldest level that owes one.
            "delivered" | "lost" => {
                let of = self.world.conversation.head.owed_alerts().first().map_or(0, |of| of.id);
                let to = words[2].parse().expect("a number");
                (Actor::Relay, Command::Alert { of, to, lost: words[1] == "lost" })
            }
            name => (self.world.person(name), Command::Act(self.action(&words[2..]))),
        };
        self.run(&command.0, &command.1);
    }

    fn run(&mut self, actor: &Actor, command: &Command) {
        match self.world.command(actor, command) {
            Ok(events) => {
                for event in &events {
                    if let Event::Queued { outbox, .. } = event {
                        self.sends.push(*outbox);
                    }
                }
                self.told = events;
            }
            Err(refusal) => self.refused = Some(refusal),
        }
    }

    fn given(&mut self, words: &[&str]) {
        let said = |purpose| (vec![word::<Purpose>(purpose)], Timestamp(1), MessageKey(0));
        match words {
            ["field", name, kind, rest @ ..] => {
                let kind = match *kind {
                    "choice" => FieldKind::Choice(vec!["refund".into(), "other".into()]),
                    kind => word(kind),
                };
                let required = rest.contains(&"required");
                let queues = rest.iter().filter(|word| **word != "required");
                let queues = queues.map(|queue| Name::from(*queue)).collect();
                let rules = FieldRules { name: Name::from(*name), kind, queues, required };
                self.world.policy.fields.push(rules);
            }
            // A second queue, which dario works.
            ["billing"] => {
                self.world.policy.queues.insert(Name::from("billing"), QueueRules::default());
            }
            // What is promised there.
            ["billing", span] => {
                let first = self.world.policy.sla.first().cloned();
                self.world.promise([seconds(span); 4]);
                self.world.policy.sla[0].queues = vec![Name::from("billing")];
                self.world.policy.sla.extend(first);
                self.world.policy.queues.insert(Name::from("billing"), QueueRules::default());
            }
            ["threading", "any"] => self.threading(Threading::Any),
            ["threading", span] => self.threading(Threading::Seconds(seconds(span))),
            // The operator's file says something else from here on.
            ["changed", rest @ ..] => {
                let before = self.world.policy.clone();
                self.given(rest);
                self.world.policy = self.world.policy.clone().following(&before);
            }
            ["always"] => self.world.policy.sla[0].calendar = Calendar::Always,
            ["working", hours] => {
                let shift = vec![hours.parse().expect("a shift")];
                let week = std::array::from_fn(|_| shift.clone());
                let hours = Schedule::new("hours", "UTC", week, BTreeMap::new()).expect("sound");
                self.world.policy.sla[0].calendar = Calendar::Hours(Arc::new(hours));
            }
            [metric, span @ ..] if Metric::of(metric).is_some_and(Metric::is_live) => {
                let spans: Vec<_> = span.iter().map(|span| Some(seconds(span))).collect();
                let targets = match *spans {
                    [all] => [all; 4],
                    [low, normal, high, urgent] => [low, normal, high, urgent],
                    _ => panic!("one target or four"),
                };
                if self.world.policy.sla.is_empty() {
                    self.world.promise([1_000_000; 4]);
                }
                let targets = Targets { seconds: targets, ..Targets::default() };
                let metric = Metric::of(metric).expect("it is one");
                self.world.policy.sla[0].others.insert(metric, targets);
            }
            // What is promised in another queue.
            ["other", queue, rest @ ..] => {
                let all = std::mem::take(&mut self.world.policy.sla);
                let (other, ours): (Vec<_>, _) =
                    all.into_iter().partition(|sla| sla.queues == [Name::from(*queue)]);
                self.world.policy.sla = other;
                self.given(rest);
                self.world.policy.sla[0].queues = vec![Name::from(*queue)];
                self.world.policy.sla.splice(0..0, ours);
            }
            ["offers", span] => {
                let queue = self.world.policy.queues.get_mut("sales").expect("the queue");
                queue.assignment.offer = Some(seconds(span));
            }
            ["ack", span] => self.world.policy.sla[0].ack = Some(seconds(span)),
            ["level", metric, offset, what @ ..] => {
                let metric = Metric::of(metric).expect("a metric");
                let sla = &mut self.world.policy.sla[0];
                let targets = match metric {
                    Metric::FirstReply => &mut sla.first_reply,
                    other => sla.others.get_mut(&other).expect("it is promised"),
                };
                targets.levels.push(level(offset, what));
            }
            ["first_reply", span] => self.world.promise([seconds(span); 4]),
            ["first_reply", low, normal, high, urgent] => {
                self.world.promise([low, normal, high, urgent].map(|span| seconds(span)));
            }
            ["gone", name] => self.world.members.retain(|member| member.name != **name),
            ["opted_out", purpose] => {
                let (purposes, at, proof) = said(purpose);
                let (source, body) = (None, Private::default());
                let out = ContactEvent::OptedOut { purposes, at, proof, source, body };
                self.world.contact.evolve(&out, Place::default());
            }
            ["opted_in", purpose] => {
                let (purposes, at, proof) = said(purpose);
                let (source, body) = (None, Private::default());
                let into = ContactEvent::OptedIn { purposes, at, proof, source, body };
                self.world.contact.evolve(&into, Place::default());
            }
            ["marketing_per_week", most] => {
                self.world.policy.marketing_per_week = most.parse().ok();
            }
            ["marketed", at] => {
                let at = time(at);
                self.world.contact.evolve(&ContactEvent::Marketed { at }, Place::default());
            }
            ["undo", span] => self.world.policy.undo_delay_ms = seconds(span) * 1000,
            _ => panic!("cannot be given: {words:?}"),
        }
    }

    /// `to anna` or `from anna`, as the ticket is seen at this moment.
    fn handing(&self, way: &str, name: &str) -> Handing {
        let ticket = self.world.conversation.head.ticket.as_ref().expect("a ticket");
        let (name, to) = (Some(Name::from(name)), way == "to");
        let (from, to) = if to { (None, name) } else { (name, None) };
        Handing { ticket: ticket.number, queue: ticket.queue.clone(), from, to, table: None }
    }

    fn threading(&mut self, threading: Threading) {
        let queue = self.world.policy.queues.get_mut("sales");
        queue.expect("the queue").threading = threading;
    }

    /// `text`, `reaction` ..., perhaps `again`, `standby` or `history`, perhaps `of 09:58`.
    fn customer(&mut self, words: &[&str]) {
        let source = match words {
            [_, "standby", ..] => Source::Standby,
            [_, "history", ..] => Source::History,
            _ => Source::Messages,
        };
        self.arrives(source, false, word(words[0]), words);
    }

    fn arrives(&mut self, source: Source, outgoing: bool, kind: Kind, words: &[&str]) {
        let of = words.iter().position(|word| *word == "of").map(|at| time(words[at + 1]));
        if !words.contains(&"again") {
            self.keys += 1;
        }
        let arrival = Arrival {
            at: of.unwrap_or(self.world.now),
            key: MessageKey(self.keys),
            kind,
            source,
            outgoing,
            undated: false,
            body: Inbound::default(),
        };
        self.run(&Actor::Platform, &Command::Receive(arrival));
    }

    fn send(&self, ordinal: &str) -> OutboxId {
        self.sends[ordinal.parse::<usize>().expect("1, 2 ...") - 1]
    }

    fn trying(&self) -> OutboxId {
        let sends = &self.world.conversation.head.sends;
        let trying = sends.iter().find(|send| send.attempting || send.unconfirmed_at.is_some());
        trying.map(|send| send.outbox).or(self.sends.last().copied()).expect("a message of ours")
    }

    fn action(&self, words: &[&str]) -> Action {
        match words {
            ["take"] => Action::Take,
            ["accept"] => Action::Accept,
            ["decline"] => Action::Decline,
            ["assign", to] => Action::Assign { to: Some(Name::from(*to)), given: None },
            ["release"] => Action::Release,
            ["move", queue] => Action::Move { queue: Name::from(*queue), given: None },
            // What the undo of a move asks.
            ["takeback", to, queue] => {
                let ticket = self.world.conversation.head.ticket.as_ref();
                let given = ticket.map(|ticket| ticket.queue.clone());
                let (to, queue) = (Some(Name::from(*to)), Some(Name::from(*queue)));
                Action::HandOver { to, queue, note: String::new(), given }
            }
            ["handover", to, rest @ ..] => {
                let to = Some(Name::from(*to)).filter(|to| to.as_str() != "-");
                let queue = rest.first().map(|queue| Name::from(*queue));
                Action::HandOver { to, queue, note: "n.b.".into(), given: None }
            }
            ["reply"] => Action::Reply { text: "ciao".into(), quote: None },
            ["react", emoji] => Action::Send {
                content: Content::Reaction { emoji: (*emoji).into() },
                about: Some("wamid.1".into()),
            },
            ["template", name] => Action::Template {
                name: (*name).into(),
                language: "it".into(),
                parameters: Vec::new(),
            },
            ["note", words @ ..] if !words.is_empty() => Action::Note { text: words.join(" ") },
            ["set", field, value] => {
                let (field, value) = (Name::from(*field), Some(*value).filter(|of| *of != "-"));
                let key = value.map(|value| TagKey::of_clear(&printed(&field, value)));
                Action::SetField { field, value: value.map(str::to_owned), key }
            }
            ["merge", with, tags @ ..] => {
                let key = |name: &str| TagKey::of_clear(name);
                let tag = |name: &&str| Tag { key: key(name), name: Name::from(*name) };
                let tags = tags.iter().map(tag).collect();
                let todos = vec![("call".to_owned(), None, None)];
                let followers = vec![Name::from("bruno")];
                let brought = Brought { tags, todos, followers, ..Brought::default() };
                Action::MergeTicket { with: ticket(with), brought: Box::new(brought) }
            }
            // At the nth of what came.
            ["split", nth] => {
                Action::SplitTicket { message: MessageKey(nth.parse().expect("1, 2 ...")) }
            }
            ["unmerge", with] => Action::UnmergeTicket { with: ticket(with) },
            ["link", to] => Action::Link { to: ticket(to), on: true },
            ["unlink", to] => Action::Link { to: ticket(to), on: false },
            ["follow"] => Action::Follow { on: true },
            ["unfollow"] => Action::Follow { on: false },
            ["todo", owner, due @ ..] => Action::AddTodo {
                text: "call him".into(),
                owner: Some(Name::from(*owner)).filter(|owner| owner.as_str() != "-"),
                due: due.first().map(|due| time(due)),
            },
            ["done", id] => Action::SettleTodo { id: id.parse().expect("a number"), done: true },
            ["note"] => Action::Note { text: "n.b.".into() },
            ["solve"] => Action::Solve,
            ["unsolve"] => Action::Reopen { state: None, keep: true },
            ["reopen"] => Action::Reopen { state: None, keep: false },
            ["pend"] => Action::Pend,
            ["hold"] => Action::Hold,
            ["open"] => Action::Open,
            ["snooze"] => Action::Snooze { until: None },
            ["snooze", until] => Action::Snooze { until: Some(time(until)) },
            ["prioritise", priority] => Action::Prioritise { priority: word::<Priority>(priority) },
            ["ack"] => Action::Acknowledge,
            ["read"] => Action::MarkRead,
            ["cancel", send] => Action::Cancel { outbox: self.send(send) },
            ["confirm", send] => Action::Confirm { outbox: self.send(send) },
            ["resend", send] => {
                let said = Some(Outbound { content: Content::text("ciao"), about: None });
                Action::Resend { outbox: self.send(send), said }
            }
            _ => panic!("no such action: {words:?}"),
        }
    }

    fn fact(&mut self, fact: &str) -> String {
        let state = &self.world.conversation;
        let head = &state.head;
        let or = |at: Option<Timestamp>, otherwise: &str| at.map_or(otherwise.into(), shown);
        let ticket = head.ticket.as_ref();
        match fact {
            "refused" => self.refused.take().map_or("no".into(), |refusal| refusal.to_string()),
            "told" => {
                let words: Vec<_> = self.told.iter().map(Event::word).collect();
                words.join(", ")
            }
            "ticket" => ticket.map_or("none".into(), |ticket| {
                let whose = ticket.assignee.as_ref().map_or("nobody", Name::as_str);
                format!("{} {} {whose}", ticket.number, ticket.state)
            }),
            // What is not done, and whose it is.
            "aside" => {
                let todos = head.aside().into_iter().flat_map(|aside| aside.open());
                let one = |todo: &Todo| {
                    let owner = todo.owner.as_ref().map_or("-", Name::as_str);
                    format!("{} {owner}", todo.id)
                };
                todos.map(one).collect::<Vec<_>>().join(", ")
            }
            "fields" => {
                let fields = head.aside().into_iter().flat_map(|aside| &aside.fields);
                fields.map(|field| field.name.to_string()).collect::<Vec<_>>().join(", ")
            }
            // What the latest ticket is linked with.
            "links" => {
                let number = ticket.map_or(TicketNumber(0), |ticket| ticket.number);
                let links: Vec<_> = head.links(number).map(|to| to.to_string()).collect();
                links.join(", ")
            }
            "concerned" => {
                let aside = head.aside().cloned().unwrap_or_default();
                let follows = aside.followers.iter().map(|name| format!("follows {name}"));
                let unseen = aside.mentions.iter().filter(|mention| !mention.seen);
                let named = unseen.map(|mention| format!("names {}", mention.who));
                follows.chain(named).collect::<Vec<_>>().join(", ")
            }
            // Who is asked and until when, and who was.
            "asking" => {
                let asking = head.asking().cloned().unwrap_or_default();
                let offer = asking.offer.map(|of| format!("{} until {}", of.to, shown(of.until)));
                let asked = asking.asked.iter().map(|name| format!("not {name}"));
                offer.into_iter().chain(asked).collect::<Vec<_>>().join(", ")
            }
            "previous" => {
                let previous = ticket.and_then(|ticket| ticket.previous);
                previous.map_or("none".into(), |number| number.to_string())
            }
            "opened" => or(ticket.map(|ticket| ticket.opened_at), "never"),
            "waits" => or(state.unsolved().and_then(|ticket| ticket.waiting_since), "no"),
            "unread" => ticket.map_or(0, |ticket| ticket.unread).to_string(),
            "window" => match head.window_until {
                Some(until) if head.window_closed => format!("closed {}", shown(until)),
                until => or(until, "never"),
            },
            // What each level did that was reached last: when, which, whom it told, what it owes.
            "levels" => {
                let said = self.told.iter().filter_map(|event| match event {
                    Event::Escalated(level) => {
                        let Escalated { at, metric, level, notify, mail, hooks, .. } = &**level;
                        let all = notify.iter().chain(mail).chain(hooks);
                        let all: Vec<_> = all.map(Name::as_str).collect();
                        Some(format!(
                            "{} {} {level} [{}]",
                            shown(*at),
                            metric.word(),
                            all.join(" ")
                        ))
                    }
                    _ => None,
                });
                said.collect::<Vec<_>>().join(", ")
            }
            "owed" => {
                let owed = head.owed_alerts().iter().map(|owed| format!("{:b}", owed.left));
                owed.collect::<Vec<_>>().join(", ")
            }
            "place" => ticket.map_or("none".into(), |ticket| {
                format!("{} {}", ticket.queue, ticket.priority.word())
            }),
            "next" => or(next_deadline(state, &self.world.policy), "none"),
            clock if clock.starts_with("clock") => {
                let wanted = Metric::of(clock["clock".len()..].trim());
                let wanted = wanted.unwrap_or(Metric::FirstReply);
                let of = |ticket: &'_ Ticket| {
                    ticket.clocks.iter().find(|clock| clock.metric == wanted).cloned()
                };
                ticket.and_then(of).map_or("none".into(), |clock| {
                    let mut parts = vec![match (clock.met(), clock.is_voided()) {
                        (Some((_, at)), _) => format!("met {}", shown(at)),
                        (None, true) => "voided".into(),
                        (None, false) if !clock.is_running() => {
                            format!("ended {}", or(clock.stopped(), "-"))
                        }
                        (None, false) if clock.is_paused() => {
                            format!("paused {}", or(clock.stopped(), "-"))
                        }
                        (None, false) => "running".into(),
                    }];
                    parts.push(format!("from {}", shown(clock.start)));
                    let due = clock.promise().and_then(|promise| promise.due);
                    parts.extend(due.map(|due| format!("due {}", shown(due))));
                    parts.extend(clock.breached().map(|at| format!("breached {}", shown(at))));
                    parts.join(" ")
                })
            }
            "breached" => {
                let at = self.told.iter().find_map(|event| match event {
                    Event::ClockBreached { at, retarget, .. } => Some((*at, *retarget)),
                    _ => None,
                });
                at.map_or("no".into(), |(at, retarget)| {
                    format!("{}{}", shown(at), if retarget { " by retarget" } else { "" })
                })
            }
            "sends" => {
                let name = |id: &OutboxId| self.sends.iter().position(|send| send == id);
                let sends = head.sends.iter().map(|send| {
                    let status = state.thread.outbox(send.outbox).map(|entry| entry.status());
                    let status = status.map_or("lost", Status::word);
                    format!("{} {status}", name(&send.outbox).map_or(0, |nth| nth + 1))
                });
                let sends: Vec<_> = sends.collect();
                if sends.is_empty() { "none".into() } else { sends.join(", ") }
            }
            "pending" => {
                let id = pending(state).map(|send| send.outbox);
                let nth = self.sends.iter().position(|send| Some(*send) == id);
                nth.map_or("none".into(), |nth| (nth + 1).to_string())
            }
            _ => {
                let send = fact.strip_prefix("send").expect("a known fact");
                let id = self.send(send);
                let status = state.thread.outbox(id).map_or("lost", |entry| entry.status().word());
                let code = head.failure(id).map(|failure| failure.error);
                let code = code.filter(|_| status == "failed");
                code.map_or(status.into(), |code| format!("{status} {code}"))
            }
        }
    }
}

#[test]
#[should_panic(expected = "line 2")]
fn a_story_that_is_not_so_fails() {
    story("10:00 customer text\n => waits: 10:01");
}
