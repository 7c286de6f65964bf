//! Consoles over WebSocket: state synchronisation and commands.
//!
//! A session holds what its console was last sent, as fingerprints, and nothing else of the desk. When something
//! has changed it works out the difference once the console has acknowledged the frame before, at most twenty
//! times a second. So a slow console skips states, and costs the same whatever the traffic. What a console has
//! just asked for is told at once.

mod allowance;
mod around;
mod command;
mod draft;
mod excerpt;
mod part;
mod shown;
mod tallies;
mod turns;
mod walled;
mod watching;

use super::floor::Here;
use super::gate::{Gate, Signed};
use super::receipts::Did;
use crate::wire::DraftView;
use crate::wire::{ClientFrame, Desk, Refused, RelayFrame, VERSION, You};
use allowance::Allowance;
use axum::extract::ws::{Message, WebSocket};
use draft::Drafting;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use turns::Turns;
use uuid::Uuid;
use watching::Watching;

/// The subprotocol.
pub const PROTOCOL: &str = "guichet.v1";
/// Bytes that may wait to be written to one console.
pub const WRITE_MOST: usize = 256 * 1024;
/// Bytes of news in one frame, beyond which the rest comes with the next.
const FRAME_MOST: usize = 32 * 1024;
/// The shortest time between two frames.
const PACE: Duration = Duration::from_millis(50);
/// Questions that are answered before their turn: so many at once, and so many a second in the long run.
const PROMPT: (f64, f64) = (40.0, 20.0);
/// How long a frame may stay without acknowledgement, or unread.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the hello may take.
const HELLO: Duration = Duration::from_secs(10);
/// How often rights are looked at again although nothing has changed.
const RECHECK: Duration = Duration::from_secs(30);
/// How often what changes by time alone is looked at.
const AGES: Duration = Duration::from_secs(1);
/// Watches that one console may have.
const WATCHES_MOST: usize = 16;
/// Commands of one console under way.
const COMMANDS_MOST: usize = 16;
/// Frames that make no sense before the connection is closed.
const GARBAGE_MOST: u32 = 10;

/// What came from a console.
#[derive(Debug)]
pub enum Heard {
    /// A text frame.
    Text(String),
    /// A frame that is no text.
    Other,
}

/// Serves one console until it goes.
pub async fn serve(gate: Gate, signed: Signed, socket: WebSocket) {
    let (to, from) = socket.split();
    let heard = from.filter_map(|message| async move {
        match message {
            Ok(Message::Text(text)) => Some(Some(Heard::Text(text.to_string()))),
            Ok(Message::Binary(_)) => Some(Some(Heard::Other)),
            Ok(Message::Ping(_) | Message::Pong(_)) => None,
            Ok(Message::Close(_)) | Err(_) => Some(None),
        }
    });
    let heard =
        heard.take_while(|heard| std::future::ready(heard.is_some())).filter_map(|h| async { h });
    let said = to.with(|text: String| async { Ok::<_, axum::Error>(Message::Text(text.into())) });
    run(gate, signed, Box::pin(heard), Box::pin(said)).await;
}

/// Serves one console over any transport, until either side ends it.
pub async fn run<I, O>(gate: Gate, signed: Signed, mut heard: I, said: O)
where
    I: Stream<Item = Heard> + Unpin,
    O: Sink<String> + Unpin,
{
    let consoles = gate.relay.metrics.consoles.clone();
    consoles.increment(1.0);
    let now = Instant::now();
    let stirred = gate.relay.floor.stirred();
    let mut session = Session {
        seen: gate.relay.position.clone(),
        recheck_at: now + RECHECK,
        next_at: now,
        look_at: now,
        gate,
        signed,
        said,
        watches: BTreeMap::new(),
        dirty: false,
        owed: false,
        seq: 0,
        unacked: None,
        skipped: 0,
        asked: false,
        prompt: Allowance::new(PROMPT.0, PROMPT.1, now),
        messages: Allowance::new(400.0, 200.0, now),
        commands: Allowance::new(60.0, 20.0, now),
        garbage: 0,
        here: None,
        stirred,
        aged_at: now + AGES,
        drafts: Drafting::new(now),
        turns: Turns::default(),
    };
    let ended = match timeout(HELLO, heard.next()).await {
        Ok(Some(first)) => match session.hello(first).await {
            Ok(()) => session.live(&mut heard).await,
            Err(end) => end,
        },
        Ok(None) => End::Gone,
        Err(_) => End::Told("silent"),
    };
    if let End::Told(reason) = ended {
        let goodbye = RelayFrame::Goodbye { reason: reason.to_owned() };
        let _ = timeout(Duration::from_secs(1), session.say(&goodbye)).await;
        let _ = timeout(Duration::from_secs(1), session.said.close()).await;
        // With something unread the connection would be reset, and the reason be lost on its way.
        let _ =
            timeout(Duration::from_secs(1), async { while heard.next().await.is_some() {} }).await;
    }
    consoles.decrement(1.0);
}

/// Why a session ends.
enum End {
    /// The console went, or does not read.
    Gone,
    /// The relay closes it with a word.
    Told(&'static str),
}

type Command = BoxFuture<'static, command::Outcome>;

struct Session<O> {
    gate: Gate,
    signed: Signed,
    said: O,
    seen: tokio::sync::watch::Receiver<crate::journal::Position>,
    watches: BTreeMap<u32, Watching>,
    /// Something may have changed since the last frame.
    dirty: bool,
    /// A command was carried out: the console waits for a frame at its position, though it may show nothing new.
    owed: bool,
    seq: u64,
    unacked: Option<(u64, Instant)>,
    skipped: u64,
    next_at: Instant,
    /// When the journal's position is looked at again. It moves a thousand times a second, and a console hears
    /// of it twenty times.
    look_at: Instant,
    recheck_at: Instant,
    /// Something was asked for and is not told whole yet.
    asked: bool,
    prompt: Allowance,
    messages: Allowance,
    commands: Allowance,
    garbage: u32,
    /// Tells colleagues that somebody is there.
    here: Option<Here>,
    /// Moves when something beside the journal has changed.
    stirred: tokio::sync::watch::Receiver<u64>,
    /// When what ages is looked at again.
    aged_at: Instant,
    drafts: Drafting,
    turns: Turns,
}

impl<O: Sink<String> + Unpin> Session<O> {
    async fn hello(&mut self, first: Heard) -> Result<(), End> {
        let frame = match &first {
            Heard::Text(text) => serde_json::from_str(text).ok(),
            Heard::Other => None,
        };
        let refused = |code: &str, message: &str| RelayFrame::Refused {
            id: None,
            refused: Refused::new(code, message, "connect with a console of this relay's version"),
        };
        match frame {
            Some(ClientFrame::Hello { version, .. }) if version >= VERSION => {}
            Some(ClientFrame::Hello { .. }) => {
                self.say(&refused("version", "this relay speaks version 1")).await?;
                return Err(End::Told("version"));
            }
            _ => {
                self.say(&refused("hello", "the first frame must be a hello")).await?;
                return Err(End::Told("garbage"));
            }
        }
        let relay = &self.gate.relay;
        let member = &self.signed.member;
        let welcome = RelayFrame::Welcome {
            version: VERSION,
            you: You {
                name: member.name.to_string(),
                role: member.role,
                queues: member.queues.iter().map(ToString::to_string).collect(),
            },
            desk: Desk { simulated: relay.floor.is_simulated(), ..self.gate.reading.desk() },
            position: relay.store.read().position.0,
            server_time: relay.clock.now(),
            rate: relay.clock.rate(),
        };
        self.here = Some(relay.floor.presences.enter(&self.signed.member.name, &relay.clock));
        self.say(&welcome).await
    }

    async fn live<I: Stream<Item = Heard> + Unpin>(&mut self, heard: &mut I) -> End {
        let mut under_way: FuturesUnordered<Command> = FuturesUnordered::new();
        let end = self.talk(heard, &mut under_way).await;
        // What was read before the console went is carried out, though nobody hears of it.
        while let Some((id, done)) = under_way.next().await {
            let _ = timeout(Duration::from_secs(1), self.done(id, done)).await;
        }
        end
    }

    async fn talk<I: Stream<Item = Heard> + Unpin>(
        &mut self,
        heard: &mut I,
        under_way: &mut FuturesUnordered<Command>,
    ) -> End {
        let stopping = self.gate.relay.stopping.clone();
        loop {
            let ready = self.dirty && self.unacked.is_none();
            let slow_at = self.unacked.map(|(_, since)| since + PATIENCE);
            let (look_at, seen) = (self.look_at, &mut self.seen);
            let moved = async {
                sleep_until(look_at).await;
                seen.changed().await
            };
            let step = tokio::select! {
                biased;
                () = stopping.cancelled() => Err(End::Told("stopping")),
                Some((id, done)) = under_way.next() => self.done(id, done).await,
                frame = heard.next() => match frame {
                    Some(frame) => self.heard(frame, under_way).await,
                    None => Err(End::Gone),
                },
                () = sleep_until(slow_at.unwrap_or(self.recheck_at)), if slow_at.is_some() => {
                    Err(End::Told("slow"))
                }
                () = sleep_until(self.next_at), if ready => self.frame().await,
                moved = moved => match moved {
                    Ok(()) => self.moved(),
                    Err(_) => Err(End::Told("stopping")),
                },
                () = sleep_until(self.drafts.at()), if self.drafts.wait() => {
                    self.draft();
                    Ok(())
                }
                Ok(()) = self.stirred.changed() => {
                    self.dirty |= !self.watches.is_empty();
                    Ok(())
                }
                () = sleep_until(self.aged_at) => {
                    self.aged_at = Instant::now() + AGES;
                    self.dirty |= self.watches.values().any(Watching::ages);
                    Ok(())
                }
                () = sleep_until(self.recheck_at) => self.recheck(),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// The journal has moved on.
    fn moved(&mut self) -> Result<(), End> {
        self.look_at = Instant::now() + PACE;
        if self.dirty && self.unacked.is_some() {
            self.skipped += 1;
        }
        self.dirty |= !self.watches.is_empty();
        self.recheck()
    }

    /// Rights may have changed, or the token may have ended.
    fn recheck(&mut self) -> Result<(), End> {
        self.recheck_at = Instant::now() + RECHECK;
        let signed = self.gate.still(self.signed.token).ok_or(End::Told("token"))?;
        if signed != self.signed {
            self.signed = signed;
            for watching in self.watches.values_mut() {
                watching.look_again();
            }
            self.dirty |= !self.watches.is_empty();
        }
        Ok(())
    }

    async fn heard(
        &mut self,
        heard: Heard,
        under_way: &mut FuturesUnordered<Command>,
    ) -> Result<(), End> {
        let now = Instant::now();
        if !self.messages.take(now) {
            return Err(End::Told("flood"));
        }
        let frame = match &heard {
            Heard::Text(text) => serde_json::from_str::<ClientFrame>(text).ok(),
            Heard::Other => None,
        };
        match frame {
            None => {
                self.garbage += 1;
                if self.garbage >= GARBAGE_MOST {
                    return Err(End::Told("garbage"));
                }
                self.error(None, "malformed", "this is no frame of the protocol").await
            }
            Some(ClientFrame::Unknown | ClientFrame::Hello { .. }) => {
                self.error(None, "unknown", "this relay does not know that kind of frame").await
            }
            Some(ClientFrame::Ping) => {
                let server_time = self.gate.relay.clock.now();
                self.say(&RelayFrame::Pong { server_time }).await
            }
            Some(ClientFrame::Ack { seq }) => {
                if self.unacked.is_some_and(|(sent, _)| sent == seq) {
                    self.unacked = None;
                    self.gate
                        .relay
                        .metrics
                        .frames_skipped
                        .increment(std::mem::take(&mut self.skipped));
                }
                Ok(())
            }
            Some(ClientFrame::Unwatch { watch }) => {
                self.watches.remove(&watch);
                Ok(())
            }
            Some(ClientFrame::Watch { watch, what }) => {
                if self.watches.len() >= WATCHES_MOST && !self.watches.contains_key(&watch) {
                    return self.error(Some(watch), "too_many", "at most 16 watches").await;
                }
                match Watching::new(what, &self.gate.reading) {
                    Ok(watching) => {
                        self.watches.insert(watch, watching);
                        self.dirty = true;
                        if self.prompt.take(now) {
                            self.asked = true;
                            self.next_at = now;
                        }
                        Ok(())
                    }
                    Err(why) => {
                        self.watches.remove(&watch);
                        self.error(Some(watch), &why.code, &why.to_string()).await
                    }
                }
            }
            Some(ClientFrame::Draft { ticket, text, note, console }) => {
                let at = self.gate.relay.clock.now();
                self.drafts.put(ticket, DraftView { text, note, at, console });
                self.draft();
                Ok(())
            }
            Some(ClientFrame::SyncTemplates { id }) => {
                if under_way.len() >= COMMANDS_MOST || !self.commands.take(now) {
                    let hint = "wait a moment";
                    return self.done(id, Err(Refused::new("too_fast", "too often", hint))).await;
                }
                let sync = command::sync(self.gate.clone(), id);
                under_way.push(sync.boxed());
                Ok(())
            }
            Some(ClientFrame::Presence { id, presence, reason }) => {
                let done = if self.commands.take(now) {
                    command::presence(&self.gate, &self.signed, presence, reason).await
                } else {
                    Err(Refused::new("too_fast", "too often", "wait a moment"))
                };
                self.done(id, done).await
            }
            Some(ClientFrame::Command { id, ticket, action }) => {
                if under_way.len() >= COMMANDS_MOST || !self.commands.take(now) {
                    let hint = "wait a moment and send it again";
                    let refused = Refused::new("too_fast", "too many commands at once", hint);
                    return self.done(id, Err(refused)).await;
                }
                let turn = self.turns.take(ticket);
                let (gate, token) = (self.gate.clone(), self.signed.token);
                let act = command::act(gate, token, turn, (id, ticket, action));
                under_way.push(act.boxed());
                Ok(())
            }
        }
    }

    /// Hands on what was typed, as far as it is time.
    fn draft(&mut self) {
        let (relay, member) = (&self.gate.relay, &self.signed.member);
        for (ticket, draft) in self.drafts.due(Instant::now()) {
            let Ok(Some((conversation, contact))) = self.gate.reading.addressed(member, ticket)
            else {
                continue;
            };
            relay.floor.looking.writes(conversation, &member.name, !draft.text.is_empty());
            relay.floor.drafts.put(&member.name, conversation, contact, &draft);
            if !draft.note && !draft.text.is_empty() {
                relay.floor.receipts.did(conversation, Did::Write);
            }
        }
    }

    async fn done(
        &mut self,
        id: Uuid,
        done: Result<crate::wire::Acted, Refused>,
    ) -> Result<(), End> {
        let frame = match done {
            Ok(acted) => {
                self.owed = !self.watches.is_empty();
                self.dirty |= self.owed;
                RelayFrame::Done { id, position: acted.position, outbox: acted.outbox }
            }
            Err(refused) => RelayFrame::Refused { id: Some(id), refused },
        };
        self.say(&frame).await
    }

    async fn error(&mut self, watch: Option<u32>, code: &str, message: &str) -> Result<(), End> {
        let (code, message) = (code.to_owned(), message.to_owned());
        self.say(&RelayFrame::Error { watch, code, message }).await
    }

    /// Works out what has changed and sends it.
    async fn frame(&mut self) -> Result<(), End> {
        // What is marked as seen here is not heard of again: also what it says of rights is looked at here.
        let moved = self.seen.has_changed().unwrap_or(true);
        self.seen.borrow_and_update();
        self.stirred.borrow_and_update();
        if moved {
            self.recheck()?;
        }
        let now = self.gate.relay.clock.now();
        let mut watches = std::mem::take(&mut self.watches);
        let member = self.signed.member.clone();
        let relay = self.gate.relay.clone();
        let worked = self.gate.frame(move |reading| {
            let news = watching::news(&mut watches, &relay, reading, &member, now, FRAME_MOST);
            (watches, news)
        });
        let Ok((watches, news)) = worked.await else { return Err(End::Told("unavailable")) };
        self.watches = watches;
        let news = news.map_err(|error| {
            tracing::error!(%error, "a console could not be served");
            End::Told("unavailable")
        })?;
        self.dirty = news.cut || news.later;
        self.asked &= news.cut;
        self.next_at = Instant::now() + if self.asked { Duration::ZERO } else { PACE };
        if news.parts.is_empty() && !std::mem::take(&mut self.owed) {
            return Ok(());
        }
        self.owed = false;
        self.seq += 1;
        let text = watching::frame(self.seq, news.position, now, &news.parts);
        self.send(text).await?;
        self.gate.relay.metrics.frames_sent.increment(1);
        self.unacked = Some((self.seq, Instant::now()));
        Ok(())
    }

    async fn say(&mut self, frame: &RelayFrame) -> Result<(), End> {
        let text = serde_json::to_string(frame).map_err(|_| End::Told("unavailable"))?;
        self.send(text).await
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        match timeout(PATIENCE, self.said.send(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}
