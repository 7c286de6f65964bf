//! What `guichet admin` can be asked.

use crate::cli::check;
use crate::domain::id::ContactId;
use crate::domain::roster::Role;
use crate::kit::Timestamp;
use std::path::PathBuf;

/// Accounts, tokens, personal data, journal, dead letters, backup, audit
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Works while the relay runs, over data_dir/admin.sock, and while it does not. Must run as the owner of data_dir.

Examples:
  guichet admin --config relay.toml agent add anna --role agent --queue support --password-stdin < password
  guichet admin --config relay.toml token anna > token
  guichet admin --config relay.toml journal verify")]
pub(in crate::cli) struct Args {
    /// The relay's configuration
    #[arg(long, value_name = "FILE", default_value = check::CONFIG, global = true)]
    pub(super) config: PathBuf,
    /// Print JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) task: Task,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Task {
    /// Accounts
    #[command(subcommand, after_help = "Example:\n  guichet admin agent list")]
    Agent(AgentTask),
    /// Print a bearer token of an account, for scripts
    #[command(after_help = "Example:\n  guichet admin token anna --days 90 > token")]
    Token {
        /// The account
        name: String,
        /// Days that it lasts; without it, until the account is disabled
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
    /// One person's data
    #[command(subcommand, after_help = "Example:\n  guichet admin contact export 5 > person.json")]
    Contact(ContactTask),
    /// The journal
    #[command(subcommand, after_help = "Example:\n  guichet admin journal stat --json")]
    Journal(JournalTask),
    /// What arrived and was not understood
    #[command(subcommand, after_help = "Example:\n  guichet admin deadletter list")]
    Deadletter(DeadletterTask),
    /// Write a backup, sealed under the master key
    #[command(after_help = "\
The master key is not in it: keep a copy of that elsewhere.

Example:
  guichet admin backup guichet.bak")]
    Backup {
        /// The new file; - is stdout
        file: PathBuf,
    },
    /// Put a backup into an empty data_dir
    #[command(after_help = "\
People erased since the backup are forgotten again: their ids are in the file `erased` of the old data_dir.

Examples:
  guichet admin --config relay.toml restore guichet.bak
  guichet admin --config relay.toml restore guichet.bak --erased old-data/erased")]
    Restore {
        /// The backup; - is stdin
        file: PathBuf,
        /// Ids of people erased since, one on a line
        #[arg(long, value_name = "FILE")]
        erased: Option<PathBuf>,
    },
    /// Who did what
    #[command(
        after_help = "Examples:\n  guichet admin audit\n  guichet admin audit --who anna --since 2026-11-16T00:00:00Z --json"
    )]
    Audit {
        /// Only from then on, RFC 3339
        #[arg(long, value_name = "TIME", value_parser = instant)]
        since: Option<Timestamp>,
        /// Only this account
        #[arg(long, value_name = "NAME")]
        who: Option<String>,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum AgentTask {
    /// Make an account; the password is read from stdin
    #[command(after_help = "\
Roles: agent, supervisor, admin. A password has 12 characters or more.

Example:
  guichet admin agent add anna --role agent --queue support --password-stdin < password")]
    Add {
        /// 1 to 64 of a-z, 0-9, dot, underscore and hyphen
        name: String,
        /// What it may do
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// A queue that it works (repeatable)
        #[arg(long = "queue", value_name = "NAME")]
        queues: Vec<String>,
        /// Read the password from stdin, one line
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List accounts
    #[command(after_help = "Example:\n  guichet admin agent list --json")]
    List,
    /// Change an account's role, queues or password; what is not named stays
    #[command(after_help = "\
--queue names all the queues that the account works from now on. A new password leaves tokens good: `disable` and
`enable` void them.

Examples:
  guichet admin agent set anna --role supervisor
  guichet admin agent set anna --queue support --queue billing
  guichet admin agent set anna --password-stdin < password")]
    #[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
    Set {
        /// Which
        name: String,
        /// What it may do
        #[arg(long, value_name = "ROLE", group = "change")]
        role: Option<Role>,
        /// A queue that it works (repeatable)
        #[arg(long = "queue", value_name = "NAME", group = "change")]
        queues: Option<Vec<String>>,
        /// Read a new password from stdin, one line of 12 characters or more
        #[arg(long, group = "change")]
        password_stdin: bool,
    },
    /// Take an account's rights and tokens
    #[command(after_help = "Example:\n  guichet admin agent disable anna")]
    Disable {
        /// Which
        name: String,
    },
    /// Give a disabled account its rights back, without its old tokens
    #[command(after_help = "Example:\n  guichet admin agent enable anna")]
    Enable {
        /// Which
        name: String,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum ContactTask {
    /// Show a person
    #[command(after_help = "Example:\n  guichet admin contact show 5")]
    Show {
        /// Who
        id: ContactId,
    },
    /// Print everything that is kept of a person, as a JSON array
    #[command(after_help = "Example:\n  guichet admin contact export 5 > person.json")]
    Export {
        /// Who
        id: ContactId,
    },
    /// Destroy what is personal of him, for good, and the dead letters that name him; closes his ticket
    #[command(after_help = "Example:\n  guichet admin contact erase 5")]
    Erase {
        /// Who
        id: ContactId,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum JournalTask {
    /// Read everything and check it
    #[command(after_help = "Example:\n  guichet admin journal verify")]
    Verify,
    /// Positions, sizes, numbers
    #[command(after_help = "Example:\n  guichet admin journal stat")]
    Stat,
    /// Write all records as JSON lines; personal parts stay sealed
    #[command(after_help = "Example:\n  guichet admin journal export journal.jsonl")]
    Export {
        /// The new file; - is stdout
        #[arg(default_value = "-")]
        file: PathBuf,
        /// The last position
        #[arg(long, value_name = "N")]
        upto: Option<u64>,
    },
    /// Take an export into a data_dir without records; the relay must not run
    #[command(after_help = "\
What is personal stays sealed in an export: copy keys/ and master.key of the exporting relay into data_dir first.

Examples:
  guichet admin --config relay.toml journal import journal.jsonl
  guichet admin --config relay.toml journal import --without-keys journal.jsonl")]
    Import {
        /// The export; - is stdin
        file: PathBuf,
        /// Take it in although the keys are not there: everybody shows as erased
        #[arg(long)]
        without_keys: bool,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum DeadletterTask {
    /// List them
    #[command(after_help = "Example:\n  guichet admin deadletter list")]
    List,
    /// Print one as it came, with terminal escapes made harmless; the audit trail tells
    #[command(after_help = "Example:\n  guichet admin deadletter show 17.0")]
    Show {
        /// Which
        id: String,
    },
    /// Give one up
    #[command(after_help = "Example:\n  guichet admin deadletter discard 17.0")]
    Discard {
        /// Which
        id: String,
    },
    /// Handle them once more; ends with 1 if any is left
    #[command(after_help = "Example:\n  guichet admin deadletter retry 17.0")]
    Retry {
        /// One; without it all of them
        id: Option<String>,
    },
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("`{text}` is no time: write it like 2026-11-16T10:00:00Z"))
}
