//! The relay is killed while it gives or offers tickets to agents: none is given twice or offered to two, none is
//! forgotten.

use crate::child::{Child, PATIENCE};
use crate::consoles::greeted;
use crate::crowd::{Crowd, again};
use crate::inside::opened;
use crate::office::{Clerk, hire};
use crate::setup::{NOW, Setup, rounds};
use guichet::domain::event::Event;
use guichet::domain::name::Name;
use guichet::domain::thread::Sort;
use guichet::journal::codec::StreamEvent;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use std::path::Path;
use tokio::time::Instant;

const AGENTS: [&str; 3] = ["anna", "bruno", "carla"];
const WRITERS: usize = 16;

fn rules(dir: &Path, more: &str) {
    let agents = AGENTS.map(|name| format!("[[agent]]\nname = '{name}'\ncapacity = 1000\n"));
    let queue = format!("[[queue]]\nname = 'support'\nassign = 'round_robin'\n{more}\n");
    std::fs::create_dir_all(dir.join("relay.d")).expect("a folder");
    std::fs::write(dir.join("relay.d/routing.toml"), format!("{queue}{}", agents.concat()))
        .expect("the file is written");
}

/// How many tickets there are, and how many of them were given to somebody: each once, to whom it belongs.
async fn given(config: &Config) -> (usize, usize) {
    let core = opened(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let states: Vec<_> = core.relay.store.read().conversations().cloned().collect();
    let (mut tickets, mut given) = (0, 0);
    for state in states {
        let Some(ticket) = state.unsolved() else { continue };
        tickets += 1;
        let entries = state.thread.iter().filter(|entry| entry.sort() == Sort::Event);
        let told = entries.filter_map(|entry| {
            match core.relay.opener.found(entry.place()).expect("readable").event {
                StreamEvent::Conversation(Event::Assigned { to, .. }) => Some(to),
                _ => None,
            }
        });
        let told: Vec<Option<Name>> = told.collect();
        assert!(told.len() <= 1, "{} was given {told:?}", ticket.number);
        assert_eq!(told.first().cloned().flatten(), ticket.assignee, "{}", ticket.number);
        given += told.len();
    }
    core.close().await.expect("it closes");
    (tickets, given)
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_tickets_are_given_out_gives_none_twice_and_forgets_none() {
    let temp = tempfile::tempdir().expect("a folder");
    rules(temp.path(), "");
    let config = Setup { knobs: "checkpoint_commits = 100", ..Setup::default() }.load(temp.path());
    let path = temp.path().join("relay.toml");
    let mut tokens = Vec::new();
    for name in AGENTS {
        tokens.push(hire(&config, name).await);
    }
    let mut open = Vec::new();
    for round in 0..rounds() {
        let (child, doors) = Child::ready(&path);
        let mut consoles = Vec::new();
        for token in &tokens {
            consoles.push(greeted(doors.consoles, token).await);
        }
        again(&doors.url(), &open).await;
        let mut crowd = Crowd::write(&doors.url(), &format!("g{round}"), WRITERS);
        crowd.until(u64::from(round * 53 % 200) + 40).await;
        child.kill();
        open = crowd.end().await.open;
        let (tickets, given) = given(&config).await;
        assert!(given <= tickets && tickets > 0, "round {round}: {given} of {tickets}");
    }
    // Whatever still waits is given out by the next relay as soon as somebody is there.
    let (child, doors) = Child::ready(&path);
    again(&doors.url(), &open).await;
    let mut consoles = Vec::new();
    for token in &tokens {
        consoles.push(greeted(doors.consoles, token).await);
    }
    let clerk = Clerk::at(doors.consoles, &tokens[0]);
    let begun = Instant::now();
    loop {
        let waits = clerk.read("/tickets?view=unassigned&limit=0").await;
        if waits.as_ref().and_then(|list| list.as_array()).is_some_and(Vec::is_empty) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "these wait: {waits:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    child.kill();
    let (tickets, given) = given(&config).await;
    assert_eq!(given, tickets, "each has somebody");
    println!("kill -9 while giving out: {tickets} tickets, each given once");
}

/// How many tickets there are, and how many of them were ever offered: each to one agent at a time, and what is offered
/// now as the journal tells it.
async fn offered(config: &Config) -> (usize, usize) {
    let core = opened(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let states: Vec<_> = core.relay.store.read().conversations().cloned().collect();
    let (mut tickets, mut offered) = (0, 0);
    for state in states {
        let Some(ticket) = state.unsolved() else { continue };
        tickets += 1;
        // In the order of the journal: the clock of another round may have begun earlier.
        let mut entries: Vec<_> =
            state.thread.iter().filter(|entry| entry.sort() == Sort::Event).collect();
        entries.sort_by_key(|entry| (entry.place().position(), entry.place().index()));
        let (mut pending, mut ever) = (None, false);
        for entry in entries {
            match core.relay.opener.found(entry.place()).expect("readable").event {
                StreamEvent::Conversation(Event::Offered(made)) => {
                    let before = pending.replace(made.to);
                    assert_eq!(before, None, "{} is offered to two", ticket.number);
                    ever = true;
                }
                StreamEvent::Conversation(Event::OfferEnded(ended)) => {
                    assert_eq!(pending.take(), Some(ended.to), "{}", ticket.number);
                }
                StreamEvent::Conversation(Event::Assigned { .. }) => {
                    panic!("{} was given, and nobody had accepted", ticket.number)
                }
                _ => {}
            }
        }
        assert_eq!(state.head.offer().map(|offer| offer.to.clone()), pending, "{}", ticket.number);
        offered += usize::from(ever);
    }
    core.close().await.expect("it closes");
    (tickets, offered)
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_tickets_are_offered_offers_none_to_two() {
    let temp = tempfile::tempdir().expect("a folder");
    rules(temp.path(), "offer = true\noffer_timeout = '5s'");
    let config = Setup { knobs: "checkpoint_commits = 100", ..Setup::default() }.load(temp.path());
    let path = temp.path().join("relay.toml");
    let mut tokens = Vec::new();
    for name in AGENTS {
        tokens.push(hire(&config, name).await);
    }
    let (mut open, mut all) = (Vec::new(), 0);
    for round in 0..rounds() {
        let (child, doors) = Child::ready(&path);
        let mut consoles = Vec::new();
        for token in &tokens {
            consoles.push(greeted(doors.consoles, token).await);
        }
        again(&doors.url(), &open).await;
        let mut crowd = Crowd::write(&doors.url(), &format!("o{round}"), WRITERS);
        crowd.until(u64::from(round * 53 % 200) + 40).await;
        child.kill();
        open = crowd.end().await.open;
        let (tickets, offered) = offered(&config).await;
        assert!(offered <= tickets && tickets > 0, "round {round}: {offered} of {tickets}");
        all = offered;
    }
    println!("kill -9 while offering: {all} tickets, each offered to one at a time");
}
