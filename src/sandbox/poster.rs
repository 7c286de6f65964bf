//! Posts webhooks as the platform does: signed, several updates in one body, concurrently, again until the
//! answer is 200 (page webhooks/overview), and with the faults that were asked for.

use super::dice::Dice;
use super::fault::Faults;
use super::options::Carrier;
use super::record::Record;
use super::twilio::{self, Letter};
use super::update::{Update, What, envelope, signature};
use super::world::DISPLAY;
use crate::kit::backoff::Backoff;
use crate::kit::{Clock, Secret};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Waits between tries: at once, then less and less often (real time).
const AGAIN: Backoff =
    Backoff { first: Duration::from_millis(200), most: Duration::from_secs(30), factor: 2 };
/// The longest wait between tries while the end is waited for.
const HURRY: Duration = Duration::from_millis(300);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// POSTs under way at a time.
const CONCURRENT: usize = 16;
/// The most updates in one body here; the platform's own limit is 1,000.
const BATCH: usize = 200;

/// Where webhooks go.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Arc<Mutex<String>>,
    pub(super) secret: Secret,
    pub(super) verify: Option<Secret>,
    pub(super) waba: String,
    pub(super) carrier: Carrier,
    /// The business number.
    pub(super) number: String,
    /// Where its API begins.
    pub(super) api: String,
}

/// Takes updates and sees to it that they arrive. Cloned freely.
#[derive(Clone, Debug)]
pub(super) struct Poster {
    queue: mpsc::UnboundedSender<Update>,
    owed: Arc<Owed>,
    url: Arc<Mutex<String>>,
}

/// How many updates are not yet acknowledged, and whether that is being waited for.
#[derive(Debug, Default)]
struct Owed {
    count: AtomicUsize,
    none: Notify,
    hurried: AtomicBool,
    hurry: Notify,
}

impl Owed {
    fn more(&self, count: usize) {
        self.count.fetch_add(count, Ordering::SeqCst);
    }

    fn less(&self, count: usize) {
        if self.count.fetch_sub(count, Ordering::SeqCst) == count {
            self.none.notify_waiters();
        }
    }
}

struct Postman {
    client: reqwest::Client,
    target: Target,
    faults: Faults,
    clock: Clock,
    record: Arc<Mutex<Record>>,
    owed: Arc<Owed>,
    lanes: Semaphore,
    dice: Mutex<Dice>,
}

impl Poster {
    /// Starts posting to `target`, until `stop`; without one updates are noted in the record and go nowhere.
    pub(super) fn start(
        target: Option<Target>,
        faults: Faults,
        seed: u64,
        clock: Clock,
        record: Arc<Mutex<Record>>,
        stop: CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        let (queue, mut updates) = mpsc::unbounded_channel();
        let owed = Arc::new(Owed::default());
        let url = target.as_ref().map(|target| target.url.clone()).unwrap_or_default();
        let poster = Self { queue, owed: owed.clone(), url };
        let Some(target) = target else {
            tokio::spawn(async move {
                while updates.recv().await.is_some() {
                    owed.less(1);
                }
            });
            return Ok(poster);
        };
        // A second provider is refused, and the one already there is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .pool_max_idle_per_host(CONCURRENT)
            .build()?;
        let postman = Postman {
            client,
            target,
            faults,
            clock,
            record,
            owed,
            lanes: Semaphore::new(CONCURRENT),
            dice: Mutex::new(Dice::new(seed, "poster")),
        };
        tokio::spawn(
            async move { stop.run_until_cancelled(Arc::new(postman).work(updates)).await },
        );
        Ok(poster)
    }

    /// From now on webhooks go there.
    pub(super) fn posts_to(&self, url: &str) {
        *self.url.lock().expect("no reader panics") = url.to_owned();
    }

    /// Takes an update to be posted.
    pub(super) fn post(&self, update: Update) {
        self.owed.more(1);
        if self.queue.send(update).is_err() {
            self.owed.less(1);
        }
    }

    /// Waits until everything posted so far has been acknowledged; from now on tries follow each other quickly.
    pub(super) async fn drained(&self) {
        self.owed.hurried.store(true, Ordering::SeqCst);
        self.owed.hurry.notify_waiters();
        loop {
            let none = self.owed.none.notified();
            tokio::pin!(none);
            none.as_mut().enable();
            if self.owed.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            none.await;
        }
    }
}

impl Postman {
    async fn work(self: Arc<Self>, mut updates: mpsc::UnboundedReceiver<Update>) {
        let mut posts = tokio::task::JoinSet::new();
        if self.target.verify.is_some() && self.target.carrier == Carrier::Cloud {
            self.handshake().await;
        }
        while let Some(first) = updates.recv().await {
            while posts.try_join_next().is_some() {}
            let mut waiting = vec![first];
            while waiting.len() < BATCH
                && let Ok(next) = updates.try_recv()
            {
                waiting.push(next);
            }
            let kept: Vec<Update> =
                waiting.into_iter().filter(|update| !self.is_dropped(update)).collect();
            for batch in self.batches(kept) {
                posts.spawn(self.clone().deliver(batch));
            }
        }
    }

    fn throw<T>(&self, with: impl FnOnce(&mut Dice) -> T) -> T {
        with(&mut self.dice.lock().expect("no thrower panics"))
    }

    fn note(&self, with: impl FnOnce(&mut Record)) {
        with(&mut self.record.lock().expect("no writer panics"));
    }

    fn is_dropped(&self, update: &Update) -> bool {
        let dropped = matches!(update.what, What::Status { .. })
            && self.throw(|dice| dice.chance(self.faults.drop_status));
        if dropped {
            self.note(|record| record.statuses_dropped += 1);
            self.owed.less(1);
        }
        dropped
    }

    /// Mostly one update a body, sometimes some, and many when many wait.
    fn batches(&self, updates: Vec<Update>) -> Vec<Vec<Update>> {
        if self.target.carrier == Carrier::Twilio {
            return updates.into_iter().map(|update| vec![update]).collect();
        }
        let many = updates.len() > 50;
        let mut batches: Vec<Vec<Update>> = Vec::new();
        let mut room = 0;
        for update in updates {
            match batches.last_mut() {
                Some(batch) if room > 0 => batch.push(update),
                _ => {
                    batches.push(vec![update]);
                    room = self.throw(|dice| match (many, dice.chance(0.3)) {
                        (true, _) => 20 + dice.below(80),
                        (false, true) => 1 + dice.below(9),
                        (false, false) => 0,
                    }) + 1;
                }
            }
            room -= 1;
        }
        batches
    }

    async fn deliver(self: Arc<Self>, batch: Vec<Update>) {
        let apart = self.throw(|dice| dice.chance(0.2));
        let Some(letter) = self.letter(&batch, apart) else { return self.owed.less(batch.len()) };
        let (wait, twice) = self.throw(|dice| {
            let mut wait = Duration::ZERO;
            if !self.faults.delay.is_zero() {
                wait += dice.around(self.faults.delay);
            }
            if dice.chance(self.faults.reorder) {
                wait += dice.between(Duration::from_millis(300), Duration::from_millis(1_500));
            }
            (wait, dice.chance(self.faults.duplicate))
        });
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.note(|record| record.webhooks.posted += 1);
        let taken = self.insist(&letter).await;
        let now = self.clock.now();
        self.note(|record| match taken {
            true => {
                record.webhooks.acknowledged += 1;
                record.taken(&batch, now);
            }
            false => record.webhooks.given_up += 1,
        });
        if twice {
            let later = self
                .throw(|dice| dice.between(Duration::from_millis(20), Duration::from_millis(800)));
            tokio::time::sleep(later).await;
            self.note(|record| record.webhooks.duplicated += 1);
            self.insist(&letter).await;
        }
        self.owed.less(batch.len());
    }

    /// The POST of some updates; nothing for what the provider does not tell.
    fn letter(&self, batch: &[Update], apart: bool) -> Option<Letter> {
        let Target { url, secret, waba, number, api, .. } = &self.target;
        let url = url.lock().expect("no writer panics").clone();
        let proof = match self.target.carrier {
            Carrier::Twilio => {
                let ours = (url.as_str(), waba.as_str(), number.as_str());
                return twilio::letter(batch.first()?, ours, api, secret);
            }
            Carrier::Cloud => None,
            Carrier::Dialog360 => Some(("authorization", format!("Bearer {}", secret.expose()))),
        };
        let body = envelope(waba, DISPLAY, batch, apart);
        let proof = proof.unwrap_or_else(|| ("x-hub-signature-256", signature(secret, &body)));
        Some(Letter { url, content_type: "application/json", proof, body })
    }

    /// Posts a body until the answer is 200; Twilio tries once. Whether it was taken.
    async fn insist(&self, letter: &Letter) -> bool {
        let mut failures = 0;
        loop {
            let answer = {
                let _lane = self.lanes.acquire().await;
                let request = self
                    .client
                    .post(&letter.url)
                    .header("content-type", letter.content_type)
                    .header(letter.proof.0, &letter.proof.1)
                    .body(letter.body.clone());
                request.send().await.map_or(0, |answer| answer.status().as_u16())
            };
            self.note(|record| *record.webhooks.answers.entry(answer).or_default() += 1);
            if answer == 200 || self.target.carrier == Carrier::Twilio {
                return answer == 200;
            }
            failures += 1;
            self.note(|record| record.webhooks.retried += 1);
            self.pause(failures).await;
        }
    }

    /// Waits before the next try, not for long once somebody waits for the end.
    async fn pause(&self, failures: u32) {
        let wait = AGAIN.wait(failures, self.throw(Dice::unit));
        let hurry = self.owed.hurry.notified();
        tokio::pin!(hurry);
        hurry.as_mut().enable();
        if self.owed.hurried.load(Ordering::SeqCst) {
            tokio::time::sleep(wait.min(HURRY)).await;
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = hurry => {}
        }
    }

    /// Verifies the webhook; tries until it answers rightly, since nothing may be posted before.
    async fn handshake(&self) {
        let Some(token) = &self.target.verify else { return };
        let mut failures = 0;
        loop {
            let challenge = self.throw(Dice::bits).to_string();
            let asked = [
                ("hub.mode", "subscribe"),
                ("hub.challenge", challenge.as_str()),
                ("hub.verify_token", token.expose()),
            ];
            let url = self.target.url.lock().expect("no writer panics").clone();
            let answer = self.client.get(url).query(&asked).send().await;
            let good = match answer {
                Ok(answer) if answer.status().as_u16() == 200 => {
                    answer.text().await.is_ok_and(|text| text == challenge)
                }
                _ => false,
            };
            self.note(|record| record.webhooks.verified = Some(good));
            if good {
                return;
            }
            failures += 1;
            if failures == 3 {
                tracing::warn!(
                    "the webhook does not answer the verification handshake: check its address and token"
                );
            }
            self.pause(failures).await;
        }
    }
}
