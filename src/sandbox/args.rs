//! The flags of `guichet sandbox`, and those of its faults, which `guichet demo` takes too.

use super::amount;
use super::fault::{Faults, FileFault, Hold, Outage};
use super::key::{self, KeyError};
use super::options::{Carrier, Line, Options, Strangers};
use super::script::{Lang, Script, ScriptError};
use super::wrong::Wrong;
use crate::kit::Secret;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What goes wrong on purpose.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FaultArgs {
    /// Post this share of webhooks a second time
    #[arg(long, value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub duplicate: f64,
    /// Hold this share of webhooks back until later ones have passed
    #[arg(long, value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub reorder: f64,
    /// Mean delay of each webhook, e.g. 200ms
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = amount::span)]
    pub delay: Duration,
    /// Lose this share of statuses
    #[arg(long, value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub drop_status: f64,
    /// Fail sends with a platform code, e.g. 131026=0.01 (repeatable)
    #[arg(long, value_name = "CODE=P", value_parser = amount::code_probability)]
    pub fail: Vec<(i32, f64)>,
    /// Tell every such code in the answer, also those that the platform mostly tells after it took the message
    #[arg(long, requires = "fail")]
    pub fail_at_once: bool,
    /// What such a failure says in its details
    #[arg(long, value_name = "TEXT", requires = "fail")]
    pub fail_says: Option<String>,
    /// Answer this share of requests with a bare 5xx; half of them have been carried out
    #[arg(long = "http-5xx", value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub http_5xx: f64,
    /// Answer a share of requests late, e.g. 2s=0.01
    #[arg(long, value_name = "SPAN=P", value_parser = amount::span_probability)]
    pub slow: Option<(Duration, f64)>,
    /// Cut the connection of this share of requests; half of them have been carried out
    #[arg(long, value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub cut: f64,
    /// Spoil downloads of files: gone, stale, cut, wrong, large, e.g. cut=0.1 (repeatable)
    #[arg(long = "file-fault", value_name = "WHAT=P", value_parser = amount::file_probability)]
    pub files: Vec<(FileFault, f64)>,
    /// Take templates and hold them, as the platform's pacing does: release, drop, paused, e.g. drop=0.1 (repeatable)
    #[arg(long, value_name = "WHAT=P", value_parser = amount::hold_probability)]
    pub hold: Vec<(Hold, f64)>,
    /// Refuse all connections for so long, e.g. 30s, or 30s@10s to begin ten seconds after the start
    #[arg(long, value_name = "SPAN[@SPAN]", value_parser = Outage::parse)]
    pub outage: Option<Outage>,
}

impl FaultArgs {
    /// The faults that these flags ask for.
    pub fn faults(&self) -> Faults {
        Faults {
            duplicate: self.duplicate,
            reorder: self.reorder,
            delay: self.delay,
            drop_status: self.drop_status,
            fail: self.fail.clone(),
            fail_at_once: self.fail_at_once,
            fail_says: self.fail_says.clone(),
            http_5xx: self.http_5xx,
            slow: self.slow,
            cut: self.cut,
            files: self.files.clone(),
            hold: self.hold.clone(),
            outage: self.outage,
        }
    }
}

/// The flags of `guichet sandbox`.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxArgs {
    /// Where the Graph API listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8480")]
    pub listen: SocketAddr,
    /// Where webhooks are posted; needs --app-secret-file
    #[arg(long, value_name = "URL", requires = "app_secret_file")]
    pub webhook: Option<String>,
    /// File with the app secret that signs webhooks
    #[arg(long, value_name = "FILE")]
    pub app_secret_file: Option<PathBuf>,
    /// File with the token that requests must carry; without it any token is good
    #[arg(long, value_name = "FILE")]
    pub access_token_file: Option<PathBuf>,
    /// Verify the webhook with this token before posting to it
    #[arg(long, value_name = "TOKEN")]
    pub verify_token: Option<String>,
    /// Whose API and webhooks to play
    #[arg(long, value_name = "NAME", value_enum, default_value = "cloud")]
    pub provider: Carrier,
    /// The line's number; without it any is good
    #[arg(long, value_name = "ID")]
    pub phone_number_id: Option<String>,
    /// The line's account; without it any is good
    #[arg(long, value_name = "ID")]
    pub waba_id: Option<String>,
    /// TOML file of customers and what they say
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// Desk seconds a real second
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = amount::speed)]
    pub speed: f64,
    /// What chance is thrown with: the same seed, the same customers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The language of most customers
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// No customer writes by itself
    #[arg(long)]
    pub silent: bool,
    /// How many customers have written when it starts
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub waiting: usize,
    /// How long ago one of those wrote, e.g. 23h50m (repeatable)
    #[arg(long, value_name = "SPAN", value_parser = amount::span)]
    pub aged: Vec<Duration>,
    /// Mean desk time between new customers; 0s: none but those of the script
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = amount::span)]
    pub every: Duration,
    /// What happens to sends to people who are no customers of the sandbox
    #[arg(long, value_enum, default_value = "accept")]
    pub strangers: Strangers,
    /// The messaging limit: people who may be written to outside their windows in 24 hours of desk time
    #[arg(long, value_name = "N", default_value_t = super::options::LIMIT)]
    pub limit: usize,
    /// Be set up wrongly in this way, for `guichet doctor` to tell (repeatable)
    #[arg(long, value_name = "WHAT", value_enum)]
    pub wrong: Vec<Wrong>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it over the flags")]
    pub faults: FaultArgs,
}

/// Why the flags cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum ArgsError {
    /// A file with a secret is at fault.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The script is at fault.
    #[error(transparent)]
    Script(#[from] ScriptError),
}

impl SandboxArgs {
    /// The options that these flags ask for; reads the files they name.
    pub fn options(&self) -> Result<Options, ArgsError> {
        let secret = |path: &Option<PathBuf>| path.as_deref().map(key::read).transpose();
        Ok(Options {
            listen: self.listen,
            webhook: self.webhook.clone(),
            line: Line {
                carrier: self.provider,
                phone_number_id: self.phone_number_id.clone(),
                waba_id: self.waba_id.clone(),
                app_secret: secret(&self.app_secret_file)?,
                access_token: secret(&self.access_token_file)?,
                verify_token: self.verify_token.as_ref().map(Secret::new),
            },
            script: self.script.as_deref().map(Script::load).transpose()?,
            seed: self.seed,
            lang: self.lang,
            faults: self.faults.faults(),
            wrong: self.wrong.clone(),
            silent: self.silent,
            waiting: self.waiting,
            aged: self.aged.clone(),
            every: self.every,
            strangers: self.strangers,
            limit: self.limit,
            run: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        sandbox: SandboxArgs,
    }

    #[test]
    fn every_flag_is_read() {
        let text = "sandbox --listen 127.0.0.1:0 --seed 7 --speed 600 --lang pt --duplicate 0.05 --reorder 5% --delay 200ms \
            --drop-status 0.01 --fail 131026=0.01 --fail 130429=0.02 --http-5xx 0.01 --slow 2s=0.01 --cut 0.01 --outage 30s@1s --file-fault cut=0.5 --hold drop=0.25 \
            --silent --aged 23h50m --aged 1h --strangers refuse --limit 250 --wrong token --wrong allow-list";
        let cli = Cli::try_parse_from(text.split_whitespace()).expect("good flags");
        let options = cli.sandbox.options().expect("options");
        assert_eq!(options.faults.fail, [(131_026, 0.01), (130_429, 0.02)]);
        assert_eq!(options.faults.slow, Some((Duration::from_secs(2), 0.01)));
        assert_eq!(options.faults.reorder, 0.05);
        assert_eq!(options.faults.hold, [(Hold::Drop, 0.25)]);
        assert_eq!(options.faults.files, [(FileFault::Cut, 0.5)]);
        assert_eq!(options.aged.len(), 2);
        assert_eq!(options.lang, Some(Lang::Pt));
        assert_eq!(options.strangers, Strangers::Refuse);
        assert_eq!(options.limit, 250);
        assert_eq!(options.wrong, [Wrong::Token, Wrong::AllowList]);
    }

    #[test]
    fn bad_flags_say_why() {
        let cases = [
            ("--duplicate 2", "no probability"),
            ("--delay 200", "no span of time"),
            ("--fail often", "lacks its `=`"),
            ("--speed 0", "no speed"),
            ("--webhook http://127.0.0.1:1/", "--app-secret-file"),
        ];
        for (flags, wanted) in cases {
            let line = format!("sandbox {flags}");
            let fault = Cli::try_parse_from(line.split_whitespace()).err().expect("a fault");
            assert!(fault.to_string().contains(wanted), "{fault}");
        }
    }
}
