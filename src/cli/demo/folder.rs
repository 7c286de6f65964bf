//! Where a demo keeps its store, its made-up secrets and its tokens.

use crate::cli::Failure;
use crate::domain::query::SavedView;
use crate::domain::routing::Mode;
use crate::journal::{Journal, SledJournal};
use crate::kit::{Clock, Secret, Timestamp};
use crate::relay::config::{Alerting, Config, Endpoint, Knobs, Line, Listen, Policy, SecretSource};
use crate::relay::store;
use crate::whatsapp::provider;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The line's number at the sandbox.
pub(super) const NUMBER: &str = "106540352242922";
/// The line's account at the sandbox.
pub(super) const ACCOUNT: &str = "102290129340398";
/// The desk's saved views.
const VIEWS: [(&str, &str); 2] = [
    ("waits long", "waiting>10m sort:waiting"),
    ("window dies", "window<2h waiting:yes sort:window"),
];
/// The queue of whatever no rule sends elsewhere.
pub(super) const QUEUE: &str = "support";
/// Queues, hours, promises and rules, as an operator writes them.
const DESK: &str = include_str!("desk.toml");

/// The folder of a demo. A made-up one goes when this does.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    passing: bool,
}

impl Folder {
    /// The given folder, made if it is not there; without one a passing one.
    pub(super) fn open(given: Option<&Path>) -> Result<Self, Failure> {
        let path = given.map_or_else(
            || std::env::temp_dir().join(format!("guichet-demo-{:016x}", rand::random::<u64>())),
            Path::to_owned,
        );
        let fault =
            |error: std::io::Error| Failure::file(&path, &error, "name another folder with --data");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(fault)?;
        let path = std::path::absolute(&path).map_err(fault)?;
        Ok(Self { path, passing: given.is_none() })
    }

    /// A file of it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.file(name);
        let _ = std::fs::remove_file(&path);
        let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = file.and_then(|mut file| writeln!(file, "{text}"));
        written.map_err(|error| Failure::file(&path, &error, "is there room on the disk?"))?;
        Ok(path)
    }

    /// The secret of that name, made up when it is not there.
    pub(super) fn secret(&self, name: &str) -> Result<Secret, Failure> {
        if let Ok(text) = std::fs::read_to_string(self.file(name)) {
            return Ok(Secret::new(text));
        }
        let random: [u8; 24] = rand::random();
        let text = random.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.write(name, &text)?;
        Ok(Secret::new(text))
    }

    /// When the desk's time goes on: after the last thing that happened; now, where nothing has.
    pub(super) fn resumes(&self) -> Result<Timestamp, Failure> {
        let now = Clock::system().now();
        let data = store::Folder::make(&self.data()).map_err(Failure::failed)?;
        if !data.journal().exists() {
            return Ok(now);
        }
        let journal = SledJournal::open(&data.journal(), 16 << 20).map_err(Failure::failed)?;
        let reader = journal.reader();
        let last = reader.get(reader.head()).map_err(Failure::failed)?;
        Ok(last.map_or(now, |last| last.commit.at.plus_secs(1)))
    }

    /// The relay's configuration: one line at the sandbox, the desk of `desk.toml`, no delay before sending. Where
    /// somebody `plays`, the tickets of [`QUEUE`] are left for him.
    pub(super) fn config(
        &self,
        api_url: String,
        consoles: SocketAddr,
        plays: bool,
    ) -> Result<Config, Failure> {
        let desk = self.write("desk.toml", DESK)?;
        let mut policy = Policy::load(&desk).map_err(|faults| {
            let faults = faults.iter().map(ToString::to_string).collect::<Vec<_>>();
            Failure::Failed(format!("{}; report it", faults.join("; ")))
        })?;
        for queue in policy.queues.iter_mut().filter(|queue| plays && queue.name == QUEUE) {
            queue.assignment.mode = Mode::Manual;
        }
        policy.canned = super::canned::canned();
        policy.templates = super::canned::templates();
        let view =
            |(name, query): (&str, &str)| SavedView { name: name.into(), query: query.into() };
        policy.views = VIEWS.map(view).to_vec();
        let file = |name| SecretSource::File(self.file(name));
        let near = |addr| Endpoint { addr, tls: None, plain: false };
        Ok(Config {
            data_dir: self.data(),
            listen: Listen {
                webhooks: near(SocketAddr::from(([127, 0, 0, 1], 0))),
                consoles: near(consoles),
            },
            master_key: None,
            lines: vec![Line {
                name: "shop".to_owned(),
                provider: provider::ALL[0],
                portfolio: None,
                phone_number_id: NUMBER.to_owned(),
                waba_id: ACCOUNT.to_owned(),
                api_url,
                access_token: file("access_token"),
                app_secrets: vec![file("app_secret")],
                verify_token: Some(file("verify_token")),
                public_url: None,
                queue: QUEUE.to_owned(),
            }],
            alerting: Alerting::default(),
            policy,
            relay: Knobs {
                undo_delay: Duration::ZERO,
                send_timeout: Duration::from_secs(10),
                drain: Duration::from_secs(5),
                ..Knobs::default()
            },
        })
    }

    fn data(&self) -> PathBuf {
        self.file("relay")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.passing {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_desk_reads_and_has_three_queues_of_which_one_is_left_for_who_plays() {
        let folder = Folder::open(None).expect("a folder");
        let near = SocketAddr::from(([127, 0, 0, 1], 0));
        for plays in [false, true] {
            let config = folder.config("http://127.0.0.1:1".into(), near, plays);
            let policy = config.expect("it reads").policy;
            let queues: Vec<_> = policy.queues.iter().map(|queue| queue.name.as_str()).collect();
            assert_eq!(queues, [QUEUE, "sales", "billing"]);
            let modes = policy.queues.iter().map(|queue| queue.assignment.mode != Mode::Manual);
            assert_eq!(modes.collect::<Vec<_>>(), [!plays, true, true]);
            assert!(!policy.calendars.is_empty() && policy.sla("billing").is_some());
            assert_eq!(policy.routing.routes.len(), 3);
        }
    }

    #[test]
    fn a_passing_folder_goes_and_a_given_one_keeps_its_secrets() {
        let passing = Folder::open(None).expect("a folder");
        let secret = passing.secret("app_secret").expect("a secret");
        assert_eq!(passing.secret("app_secret").expect("the same"), secret);
        let mode = std::fs::metadata(passing.file("app_secret")).expect("a file").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
        let path = passing.path.clone();
        drop(passing);
        assert!(!path.exists());

        let given = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(Some(given.path())).expect("a folder");
        let secret = folder.secret("app_secret").expect("a secret");
        drop(folder);
        let again = Folder::open(Some(given.path())).expect("a folder");
        assert_eq!(again.secret("app_secret").expect("the same"), secret);
    }
}
