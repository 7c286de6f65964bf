//! Somebody at a console.

use guichet::console::effect::Effect;
use guichet::console::keymap::Keymap;
use guichet::console::msg::Msg;
use guichet::console::profile::Settings;
use guichet::console::rig::Rig;
use guichet::console::shell::attach;
use guichet::console::shell::link::{Link, Target};
use guichet::console::theme::Theme;
use guichet::domain::id::TicketNumber;
use guichet::kit::{Clock, Secret};
use std::cmp::Ordering;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long anything may take on a machine that is busy, in milliseconds.
const PATIENCE: i64 = 90_000;

/// A console without a terminal, joined to a relay like any other.
pub(crate) struct Seat {
    pub(crate) rig: Rig,
    link: Link,
    heard: Receiver<Msg>,
    clock: Clock,
}

impl Seat {
    /// Sits down, 120 columns by 36 rows.
    pub(crate) fn take(consoles: SocketAddr, token: &Secret) -> Self {
        let (keymap, faults) = Keymap::load("default", &Default::default()).expect("it is shipped");
        assert!(faults.is_empty(), "{faults:?}");
        let settings = Settings { notify: false, ..Settings::default() };
        let mut rig = Rig::with(120, 36, settings, keymap, Theme::plain());
        let clock = Clock::scaled(rig.now, 1.0);
        rig.model.reseed(rand::random());
        let (to, heard) = channel();
        let target = Target {
            base: format!("http://{consoles}").parse().expect("a URL"),
            token: Some(token.clone()),
            keep: None,
            authorities: None,
        };
        let link = Link::start(target, to).expect("a thread");
        Self { rig, link, heard, clock }
    }

    /// Presses keys: `r` or `g g`.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        self.rig.now = self.clock.now();
        self.rig.keys(keys);
        self.carry_out();
        self
    }

    /// Types text.
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        self.rig.now = self.clock.now();
        self.rig.types(text);
        self.carry_out();
        self
    }

    /// Looks at the screen until it shows this.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} to be seen"), |rig| rig.screen().contains(text))
    }

    /// Goes on until something is so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, so: impl Fn(&Rig) -> bool) -> &mut Self {
        let end = self.clock.now().plus_millis(PATIENCE);
        loop {
            if so(&self.rig) {
                return self;
            }
            assert!(self.clock.now() < end, "waited in vain for {what}:\n{}", self.rig.screen());
            match self.heard.recv_timeout(Duration::from_millis(50)) {
                Ok(msg) => {
                    self.rig.now = self.clock.now();
                    self.rig.msg(msg);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.rig.now = self.clock.now();
                    self.rig.msg(Msg::Tick);
                }
                Err(RecvTimeoutError::Disconnected) => panic!("the link is gone"),
            }
            self.carry_out();
        }
    }

    /// Waits until the inbox shows this ticket and puts the cursor on it, wherever it and the cursor stand by then.
    #[track_caller]
    pub(crate) fn goes_to(&mut self, number: TicketNumber) -> &mut Self {
        let place = |rig: &Rig, of: TicketNumber| {
            rig.model.inbox.shown.iter().position(|ticket| ticket.number == of)
        };
        self.until("the ticket and the cursor", |rig| {
            place(rig, number).is_some() && rig.model.subject_number().is_some()
        });
        let to = place(&self.rig, number).expect("it is shown");
        // What the relay says meanwhile stays unread, so that the list cannot move.
        for _ in 0..self.rig.model.inbox.shown.len() {
            let from = self.rig.model.subject_number().and_then(|of| place(&self.rig, of));
            match from.expect("the cursor stands on a ticket").cmp(&to) {
                Ordering::Less => self.keys("j"),
                Ordering::Greater => self.keys("k"),
                Ordering::Equal => return self,
            };
        }
        assert_eq!(self.rig.model.subject_number(), Some(number), "{}", self.rig.screen());
        self
    }

    /// Waits until the open thread shows an entry with this text that the relay has taken.
    #[track_caller]
    pub(crate) fn sees_taken(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} to be taken"), |rig| {
            let thread = rig.model.thread.as_ref();
            thread.is_some_and(|open| {
                open.shown.iter().any(|of| of.entry.text == text && of.entry.outbox.is_some())
            })
        })
    }

    fn carry_out(&mut self) {
        let mut looked = Vec::new();
        for effect in self.rig.effects() {
            match effect {
                Effect::Say(frame) => self.link.say(frame),
                Effect::Reconnect => self.link.reconnect(),
                Effect::Consents { contact, write } => self.link.consents(contact, write),
                Effect::Preview(ask) => self.link.preview(ask),
                Effect::HandIn(file) => self.link.hand_in(file),
                Effect::Weigh(weigh) => looked.push(Msg::Weighed(attach::weighed(weigh))),
                _ => {}
            }
        }
        for msg in looked {
            self.rig.msg(msg);
            self.carry_out();
        }
    }
}
