//! `guichet contacts merge`, `split` and `undo`: who is whom.

use crate::cli::remote::RelayArgs;
use crate::cli::{Failure, logs, print, shell};
use crate::domain::id::ContactId;
use crate::wire::{Acted, MergeRequest};
use serde::Serialize;

/// Make one person of two contacts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet contacts merge 5 9

Nothing is moved: each contact keeps his conversations, numbers and key. What was said with both stands in one
thread, a refusal of messages counts for both, and two unsolved tickets on one line become one: the one in which he
wrote last.")]
pub(super) struct Merge {
    #[command(flatten)]
    how: How,
    /// The one
    #[arg(value_name = "CONTACT")]
    one: ContactId,
    /// The other
    #[arg(value_name = "OTHER")]
    other: ContactId,
}

/// Make a person of his own of a contact that was merged
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet contacts split 9

Where both have written into one conversation, what waits to be sent there is taken back, and free text waits until
the one whose conversation it is writes himself. They are not merged by themselves again.")]
pub(super) struct Split {
    #[command(flatten)]
    how: How,
    /// Which
    #[arg(value_name = "CONTACT")]
    contact: ContactId,
}

/// Take back the latest merge or split of a contact, also one that the relay made by itself
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet contacts undo 9")]
pub(super) struct Undo {
    #[command(flatten)]
    how: How,
    /// Which
    #[arg(value_name = "CONTACT")]
    contact: ContactId,
}

#[derive(Debug, clap::Args)]
struct How {
    #[command(flatten)]
    relay: RelayArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl How {
    fn ask(&self, path: &str, body: &impl Serialize, done: &str) -> Result<(), Failure> {
        logs::start("warn");
        let remote = self.relay.remote()?;
        let acted: Acted = shell::runtime()?.block_on(remote.post(path, body))?;
        if self.json { print::json(&acted) } else { print::text(done) }
    }
}

impl Merge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let path = format!("contacts/{}/merge", self.one);
        self.how.ask(&path, &MergeRequest { with: self.other }, "merged\n")
    }
}

impl Split {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.how.ask(&format!("contacts/{}/split", self.contact), &(), "split\n")
    }
}

impl Undo {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.how.ask(&format!("contacts/{}/undo", self.contact), &(), "taken back\n")
    }
}
