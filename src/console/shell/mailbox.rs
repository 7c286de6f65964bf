//! What comes to the main thread: keys, and what other threads tell. It waits for both at once, so that a key
//! passes through no other thread on its way to the screen.

use super::keys::Decoder;
use crate::console::msg::Msg;
use crate::kit::{Clock, Timestamp};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// How long the rest of a sequence may take, in milliseconds. A lone escape is told after it.
const PATIENCE: i64 = 25;

/// The console is gone.
#[derive(Debug)]
pub struct Gone;

/// What another thread tells the main thread with.
#[derive(Clone, Debug)]
pub struct Teller {
    to: Sender<Msg>,
    /// Who waits for keys as well hears it by this.
    bell: Option<Arc<OwnedFd>>,
}

impl Teller {
    /// Tells it. Never waits.
    ///
    /// # Errors
    /// Nobody is there any more.
    pub fn send(&self, msg: Msg) -> Result<(), Gone> {
        self.to.send(msg).map_err(|_| Gone)?;
        if let Some(bell) = &self.bell {
            // A full pipe has rung already.
            let _ = rustix::io::write(bell, &[0]);
        }
        Ok(())
    }
}

/// For somebody who waits for nothing else.
impl From<Sender<Msg>> for Teller {
    fn from(to: Sender<Msg>) -> Self {
        Self { to, bell: None }
    }
}

/// Where all of it comes in. Keys go before what others tell.
#[derive(Debug)]
pub(super) struct Mailbox {
    /// What is to be taken before anything is waited for.
    kept: VecDeque<Msg>,
    heard: Receiver<Msg>,
    rung: OwnedFd,
    keyboard: Keyboard,
    clock: Clock,
}

impl Mailbox {
    /// An empty one that reads keys from `input`, and what is told to it with.
    ///
    /// # Errors
    /// The system gives no pipe.
    pub(super) fn new(input: BorrowedFd<'static>, clock: Clock) -> io::Result<(Self, Teller)> {
        let (to, heard) = channel();
        let (rung, bell) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let keyboard = Keyboard::new(input);
        let mailbox = Self { kept: VecDeque::new(), heard, rung, keyboard, clock };
        Ok((mailbox, Teller { to, bell: Some(Arc::new(bell)) }))
    }

    /// Puts something in that is taken next.
    pub(super) fn put_first(&mut self, msg: Msg) {
        self.kept.push_front(msg);
    }

    /// Puts something in that is taken after all else that was put in.
    pub(super) fn put(&mut self, msg: Msg) {
        self.kept.push_back(msg);
    }

    /// What is there already.
    pub(super) fn take(&mut self) -> Option<Msg> {
        self.kept.pop_front().or_else(|| self.heard.try_recv().ok())
    }

    /// What comes next, keys as well; `None` at the latest at the instant `until`, or when there was a wrong alarm.
    /// The end of the terminal is told once as [`Msg::Terminate`].
    pub(super) fn next(&mut self, until: Timestamp) -> Option<Msg> {
        if let Some(msg) = self.kept.pop_front() {
            return Some(msg);
        }
        let until = self.keyboard.patient_until.map_or(until, |patient| patient.min(until));
        self.wait(until, true);
        let kept = &mut self.kept;
        self.keyboard.rest(self.clock.now(), &mut |msg| kept.push_back(msg));
        self.take().or_else(|| self.hush())
    }

    /// What others tell, at the latest at the instant `until`. The keys stay where they are, for somebody else.
    pub(super) fn told(&mut self, until: Timestamp) -> Option<Msg> {
        loop {
            if let Some(msg) = self.heard.try_recv().ok().or_else(|| self.hush()) {
                return Some(msg);
            }
            if self.clock.now() >= until {
                return None;
            }
            self.wait(until, false);
        }
    }

    /// Begins with the keyboard anew: somebody else had it.
    pub(super) fn forget_keys(&mut self) {
        self.keyboard = Keyboard::new(self.keyboard.input);
    }

    /// Waits until something has come, and reads the keys among it.
    fn wait(&mut self, until: Timestamp, keys: bool) {
        let wait = until.since(self.clock.now()).max(0);
        let wait = Timespec { tv_sec: wait / 1_000, tv_nsec: wait % 1_000 * 1_000_000 };
        let mut waiting = [
            PollFd::from_borrowed_fd(self.rung.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.keyboard.input, PollFlags::IN),
        ];
        let asked = if keys && !self.keyboard.gone { 2 } else { 1 };
        if !matches!(poll(&mut waiting[..asked], Some(&wait)), Ok(1..)) || asked == 1 {
            return;
        }
        let ready = waiting[1].revents();
        if !ready.is_empty() {
            let kept = &mut self.kept;
            self.keyboard.read(ready, self.clock.now(), &mut |msg| kept.push_back(msg));
        }
    }

    /// Stops the bell once nothing is left to be told. What was told meanwhile has rung before, so one more look.
    fn hush(&mut self) -> Option<Msg> {
        let _ = rustix::io::read(&self.rung, &mut [0; 64]);
        self.heard.try_recv().ok()
    }
}

/// The keys of the terminal.
#[derive(Debug)]
struct Keyboard {
    input: BorrowedFd<'static>,
    decoder: Decoder,
    /// Until when the rest of what has begun may come.
    patient_until: Option<Timestamp>,
    /// Nothing more comes from it.
    gone: bool,
}

impl Keyboard {
    fn new(input: BorrowedFd<'static>) -> Self {
        Self { input, decoder: Decoder::default(), patient_until: None, gone: false }
    }

    /// Reads what is `ready`.
    fn read(&mut self, ready: PollFlags, now: Timestamp, tell: &mut impl FnMut(Msg)) {
        let mut bytes = [0; 16 << 10];
        if !ready.contains(PollFlags::IN) {
            self.gone = true;
        } else {
            match rustix::io::read(self.input, &mut bytes) {
                Ok(0) => self.gone = true,
                Ok(length) => self.decoder.feed(&bytes[..length], tell),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => self.gone = true,
            }
        }
        if self.gone {
            tell(Msg::Terminate);
        }
        self.patient_until = self.decoder.is_waiting().then(|| now.plus_millis(PATIENCE));
    }

    /// Takes what has begun for what it is by itself, once its rest has had its time.
    fn rest(&mut self, now: Timestamp, tell: &mut impl FnMut(Msg)) {
        if self.patient_until.take_if(|until| *until <= now).is_some() {
            self.decoder.rest(tell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::key::{Code, Key};

    /// A mailbox, what is told to it with, and the far end of its keyboard.
    fn mailbox() -> (Mailbox, Teller, OwnedFd) {
        let (input, keys) = rustix::pipe::pipe().expect("a pipe");
        let input: &'static OwnedFd = Box::leak(Box::new(input));
        let clock = Clock::scaled(Timestamp(0), 1.0);
        let (mailbox, teller) = Mailbox::new(input.as_fd(), clock).expect("a pipe");
        (mailbox, teller, keys)
    }

    /// Waits until something comes, and names it.
    fn next(mailbox: &mut Mailbox) -> String {
        loop {
            let until = mailbox.clock.now().plus_millis(60_000);
            if let Some(msg) = mailbox.next(until) {
                return name(&msg);
            }
        }
    }

    fn name(msg: &Msg) -> String {
        match msg {
            Msg::Told(text) => text.clone(),
            Msg::Key(Key { code: Code::Char(letter), .. }) => letter.to_string(),
            other => format!("{other:?}"),
        }
    }

    fn said(text: &str) -> Msg {
        Msg::Told(text.into())
    }

    #[test]
    fn keys_go_before_what_others_tell_and_nothing_is_lost() {
        let (mut mailbox, teller, keys) = mailbox();
        for n in 0..3 {
            teller.send(said(&n.to_string())).expect("somebody");
        }
        rustix::io::write(&keys, b"jk").expect("written");
        mailbox.put(said("own"));
        let heard: Vec<String> = (0..6).map(|_| next(&mut mailbox)).collect();
        assert_eq!(heard, ["own", "j", "k", "0", "1", "2"]);
        assert!(mailbox.next(Timestamp(0)).is_none());
    }

    #[test]
    fn what_another_thread_tells_ends_the_wait() {
        let (mut mailbox, teller, _keys) = mailbox();
        let told = std::thread::spawn(move || {
            for n in 0..2_000 {
                teller.send(said(&n.to_string())).expect("somebody");
            }
        });
        for n in 0..2_000 {
            assert_eq!(next(&mut mailbox), n.to_string());
        }
        told.join().expect("it ends");
    }

    #[test]
    fn a_lone_escape_is_told_also_while_others_talk() {
        let (mut mailbox, teller, keys) = mailbox();
        rustix::io::write(&keys, b"\x1b").expect("written");
        loop {
            teller.send(said("news")).expect("somebody");
            match next(&mut mailbox).as_str() {
                "news" => {}
                told => break assert_eq!(told, name(&Msg::Key(Key::plain(Code::Esc)))),
            }
        }
    }

    #[test]
    fn the_keys_are_left_to_somebody_else() {
        let (mut mailbox, teller, keys) = mailbox();
        rustix::io::write(&keys, b"j").expect("written");
        teller.send(said("news")).expect("somebody");
        let until = mailbox.clock.now().plus_millis(60_000);
        assert_eq!(mailbox.told(until).as_ref().map(name).as_deref(), Some("news"));
        let now = mailbox.clock.now();
        assert!(mailbox.told(now.plus_millis(20)).is_none());
        assert!(mailbox.clock.now() >= now.plus_millis(20), "not before its time");
        assert_eq!(next(&mut mailbox), "j");
    }

    #[test]
    fn the_end_of_the_terminal_is_told_once() {
        let (mut mailbox, teller, keys) = mailbox();
        drop(keys);
        assert_eq!(next(&mut mailbox), "Terminate");
        teller.send(said("news")).expect("somebody");
        assert_eq!(next(&mut mailbox), "news");
    }
}
