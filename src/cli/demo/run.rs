//! One run from its beginning to its summary.

use super::Args;
use super::agents::{Agent, Habits, Log};
use super::curtain::{self, Curtain, Opened};
use super::folder::{ACCOUNT, Folder, NUMBER, QUEUE};
use super::summary::{Setting, Summary};
use super::tally::Tally;
use crate::cli::remote::{Remote, base};
use crate::cli::{Failure, logs, shell};
use crate::domain::desk::DeskEvent;
use crate::domain::id::SendId;
use crate::domain::name::Name;
use crate::domain::roster::Role;
use crate::domain::status::Status;
use crate::kit::{Clock, Secret};
use crate::relay::daemon::{Daemon, StartError};
use crate::relay::listener::ListenError;
use crate::relay::{Relay, token, translate};
use crate::sandbox::{Bound, Handle, Line, Options, Sandbox};
use crate::wire::ActionRequest;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Every queue of the demo.
const QUEUES: &[&str] = &[QUEUE, "sales", "billing"];
/// Who works in a demo: in which queues, and how long for what another does in one minute.
const AGENTS: [(&str, Role, &[&str], f64); 6] = [
    ("anna", Role::Agent, &[QUEUE], 0.7),
    ("bruno", Role::Agent, &["sales", "billing"], 1.0),
    ("carla", Role::Agent, &[QUEUE, "sales"], 0.9),
    ("dario", Role::Supervisor, QUEUES, 1.6),
    ("elena", Role::Agent, &["billing"], 2.2),
    ("fabio", Role::Agent, &[QUEUE, "billing"], 1.3),
];
/// Whose token the folder holds for a person.
const YOU: &str = "you";
/// Three of the waiting conversations began ten minutes before their window closes.
const AGED: [Duration; 3] = [Duration::from_secs(23 * 3_600 + 50 * 60); 3];
/// How many conversations wait at the start.
const WAITING: usize = 8;
/// How often the status line is printed.
const STATUS: Duration = Duration::from_secs(5);
/// How long the outbox may take to empty at the end, an outage left out. What waits longer, for a platform that
/// asks to be left alone, is taken back.
const SETTLE: Duration = Duration::from_secs(10);
/// When an outage begins at the latest whose beginning was not given.
const OUTAGE_LATEST: Duration = Duration::from_secs(15);
/// How long it may take once more, after the last statuses and after what is left was taken back.
const SETTLE_AGAIN: Duration = Duration::from_secs(3);
/// How long an attempt under way may take: only its end tells what came of it.
const ATTEMPT: Duration = Duration::from_secs(60);
/// How long the webhook may take to accept what is still owed.
const STATUSES: Duration = Duration::from_secs(5);
/// How long a token is good, in real time.
const TOKEN_LASTS: Duration = Duration::from_secs(30 * 86_400);

/// A demo under way.
struct Stage {
    relay: Relay,
    sandbox: Handle,
    supervisor: Remote,
    tally: Tally,
    log: Log,
    /// Nothing but the summary is printed.
    quiet: bool,
}

/// Runs a demo and judges it.
pub(super) async fn run(args: &Args, curtain: Curtain) -> Result<Summary, Failure> {
    let folder = Folder::open(args.data.as_deref())?;
    if curtain.is_there() {
        logs::start_in(&folder.file("demo.log"), "warn")?;
    }
    let clock = Clock::scaled(folder.resumes()?, args.speed);
    let line = Line {
        phone_number_id: Some(NUMBER.to_owned()),
        waba_id: Some(ACCOUNT.to_owned()),
        app_secret: Some(folder.secret("app_secret")?),
        access_token: Some(folder.secret("access_token")?),
        verify_token: Some(folder.secret("verify_token")?),
        ..Line::default()
    };
    let bound = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await;
    let bound = bound.map_err(Failure::failed)?;
    let stop = CancellationToken::new();
    let config = folder.config(bound.api_url(), args.consoles, curtain.is_there())?;
    let daemon = Daemon::start(config, clock.clone(), &stop).await.map_err(|error| match error {
        StartError::Listen(ListenError::Bind { addr, why }) => Failure::Failed(format!(
            "cannot listen on {addr}: {why}; name another port with --consoles, or leave it out for a free one"
        )),
        error => Failure::failed(error),
    })?;
    daemon.relay.floor.simulate();
    let played = play(args, &folder, &daemon, bound, line, clock, curtain).await;
    stop.cancel();
    let stopped = daemon.stop().await.map_err(Failure::failed);
    let summary = played?;
    stopped?;
    Ok(summary)
}

async fn play(
    args: &Args,
    folder: &Folder,
    daemon: &Daemon,
    bound: Bound,
    line: Line,
    clock: Clock,
    mut curtain: Curtain,
) -> Result<Summary, Failure> {
    let relay = daemon.relay.clone();
    let tally = Tally::begin(&**relay.store.reader()).map_err(Failure::failed)?;
    let url = base(&format!("http://{}", daemon.consoles))?;
    let (log, stop, tasks) = (Log::default(), CancellationToken::new(), TaskTracker::new());
    let mut supervisor = None;
    for (name, role, queues, pace) in AGENTS {
        let token = hire(&relay, name, role, queues).await?;
        let remote = Remote::new(url.clone(), token)?;
        if role == Role::Supervisor {
            supervisor = Some(remote.clone());
        }
        // Where a person plays, what nobody was given is left for him.
        let habits = Habits { pace, takes: !curtain.is_there() };
        let (clock, floor) = (clock.clone(), relay.floor.clone());
        let agent = Agent::new(name, remote, clock, floor, args.seed, habits, log.clone());
        tasks.spawn(agent.work(stop.clone()));
    }
    let supervisor =
        supervisor.ok_or_else(|| Failure::failed("a demo without a supervisor; report it"))?;
    let yours = hire(&relay, YOU, Role::Supervisor, QUEUES).await?;
    let token_file = folder.write("token", yours.expose())?;
    let options = Options {
        webhook: Some(format!("http://{}/webhooks/whatsapp", daemon.webhooks)),
        line,
        seed: args.seed,
        lang: args.lang,
        faults: args.faults.faults(),
        waiting: WAITING,
        aged: AGED.to_vec(),
        ..Options::default()
    };
    let sandbox = bound.start(options, clock).map_err(Failure::failed)?;
    let started = Instant::now();
    let mut stage = Stage {
        relay,
        sandbox,
        supervisor,
        tally,
        log,
        quiet: args.headless || curtain.is_there(),
    };
    let join = curtain::join(&url, &token_file);
    curtain.open(Opened { base: url, token: yours, join: join.clone() });
    if !stage.quiet {
        say(&format!("look on: {join}"));
        if args.speed == 1.0 {
            say(
                "the desk's time runs as fast as yours, so little happens at first; --speed 600 shows a day in under three minutes",
            );
        }
    }
    stage.watch(args, daemon, &curtain).await?;
    let seconds = started.elapsed().as_secs_f64();
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    stage.wind_up(args, seconds).await
}

/// Makes an account and gives its token. It has no password: nobody logs in with a name.
async fn hire(relay: &Relay, name: &str, role: Role, queues: &[&str]) -> Result<Secret, Failure> {
    let (token, digest) = token::generate();
    let at = Clock::system().now();
    let account = DeskEvent::AccountSet {
        at,
        name: Name::from(name),
        role,
        queues: queues.iter().map(|queue| Name::from(*queue)).collect(),
        password: "!".to_owned(),
    };
    let issued = DeskEvent::TokenIssued {
        at,
        name: Name::from(name),
        digest: digest.to_string(),
        until: Some(at + TOKEN_LASTS),
    };
    relay.desk.record("-demo", vec![account, issued]).await.map_err(Failure::failed)?;
    Ok(token)
}

/// Tells a person something beside the summary.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl Stage {
    /// Lets the run go on until its time is over or somebody ends it.
    async fn watch(
        &mut self,
        args: &Args,
        daemon: &Daemon,
        curtain: &Curtain,
    ) -> Result<(), Failure> {
        let over = async {
            match args.lasts() {
                Some(lasts) => tokio::time::sleep(lasts).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(over);
        let asked = shell::asked_to_stop()?;
        tokio::pin!(asked);
        let mut ticks = tokio::time::interval(STATUS);
        loop {
            tokio::select! {
                () = &mut over => return Ok(()),
                () = &mut asked => return Ok(()),
                () = curtain.fallen() => return Ok(()),
                () = daemon.failed() => {
                    return Err(Failure::failed("the journal failed; is there room on the disk?"));
                }
                _ = ticks.tick(), if !self.quiet => self.status()?,
            }
        }
    }

    fn status(&mut self) -> Result<(), Failure> {
        self.read()?;
        let (waiting, unsolved) = {
            let views = self.relay.store.read();
            let waiting = views.inbox().filter(|(_, conversation)| conversation.waits()).count();
            (waiting, views.unsolved())
        };
        let out = self.tally.by_status();
        let count = |status: Status| out.get(status.word()).copied().unwrap_or(0);
        say(&format!(
            "{}  {unsolved} tickets, {waiting} waiting; {} in, {} out, {} read, {} failed, {} unconfirmed; {} windows closed, {} promises broken",
            crate::cli::tickets::short(self.relay.clock.now()),
            self.tally.received,
            out.values().sum::<u64>(),
            count(Status::Read) + count(Status::Played),
            count(Status::Failed),
            count(Status::Unconfirmed),
            self.tally.windows_closed,
            self.tally.clocks_breached,
        ));
        Ok(())
    }

    fn read(&mut self) -> Result<(), Failure> {
        self.tally.read(&**self.relay.store.reader()).map_err(Failure::failed)
    }

    /// Customers fall silent, the outbox empties, the last statuses come; then it is counted.
    async fn wind_up(mut self, args: &Args, seconds: f64) -> Result<Summary, Failure> {
        if !self.quiet {
            say("no more customers; what is on its way arrives, then comes the summary");
        }
        self.sandbox.hush();
        let outage = args
            .faults
            .outage
            .map_or(Duration::ZERO, |outage| outage.after.unwrap_or(OUTAGE_LATEST) + outage.lasts);
        let still_out = outage.saturating_sub(Duration::from_secs_f64(seconds));
        self.settle(still_out + SETTLE).await?;
        self.sandbox.drain(STATUSES).await;
        // A status may have confirmed a message that held others back.
        self.settle(SETTLE_AGAIN).await?;
        self.give_up().await?;
        self.settle(SETTLE_AGAIN).await?;
        let Self { relay, sandbox, mut tally, log, .. } = self;
        let record = sandbox.stop().await;
        tally.read(&**relay.store.reader()).map_err(Failure::failed)?;
        let line = Name::from(NUMBER);
        let key = |id: &str| translate::message_key(&relay.vault, &line, id);
        let setting = Setting {
            seed: args.seed,
            speed: args.speed,
            seconds,
            duplicates: counted(&relay.metrics.render(), "guichet_duplicates_total"),
        };
        Ok(Summary::of(&tally, &record, key, &log.work(), setting))
    }

    /// Waits until nothing more can happen by itself to any message of ours.
    async fn settle(&mut self, most: Duration) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            self.read()?;
            let trying = self.tally.open().any(|(_, status)| status == Status::Attempting);
            let waiting = self.tally.open().any(|(id, _)| !self.is_held(id));
            let most = if trying { ATTEMPT.max(most) } else { most };
            if !(trying || waiting) || begun.elapsed() >= most {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether an unconfirmed message stands before this one.
    fn is_held(&self, id: SendId) -> bool {
        let before = SendId { outbox: crate::domain::id::OutboxId(i64::MIN), ..id };
        let mut before = self.tally.sends.range(before..id);
        before.any(|(_, sent)| sent.status() == Status::Unconfirmed)
    }

    /// The supervisor takes back what could not be sent in time.
    async fn give_up(&mut self) -> Result<(), Failure> {
        self.read()?;
        let left: Vec<_> = self.tally.open().map(|(id, _)| id).collect();
        for id in left {
            let conversation =
                self.relay.store.conversation(id.conversation).map_err(Failure::failed)?;
            let ticket = conversation.and_then(|known| Some(known.head.ticket.as_ref()?.number));
            let Some(ticket) = ticket else { continue };
            if let Err(fault) =
                self.supervisor.act(ticket, ActionRequest::Cancel { outbox: id }).await
            {
                tracing::warn!("message {id} cannot be taken back: {fault}");
            }
        }
        Ok(())
    }
}

/// The value of a counter without labels.
fn counted(metrics: &str, name: &str) -> u64 {
    let value = |line: &str| line.strip_prefix(name)?.trim().parse::<f64>().ok();
    metrics.lines().find_map(value).map_or(0, |value| value as u64)
}
