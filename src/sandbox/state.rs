//! What the sandbox's tasks share, and the loop that makes due things happen.

use super::dice::Dice;
use super::fault::{Fate, FileFault};
use super::options::{Carrier, Line, Options};
use super::poster::Poster;
use super::record::{Outbound, Record};
use super::refusal::Refusal;
use super::request::Send;
use super::script::Act;
use super::template::Change;
use super::twilio;
use super::update::{Update, What};
use super::world::{Accepted, Later, Tell, World};
use super::wrong::Wrong;
use crate::kit::Clock;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The longest the loop sleeps in real time: a clock that is set by hand gives no notice.
const NAP: Duration = Duration::from_millis(20);

/// Shared by the Graph API, the loop and the handle.
#[derive(Debug)]
pub(super) struct State {
    pub(super) base: String,
    /// The beginning of files' addresses.
    pub(super) files: String,
    pub(super) clock: Clock,
    pub(super) poster: Poster,
    options: Options,
    started: Instant,
    world: Mutex<World>,
    record: Arc<Mutex<Record>>,
    /// Of a provider that lists messages.
    log: Mutex<twilio::Log>,
    dice: Mutex<Dice>,
    out: AtomicBool,
    changed: Notify,
}

impl State {
    /// Puts the parts together; `started` counts the throughput's real time.
    pub(super) fn new(
        (base, files): (String, String),
        clock: Clock,
        poster: Poster,
        options: Options,
        world: World,
        record: Arc<Mutex<Record>>,
    ) -> Self {
        let seed = options.seed;
        Self {
            base,
            files,
            clock,
            poster,
            options,
            started: Instant::now(),
            world: Mutex::new(world),
            record,
            log: Mutex::default(),
            dice: Mutex::new(Dice::new(seed, "graph")),
            out: AtomicBool::new(false),
            changed: Notify::new(),
        }
    }

    pub(super) fn with_world<T>(&self, with: impl FnOnce(&mut World) -> T) -> T {
        with(&mut self.world.lock().expect("no user of the world panics"))
    }

    pub(super) fn with_log<T>(&self, with: impl FnOnce(&mut twilio::Log) -> T) -> T {
        with(&mut self.log.lock().expect("no user of the log panics"))
    }

    pub(super) fn note(&self, with: impl FnOnce(&mut Record)) {
        with(&mut self.record.lock().expect("no writer panics"));
    }

    /// A copy of the record.
    pub(super) fn record(&self) -> Record {
        self.record.lock().expect("no writer panics").clone()
    }

    pub(super) fn fate(&self) -> (Fate, Duration) {
        self.options.faults.fate(&mut self.dice.lock().expect("no thrower panics"))
    }

    /// What goes wrong with the next download.
    pub(super) fn file_fault(&self) -> Option<FileFault> {
        self.options.faults.file(&mut self.dice.lock().expect("no thrower panics"))
    }

    /// Begins or ends the outage.
    pub(super) fn set_out(&self, out: bool) {
        self.out.store(out, Ordering::SeqCst);
    }

    /// Whether the Graph API is out of reach.
    pub(super) fn is_out(&self) -> bool {
        self.out.load(Ordering::SeqCst)
    }

    /// The line that it plays the platform for.
    pub(super) fn line(&self) -> &Line {
        &self.options.line
    }

    /// The messaging limit of the portfolio.
    pub(super) fn limit(&self) -> usize {
        self.options.limit
    }

    /// Whether it was told to be wrong in this way.
    pub(super) fn is(&self, wrong: Wrong) -> bool {
        self.options.wrong.contains(&wrong)
    }

    /// The callback URL: it is saved when the handshake has succeeded, where there is one.
    pub(super) fn callback(&self) -> Option<&str> {
        let handshake = self.options.line.verify_token.is_some();
        let verified =
            || self.record.lock().expect("no writer panics").webhooks.verified == Some(true);
        self.options.webhook.as_deref().filter(|_| !handshake || verified())
    }

    /// Refuses with 190 unless the request carries the app's own token.
    pub(super) fn authorise_app(&self, app: &str, bearer: Option<&str>) -> Result<(), Refusal> {
        let token = bearer.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        let good = match &self.options.line.app_secret {
            Some(secret) => {
                let wanted = format!("{app}|{}", secret.expose());
                subtle::ConstantTimeEq::ct_eq(wanted.as_bytes(), token.as_bytes()).into()
            }
            None => token.starts_with(&format!("{app}|")),
        };
        if good { Ok(()) } else { Err(Refusal::new(190, "Invalid OAuth access token signature.")) }
    }

    /// Refuses with 190 unless the request carries the token.
    pub(super) fn authorise(&self, bearer: Option<&str>) -> Result<(), Refusal> {
        let token = bearer.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        let good = match &self.options.line.access_token {
            Some(wanted) => {
                subtle::ConstantTimeEq::ct_eq(wanted.expose().as_bytes(), token.as_bytes()).into()
            }
            None => !token.is_empty(),
        };
        if good { Ok(()) } else { Err(Refusal::new(190, "Invalid OAuth access token.")) }
    }

    /// Refuses with 100, subcode 33, unless this is the line's number.
    pub(super) fn check_number(&self, id: &str) -> Result<(), Refusal> {
        check(self.options.line.phone_number_id.as_deref(), id)
    }

    /// Refuses with 100, subcode 33, unless this is the line's account.
    pub(super) fn check_account(&self, id: &str) -> Result<(), Refusal> {
        check(self.options.line.waba_id.as_deref(), id)
    }

    /// Takes or refuses one message, faults included.
    pub(super) fn send(&self, number: &str, send: &Send) -> Result<Accepted, Refusal> {
        self.send_or_fail(number, send, None)
    }

    /// The same for a message that will fail with this code after it was taken.
    pub(super) fn send_or_fail(
        &self,
        number: &str,
        send: &Send,
        fails: Option<i32>,
    ) -> Result<Accepted, Refusal> {
        let now = self.clock.now();
        let faults = &self.options.faults;
        let (struck, done, held) = {
            let mut dice = self.dice.lock().expect("no thrower panics");
            // Twilio does not tell of it.
            let paced = send.template.is_some() && self.line().carrier != Carrier::Twilio;
            let (struck, done) = (faults.code(&mut dice), dice.chance(0.5));
            (struck, done, paced.then(|| faults.hold(&mut dice)).flatten())
        };
        let late = |code: &i32| !faults.fail_at_once && Refusal::comes_later(*code);
        let at_once = struck.filter(|code| !late(code));
        let says = self.options.faults.fail_says.as_deref();
        if let Some(code) = at_once
            && !(Refusal::is_ambiguous(code) && done)
        {
            return Err(Refusal::injected(code, says));
        }
        let later = Later { fails: fails.or_else(|| struck.filter(late)), held };
        let accepted =
            self.with_world(|world| world.send(number, send, now, self.started.elapsed(), later))?;
        self.note(|record| {
            if let Some(callback) = &send.callback {
                record.accepted.entry(callback.clone()).or_default().push(accepted.id.clone());
            }
            let outbound = Outbound {
                customer: accepted.customer.clone(),
                kind: accepted.kind.clone(),
                callback: send.callback.clone(),
                at: now,
                statuses: Vec::new(),
                template: send.template.clone(),
            };
            record.sends.insert(accepted.id.clone(), outbound);
        });
        if self.line().carrier == Carrier::Twilio {
            self.with_log(|log| log.sent(&accepted.id, number, send, now));
        }
        self.changed.notify_one();
        match at_once {
            Some(code) => Err(Refusal::injected(code, says)),
            None => Ok(accepted),
        }
    }

    /// Makes a customer do something now, in a group or alone; the message's id, or nothing for an unknown customer.
    pub(super) fn say(&self, from: &str, group: Option<&str>, act: Act) -> Option<String> {
        let now = self.clock.now();
        let updates = self.with_world(|world| match group {
            Some(group) => world.say_in(group, from, &act, now),
            None => world.say(from, act, now),
        })?;
        let id = updates.iter().find_map(|update| match &update.what {
            What::Message { id, .. } => Some(id.clone()),
            // Held by the platform's own agent.
            What::Whole("standby") => {
                update.body["standby"]["messages"][0]["id"].as_str().map(str::to_owned)
            }
            What::Status { .. } | What::Preference | What::Whole(_) => None,
        });
        self.publish(updates);
        id
    }

    /// Takes a new template in, or refuses it; it is judged after a while.
    pub(super) fn submit(&self, body: &[u8]) -> Result<Value, Refusal> {
        self.submit_as(body, None)
    }

    /// The same under an id that it has already.
    pub(super) fn submit_as(&self, body: &[u8], id: Option<u64>) -> Result<Value, Refusal> {
        let now = self.clock.now();
        let made = self.with_world(|world| world.submit(body, id, now))?;
        self.changed.notify_one();
        Ok(made)
    }

    /// Changes a template as it is told to, and tells the webhook; whether there is such a template.
    pub(super) fn alter(&self, change: Change) -> bool {
        let updates = self.with_world(|world| world.alter(change));
        updates.map(|updates| self.publish(updates)).is_some()
    }

    /// Tells the webhook what the platform is asked to tell; whether the customers in it are known.
    pub(super) fn tell(&self, tell: Tell) -> bool {
        let now = self.clock.now();
        let updates = self.with_world(|world| world.tell(tell, now));
        updates.map(|updates| self.publish(updates)).is_some()
    }

    /// Hands updates to the poster.
    pub(super) fn publish(&self, updates: Vec<Update>) {
        for update in updates {
            self.note(|record| record.written(&update));
            if self.line().carrier == Carrier::Twilio {
                twilio::note(self, &update);
            }
            self.poster.post(update);
        }
    }

    /// Posts the webhook of a customer's message once more; whether there is such a message in the log.
    pub(super) fn post_again(&self, id: &str) -> bool {
        let update = self.with_log(|log| log.webhook(id));
        update.map(|update| self.poster.post(update)).is_some()
    }

    /// Makes things happen when they are due, for ever.
    pub(super) async fn run(&self) {
        loop {
            let now = self.clock.now();
            let (updates, next) = self.with_world(|world| (world.advance(now), world.next_at()));
            self.publish(updates);
            let wait = next.map_or(NAP, |at| self.clock.real_until(at).min(NAP));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.changed.notified() => {}
            }
        }
    }
}

fn check(wanted: Option<&str>, id: &str) -> Result<(), Refusal> {
    let good = match wanted {
        Some(wanted) => wanted == id,
        None => !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()),
    };
    if good {
        return Ok(());
    }
    let details = format!(
        "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation."
    );
    Err(Refusal::new(100, details).subcode(33))
}
