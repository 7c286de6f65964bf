//! Templates: compared with the platform on demand, and new ones.

use super::{Gate, Signed, refused};
use crate::domain::file::sendable;
use crate::domain::message::Kind;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Member, Role};
use crate::kit::Timestamp;
use crate::relay::lines::Line;
use crate::relay::reading::{ReadError, Reading};
use crate::relay::templates::{self, Submission, Submitting};
use crate::whatsapp::platform::{Fault, Upload};
use crate::wire::{
    Refused, TemplateAudit, TemplateFile, TemplateSubmitted, TemplateSync, TemplateWish,
};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{Stream, StreamExt as _, once};
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::oneshot;

/// How far back an audit goes where that is not said, in seconds.
const AUDITED: i64 = 30 * 86_400;
/// How long a person waits for the platform, in real time.
const PATIENCE: Duration = Duration::from_secs(25);
/// How long a file may take.
const WHOLE: Duration = Duration::from_secs(420);
/// Bytes of an example at most: it is held in memory on its way.
const EXAMPLE_MOST: usize = 16 << 20;
/// Bytes of a file's beginning, by which it is known.
const HEAD: usize = 64 * 1024;

impl Gate {
    /// Fetches the templates of all accounts now, and tells of each what came of it. Anybody who is signed in may
    /// ask: requests that come while one is under way share the next.
    pub async fn sync_templates(&self) -> Vec<TemplateSync> {
        let relay = &self.relay;
        let lines = relay.lines.now();
        let accounts: BTreeSet<Name> = lines.values().map(|line| line.account.clone()).collect();
        let known = &relay.floor.catalogues;
        let wait = known.fetched(&accounts, || relay.wake.templates.notify_one());
        let late = tokio::time::timeout(PATIENCE, wait).await.is_err();
        let desk = relay.store.read().desk().clone();
        let of = |account: &Name| {
            let checked = known.of(account);
            let names = lines.values().filter(|line| line.account == *account);
            let fault = late.then(|| "the platform has not answered yet".to_owned());
            TemplateSync {
                account: account.to_string(),
                lines: names.map(|line| line.name.to_string()).collect(),
                templates: desk.templates.get(account).map_or(0, |(_, all)| all.templates.len()),
                checked_at: checked.at,
                fault: checked.fault.or(fault),
            }
        };
        accounts.iter().map(of).collect()
    }

    /// Submits a new template for the platform's review. For supervisors.
    ///
    /// # Errors
    /// The refusal: not a supervisor, no such line, what the platform would refuse or has refused.
    pub async fn submit_template(
        &self,
        signed: &Signed,
        wish: TemplateWish,
    ) -> Result<TemplateSubmitted, Refused> {
        let TemplateWish { line, template } = wish;
        self.supervises(signed, "submission of a template").await?;
        if let Some(fault) = template.faults().into_iter().next() {
            let message = format!("{} {}", fault.part, fault.what);
            return Err(Refused::new("malformed", message, &fault.hint));
        }
        let account = self.account_of(line.as_deref())?;
        let (answer, heard) = oneshot::channel();
        let known = &self.relay.floor.catalogues;
        let what = Submitting::Template(Box::new(templates::new(&template)), answer);
        known.submissions.put(Submission { account, what });
        self.relay.wake.templates.notify_one();
        let hint = "`guichet templates sync`, then `guichet templates`, tell whether it is there";
        let unknown =
            || Refused::new("unknown", "whether WhatsApp has taken it is not known", hint);
        let heard = tokio::time::timeout(PATIENCE, heard).await.map_err(|_| unknown())?;
        let submitted = heard.map_err(|_| unknown())?.map_err(|fault| told(fault, unknown()))?;
        Ok(TemplateSubmitted {
            name: template.name,
            language: template.language,
            id: submitted.id,
            status: submitted.status,
            category: submitted.category,
        })
    }

    /// Hands in an example of a file for a new template. For supervisors.
    ///
    /// # Errors
    /// The refusal: not a supervisor, no such line, a file that the platform would refuse or has refused.
    pub async fn hand_in_example<E>(
        &self,
        signed: &Signed,
        line: Option<&str>,
        kind: Kind,
        name: &str,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<TemplateFile, Refused> {
        self.supervises(signed, "file of a template").await?;
        if !matches!(kind, Kind::Image | Kind::Video | Kind::Document) {
            let message = "a header has an image, a video or a document";
            return Err(Refused::new("malformed", message, "name its kind"));
        }
        let whole = tokio::time::timeout(WHOLE, whole(pieces)).await;
        let bytes = whole.ok().flatten().ok_or_else(|| {
            let message = "the file did not come whole, or has more than 16 MB";
            Refused::new("malformed", message, "hand in a smaller example")
        })?;
        let head = &bytes[..bytes.len().min(HEAD)];
        let judged = sendable(Some(kind), Some(name), head, bytes.len() as u64);
        let (_, mime) = judged.map_err(|refusal| refused(&refusal))?;
        let account = self.account_of(line)?;
        let (answer, heard) = oneshot::channel();
        let upload = Upload {
            name: name.to_owned(),
            mime,
            bytes: bytes.len() as u64,
            address: None,
            pieces: Box::pin(once(async move { Ok(bytes) })),
        };
        let what = Submitting::Example(upload, answer);
        self.relay.floor.catalogues.submissions.put(Submission { account, what });
        self.relay.wake.templates.notify_one();
        let unknown =
            || Refused::new("unknown", "WhatsApp has not taken the file", "try again in a while");
        let heard = tokio::time::timeout(WHOLE, heard).await.map_err(|_| unknown())?;
        let handle = heard.map_err(|_| unknown())?.map_err(|fault| told(fault, unknown()))?;
        Ok(TemplateFile { handle })
    }

    pub(super) async fn supervises(&self, signed: &Signed, what: &str) -> Result<(), Refused> {
        if signed.member.role >= Role::Supervisor {
            return Ok(());
        }
        let refusal = Refusal::RoleMissing { needed: Role::Supervisor };
        let who = signed.member.name.as_str();
        self.audit.note(who, what, refusal.code()).await;
        Err(refused(&refusal))
    }

    /// The account of a line; without a name, the only one that there is.
    fn account_of(&self, line: Option<&str>) -> Result<Name, Refused> {
        let lines = self.relay.lines.now();
        let fits = |of: &&Line| line.is_none_or(|name| of.name.as_str() == name);
        let accounts: BTreeSet<_> =
            lines.values().filter(fits).map(|line| line.account.clone()).collect();
        let mut accounts = accounts.into_iter();
        match (accounts.next(), accounts.next()) {
            (Some(account), None) => Ok(account),
            _ => {
                let names: Vec<_> = lines.values().map(|line| line.name.as_str()).collect();
                let hint = format!("name one of the lines: {}", names.join(", "));
                Err(Refused::new("malformed", "it is not clear for which account it is", &hint))
            }
        }
    }

    /// What became of the templates that were sent, of the last thirty days unless it is said. For supervisors.
    ///
    /// # Errors
    /// The refusal: not a supervisor; the journal cannot be read.
    pub async fn template_audit(
        &self,
        signed: &Signed,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<TemplateAudit>, Refused> {
        self.supervises(signed, "audit of templates").await?;
        let until = until.unwrap_or(self.relay.clock.now().plus_millis(1));
        let since = since.unwrap_or(until.plus_secs(-AUDITED));
        let read = move |reading: &Reading, _: &Member| {
            reading.template_audit(since, until).map_err(ReadError::from)
        };
        self.read(signed, || "templates".into(), read).await
    }
}

/// The bytes of an example; nothing if they break off or are too many.
async fn whole<E>(pieces: impl Stream<Item = Result<Bytes, E>> + Send) -> Option<Bytes> {
    let mut pieces = pin!(pieces);
    let mut whole = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.ok().filter(|piece| whole.len() + piece.len() <= EXAMPLE_MOST)?;
        whole.extend_from_slice(&piece);
    }
    Some(whole.freeze())
}

/// What a person reads of a fault; `unknown` where the platform has not answered.
fn told(fault: Fault, unknown: Refused) -> Refused {
    match fault {
        Fault::Refused(error) => {
            let why = error.details.clone().or_else(|| error.message.clone());
            let message =
                format!("{} ({})", why.unwrap_or_else(|| error.title.clone()), error.code);
            Refused::new("platform", message, error.explain().hint)
        }
        Fault::Silent { .. } => unknown,
        Fault::Strange { reason } => {
            Refused::new("platform", reason, "look into the WhatsApp manager")
        }
    }
}
