//! The simulated WhatsApp platform and its customers: everything that is outside of Guichet, reached through
//! public HTTP only, so that a relay cannot tell it from the real thing. It reads requests with strict types
//! of its own and thereby checks what the relay sends.
//!
//! ```text
//!            script ──▶ actor (a customer: story, ears)          options, args (what it is told), amount
//!                         │
//! POST messages ─▶ graph ─┴▶ world (pure: rules, windows, budgets, due things) ──▶ update ─▶ poster ─▶ webhook
//!      (request, template, refusal: strict)   state (clock, faults, loop)            │
//!                                                   record ◀────────────────────────┘
//!      twilio (the same in Twilio's words), dialog360 (the same behind another door)
//!      setup, front (how the line is set up; wrong: how wrongly)
//! load: the load generator, which shares nothing with the above
//! ```
//!
//! - `world` does no I/O and knows no clock: time comes in. One seed, one world. Faults are thrown by
//!   `fault` outside of it.
//! - Desk time rules platform timestamps, windows, status delays, the pair rate and what customers do; real time
//!   rules throughput, the faults' spans and the waits between webhook tries.
//! - `GET /_sandbox/record` serves the [`Record`]; `POST /_sandbox/say` with `{"from": .., "text": ..}` makes a
//!   customer write, with the members of a script's step instead of `text`, such as `"image": ""`, do that; with
//!   `"group"`, an id, it is done in that group.
//!   `POST /_sandbox/template` with `{"name", "language"}` and a new `"status"`, `"quality"` or `"category"` changes a
//!   template and tells of it. `POST /_sandbox/tell` makes the platform tell what [`Handle::tell`] lists. These are for tests and scripts and need no token; keep the listener on loopback.

mod actor;
mod amount;
mod args;
mod budget;
mod dialog360;
mod dice;
mod fault;
mod front;
mod graph;
mod key;
pub mod load;
mod media;
mod options;
mod poster;
mod reach;
mod record;
mod refusal;
mod request;
mod sample;
mod script;
mod setup;
mod state;
mod template;
mod twilio;
mod update;
mod upload;
mod world;
mod wrong;

pub use amount::{span, speed};
pub use args::{ArgsError, FaultArgs, SandboxArgs};
pub use dice::Dice;
pub use fault::{Faults, FileFault, Hold, Outage};
pub use key::KeyError;
pub use options::{Carrier, Line, Options, Strangers};
pub use record::{Inbound, Outbound, Record, Requests, Webhooks};
pub use script::{Lang, Script, ScriptError};
pub use setup::FIELDS;
pub use wrong::Wrong;

use crate::kit::Clock;
use axum::body::Body;
use axum::http::Request;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poster::{Poster, Target};
use state::State;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use wrong::Changed;

/// How long [`Handle::stop`] waits for the webhook to take what is still owed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The simulated platform; [`Sandbox::start`] brings it to life.
#[derive(Debug)]
pub struct Sandbox;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its address cannot be listened on.
    #[error("the sandbox cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A webhook needs a secret to be signed with.
    #[error("the webhook needs an app secret: give --app-secret-file")]
    NoSecret,
    /// The HTTP client cannot be made.
    #[error("the sandbox has no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The webhook's address is none.
    #[error("--webhook {0} is no web address")]
    Webhook(String),
    /// TLS cannot be ended before the webhook.
    #[error("the sandbox cannot stand before the webhook: {0}")]
    Front(String),
}

/// A sandbox that has its address but no life yet; connections wait.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    addr: SocketAddr,
}

/// A running sandbox. Dropping it stops it at once; [`Handle::stop`] lets it finish first.
#[derive(Debug)]
pub struct Handle {
    addr: SocketAddr,
    state: Arc<State>,
    stop: CancellationToken,
}

impl Sandbox {
    /// Takes an address, so that a relay can be told of it before the sandbox is told of the relay's webhook.
    pub async fn bind(listen: SocketAddr) -> Result<Bound, StartError> {
        let fault = |source| StartError::Listen { addr: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(fault)?;
        let addr = listener.local_addr().map_err(fault)?;
        Ok(Bound { listener, addr })
    }

    /// [`Sandbox::bind`] and [`Bound::start`] in one.
    pub async fn start(options: Options, clock: Clock) -> Result<Handle, StartError> {
        Self::bind(options.listen).await?.start(options, clock)
    }
}

impl Bound {
    /// Where it will answer.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The line's `api_url`: the Graph API's root with a version.
    pub fn api_url(&self) -> String {
        format!("http://{}/v25.0", self.addr)
    }

    /// Serves the Graph API and lets the customers live, on the current tokio runtime. `clock` is the desk's;
    /// `options.listen` has no say any more.
    pub fn start(self, mut options: Options, clock: Clock) -> Result<Handle, StartError> {
        let Self { listener, addr } = self;
        let Changed { clock, front } = Wrong::set_up(&mut options, clock)?;
        let base = format!("http://{addr}");
        let run = options.run.unwrap_or_else(|| Clock::system().now().millis().unsigned_abs());
        let record = Arc::new(Mutex::new(Record { run, ..Record::default() }));
        let target = match (&options.webhook, &options.line.app_secret) {
            (None, _) => None,
            (Some(_), None) => return Err(StartError::NoSecret),
            (Some(url), Some(secret)) => Some(Target {
                url: Arc::new(Mutex::new(url.clone())),
                secret: secret.clone(),
                verify: options.line.verify_token.clone(),
                waba: options.line.account().to_owned(),
                carrier: options.line.carrier,
                number: options.line.number().to_owned(),
                api: format!("{base}/{}", twilio::VERSION),
            }),
        };
        let files = match options.line.carrier {
            Carrier::Cloud | Carrier::Twilio => base.clone(),
            Carrier::Dialog360 => dialog360::FILES.to_owned(),
        };
        let world = world::World::new(&options, clock.now(), run, &files);
        let stop = CancellationToken::new();
        let poster = Poster::start(
            target,
            options.faults.clone(),
            options.seed,
            clock.clone(),
            record.clone(),
            stop.clone(),
        )?;
        let outage =
            options.faults.outage.map(|outage| (outage.begins(options.seed), outage.lasts));
        let state = Arc::new(State::new((base, files), clock, poster, options, world, record));
        if let Some(front) = front {
            let until = stop.clone();
            tokio::spawn(async move { until.run_until_cancelled(front.serve()).await });
        }
        let (living, until) = (state.clone(), stop.clone());
        tokio::spawn(async move { until.run_until_cancelled(living.run()).await });
        let (serving, until) = (state.clone(), stop.clone());
        tokio::spawn(async move {
            until.clone().run_until_cancelled(serve(serving, listener, addr, outage, until)).await
        });
        Ok(Handle { addr, state, stop })
    }
}

impl Handle {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The line's `api_url`.
    pub fn api_url(&self) -> String {
        match self.state.line().carrier {
            Carrier::Cloud => format!("{}/v25.0", self.state.base),
            Carrier::Dialog360 => self.state.base.clone(),
            Carrier::Twilio => format!("{}/{}", self.state.base, twilio::VERSION),
        }
    }

    /// A copy of the record.
    pub fn record(&self) -> Record {
        self.state.record()
    }

    /// Makes a customer write now and gives the message's id: a name of the script, a phone or a user id; an
    /// unknown phone is a new customer, any other unknown name nothing.
    pub fn say(&self, customer: &str, text: &str) -> Option<String> {
        self.state.say(customer, None, script::Act::say(text))
    }

    /// The same in a group, which begins with it if there is none of that id.
    pub fn say_in(&self, group: &str, customer: &str, text: &str) -> Option<String> {
        self.state.say(customer, Some(group), script::Act::say(text))
    }

    /// The same for whatever a step of a script can do, such as `{"image": "look"}` or `{"voice": true}`.
    pub fn act(&self, customer: &str, step: serde_json::Value) -> Option<String> {
        self.state.say(customer, None, script::Act::read(step)?)
    }

    /// Posts webhooks there from now on, as if somebody had set another address.
    pub fn posts_to(&self, url: &str) {
        self.state.poster.posts_to(url);
    }

    /// Posts the webhook of a customer's message once more, where the provider keeps messages; whether it has it.
    pub fn post_again(&self, id: &str) -> bool {
        self.state.post_again(id)
    }

    /// Changes a template, as `{"name": .., "language": .., "status": "PAUSED"}` (or `quality`, `category`), and tells
    /// the webhook; whether there is such a template.
    pub fn alter(&self, change: serde_json::Value) -> bool {
        serde_json::from_value(change).is_ok_and(|change| self.state.alter(change))
    }

    /// Makes the platform tell something: `{"agent": {"customer": .., "does": "holds"}}` (`answers` with a `text`,
    /// `passes`), `{"group": {"id", "subject", "joins", "leaves", "ends"}}`, `{"history": {"customer", "said",
    /// "progress", "refused"}}`, `{"book": {"phone", "name"}}`; whether it is understood and the customers are known.
    pub fn tell(&self, what: serde_json::Value) -> bool {
        serde_json::from_value(what).is_ok_and(|tell| self.state.tell(tell))
    }

    /// No customer writes any more by itself; sends are still taken and their statuses reported. The first step
    /// of an orderly end: afterwards the relay can drain its outbox.
    pub fn hush(&self) {
        self.state.with_world(world::World::hush);
    }

    /// Posts all statuses still owed at once and waits, for `most` real time, until the webhook has taken
    /// everything; whether it has.
    pub async fn drain(&self, most: Duration) -> bool {
        let now = self.state.clock.now();
        let owed = self.state.with_world(|world| world.settle(now));
        self.state.publish(owed);
        tokio::time::timeout(most, self.state.poster.drained()).await.is_ok()
    }

    /// Hushes, drains for at most ten seconds, and stops; the final record.
    pub async fn stop(self) -> Record {
        self.hush();
        if !self.drain(PATIENCE).await {
            tracing::warn!("the sandbox stops although the webhook has not taken everything");
        }
        self.stop.cancel();
        self.record()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Accepts connections; during the outage the listener is closed, so that they are refused.
async fn serve(
    state: Arc<State>,
    listener: TcpListener,
    addr: SocketAddr,
    outage: Option<(Duration, Duration)>,
    stop: CancellationToken,
) {
    if let Some((begins, lasts)) = outage {
        let _ = tokio::time::timeout(begins, accept(&state, &listener, &stop)).await;
        state.set_out(true);
        drop(listener);
        tokio::time::sleep(lasts).await;
        let listener = loop {
            match TcpListener::bind(addr).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        state.set_out(false);
        accept(&state, &listener, &stop).await;
    } else {
        accept(&state, &listener, &stop).await;
    }
}

async fn accept(state: &Arc<State>, listener: &TcpListener, stop: &CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (state, stop) = (state.clone(), stop.clone());
                tokio::spawn(async move { stop.run_until_cancelled(talk(state, stream)).await });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn talk(state: Arc<State>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<hyper::body::Incoming>| {
        let state = state.clone();
        async move { graph::answer(&state, request.map(Body::new)).await }
    });
    // An error is a connection that was cut, by the client or by us.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

#[cfg(test)]
mod tests;
