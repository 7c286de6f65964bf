//! Messages and statuses whose webhook was lost, where the provider posts it once and gives up: asked for at the start, after
//! webhooks were refused, and now and then. They go the way of a webhook, under the same ids, so that one which
//! comes late all the same is no second message.

mod statuses;
mod unconfirmed;

use super::Relay;
use super::ingress;
use super::lines::Line;
use super::translate::{known, message_key};
use crate::domain::id::{ConversationId, IdentityKey};
use crate::domain::identity::IdentityKind;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::kit::backoff::Backoff;
use crate::whatsapp::archive::{Archive, Kept, Span};
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::platform::{Fault, Platform};
use crate::whatsapp::provider::Access;
use crate::whatsapp::send::Recipient;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The wait after a failure, in real time.
const AGAIN: Backoff =
    Backoff { first: Duration::from_secs(2), most: Duration::from_secs(300), factor: 2 };
/// The wait after webhooks were refused: what made us refuse them may last, and more may follow. Real time.
const SOON: Duration = Duration::from_secs(30);
/// The rest between two requests, so that a long list takes little of what the account may ask.
const REST: Duration = Duration::from_millis(200);
/// What is younger than this many seconds may still be on its way as a webhook, which tells more.
const YOUNG: i64 = 60;
/// So many seconds before the mark are looked at again: a list may show a message late.
const OVERLAP: i64 = 3_600;
/// Nothing older than this many seconds is asked for; Meta posts again for as long.
const BACK: i64 = 7 * 86_400;
/// What is asked for at once, in seconds.
const SPAN: i64 = 86_400;
/// The most pages of one span; if there are more, a shorter one is asked for.
const PAGES_MOST: usize = 20;

/// A line that is looked after.
struct Plan {
    line: Line,
    platform: Arc<dyn Platform>,
    at: Instant,
    failures: u32,
    /// Desk time. What was written before that does not come as a webhook any more.
    gap: Timestamp,
}

impl Plan {
    async fn catch_up(&self, relay: &Relay) -> Result<usize, Stuck> {
        match self.platform.archive() {
            Some(archive) => {
                // Before the mark moves.
                let since = begin(relay, &self.line, relay.clock.now()).plus_secs(-statuses::LATE);
                let found = catch_up(relay, &self.line, archive, self.gap).await?;
                let settled = unconfirmed::settle(relay, &self.line, archive).await?;
                if settled > 0 {
                    tracing::info!(line = %self.line.name, settled, "unconfirmed messages stand in the provider's list");
                }
                let told = statuses::fetch(relay, &self.line, archive, since).await?;
                if told > 0 {
                    tracing::warn!(line = %self.line.name, told, "statuses without a webhook were fetched from the provider");
                }
                Ok(found)
            }
            None => Ok(0),
        }
    }
}

/// Why it was not done. What was taken until then is taken.
#[derive(Debug, thiserror::Error)]
enum Stuck {
    #[error(transparent)]
    Platform(#[from] Fault),
    #[error("the desk or the disk takes no more for now")]
    Full,
    #[error("the journal cannot be read")]
    Unreadable,
}

/// Asks until the relay is stopping.
pub async fn run<F>(relay: Relay, platforms: F)
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError> + Send,
{
    let mut plans: BTreeMap<Name, Plan> = BTreeMap::new();
    let mut seen: Arc<BTreeMap<Name, Line>> = Arc::default();
    loop {
        let lines = relay.lines.now();
        if !Arc::ptr_eq(&lines, &seen) {
            follow(&relay, &mut plans, &lines, &platforms);
            seen = lines;
        }
        for plan in plans.values_mut() {
            if plan.at > Instant::now() {
                continue;
            }
            let done = tokio::select! {
                () = relay.stopping.cancelled() => return,
                done = plan.catch_up(&relay) => done,
            };
            plan.at = Instant::now() + next(&relay, plan, done);
        }
        let next = plans.values().map(|plan| plan.at).min();
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            () = relay.wake.missed.notified() => {
                for plan in plans.values_mut() {
                    plan.gap = relay.clock.now();
                    plan.at = plan.at.min(Instant::now() + SOON);
                }
            }
            () = async {
                match next {
                    Some(next) => sleep_until(next).await,
                    None => std::future::pending().await,
                }
            } => {}
        }
    }
}

/// Takes over the lines as they are configured now.
fn follow<F>(
    relay: &Relay,
    plans: &mut BTreeMap<Name, Plan>,
    lines: &BTreeMap<Name, Line>,
    platforms: &F,
) where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError>,
{
    let access = |plan: &Plan| -> Access { plan.line.access.clone() };
    plans.retain(|id, plan| lines.get(id).is_some_and(|line| line.access == access(plan)));
    for (id, line) in lines {
        if plans.contains_key(id) {
            continue;
        }
        // Whoever cannot be reached is told of by those who send.
        let Ok(platform) = platforms(line) else { continue };
        if platform.archive().is_some() {
            let (line, gap) = (line.clone(), relay.clock.now());
            let plan = Plan { line, platform, at: Instant::now(), failures: 0, gap };
            plans.insert(id.clone(), plan);
        }
    }
}

/// Says what came of it, and how long to wait for the next time.
fn next(relay: &Relay, plan: &mut Plan, done: Result<usize, Stuck>) -> Duration {
    let line = &plan.line.name;
    match done {
        Ok(found) => {
            plan.failures = 0;
            if found > 0 {
                relay.metrics.missed.increment(found as u64);
                tracing::warn!(%line, found, "messages without a webhook were fetched from the provider");
            }
            relay.knobs.borrow().catch_up
        }
        Err(stuck) => {
            plan.failures += 1;
            let wait = AGAIN.wait(plan.failures, rand::random());
            // The platform's words may hold data of people; its code says enough.
            let (code, why) = match stuck {
                Stuck::Platform(Fault::Refused(error)) => (Some(error.code), error.explain().title),
                Stuck::Platform(Fault::Silent { .. }) => (None, "the provider does not answer"),
                Stuck::Platform(Fault::Strange { .. }) => {
                    (None, "the provider's answer is not understood")
                }
                Stuck::Full => (None, "the desk or the disk takes no more for now"),
                Stuck::Unreadable => (None, "the journal cannot be read"),
            };
            tracing::warn!(%line, code, why, ?wait, "it is not known whether webhooks were lost");
            wait
        }
    }
}

/// Takes what is not known, the oldest first, day by day; how many messages that were.
async fn catch_up(
    relay: &Relay,
    line: &Line,
    archive: &dyn Archive,
    gap: Timestamp,
) -> Result<usize, Stuck> {
    let now = relay.clock.now();
    let until = gap.max(now.plus_secs(-YOUNG)).min(now);
    let mut since = begin(relay, line, until);
    let mut found = 0;
    while since < until {
        let mut span = Span { since, until: until.min(since.plus_secs(SPAN)) };
        let unknown = loop {
            match unknown(relay, line, archive, span).await? {
                Some(unknown) => break unknown,
                None if span.until.since(since) > 1_000 => {
                    span.until = since.plus_millis(span.until.since(since) / 2);
                }
                None => {
                    let reason = "more messages in a second than can be".to_owned();
                    return Err(Fault::Strange { reason }.into());
                }
            }
        };
        for kept in unknown.iter().rev() {
            if !relay.disk.has_room() {
                return Err(Stuck::Full);
            }
            let body = archive.webhook(kept).await?;
            let counts = ingress::told(relay, line, &body).await.map_err(|_| Stuck::Full)?;
            found += usize::from(counts.taken > 0);
            if kept.files > 0 {
                sleep(REST).await;
            }
        }
        let (marking, id, at) = (relay.clone(), line.phone_number_id.clone(), span.until);
        let marked = tokio::task::spawn_blocking(move || marking.floor.marks.set(&id, at)).await;
        if let Ok(Err(error)) = marked {
            tracing::warn!(%error, "how far a line's messages are known cannot be written down");
        }
        since = span.until;
        if since < until {
            sleep(REST).await;
        }
    }
    Ok(found)
}

/// From when on messages are asked for.
fn begin(relay: &Relay, line: &Line, until: Timestamp) -> Timestamp {
    let id = &line.phone_number_id;
    let mark = relay.floor.marks.of(id).map(|mark| mark.min(until).plus_secs(-OVERLAP));
    let back = until.plus_secs(-BACK);
    match mark {
        Some(mark) => mark.max(back),
        // Of a relay that was put back, or of a version that kept none.
        None if relay.store.read().contacts().any(|one| one.conversation(id).is_some()) => back,
        // What was written before there was a relay is nobody's loss. The mark is set all the same.
        None => until.plus_millis(-1),
    }
}

/// The messages of a span that we do not have, the latest first; nothing if there are more than can be looked
/// through at once.
async fn unknown(
    relay: &Relay,
    line: &Line,
    archive: &dyn Archive,
    span: Span,
) -> Result<Option<Vec<Kept>>, Stuck> {
    let mut found = Vec::new();
    let mut next: Option<String> = None;
    for nth in 0..PAGES_MOST {
        if nth > 0 {
            sleep(REST).await;
        }
        let page = archive.written(span, next.as_deref()).await?;
        let (looking, of, mut messages) = (relay.clone(), line.clone(), page.messages);
        messages.retain(|kept| kept.at <= span.until);
        let missing = tokio::task::spawn_blocking(move || missing(&looking, &of, messages)).await;
        found.extend(missing.map_err(|_| Stuck::Unreadable)?);
        match page.next {
            None => return Ok(Some(found)),
            Some(after) => next = Some(after),
        }
    }
    Ok(None)
}

/// Those of these messages that stand in no conversation. Reads conversations at rest from the disk.
fn missing(relay: &Relay, line: &Line, messages: Vec<Kept>) -> Vec<Kept> {
    let id = &line.phone_number_id;
    let mut writers: HashMap<_, Vec<usize>> = HashMap::new();
    {
        let views = relay.store.read();
        let portfolio = views.policy().lines.get(id).map(|rules| rules.portfolio.clone());
        for (nth, kept) in messages.iter().enumerate() {
            let (kind, value) = match &kept.from {
                Recipient::Phone(phone) => (IdentityKind::Phone, phone),
                Recipient::UserId(user_id) => (IdentityKind::UserId, user_id),
                Recipient::Group(group) => (IdentityKind::Group, group),
            };
            let portfolio = portfolio.as_ref().map_or("", |portfolio| portfolio.as_str());
            for key in known(&relay.vault, portfolio, kind, value).keys {
                writers.entry(key).or_default().push(nth);
            }
        }
    }
    let conversations = conversations(relay, id, &writers);
    // One that cannot be read keeps its message as a dead letter.
    let stands = |nth: usize, kept: &Kept| {
        let conversation = conversations.get(&nth)?;
        let state = relay.store.conversation(*conversation).ok()??;
        state.thread.message_by_key(message_key(&relay.vault, id, &kept.id)).map(drop)
    };
    let mut nth = 0;
    let mut messages = messages;
    messages.retain(|kept| {
        nth += 1;
        stands(nth - 1, kept).is_none()
    });
    messages
}

/// The conversation on the line in which each of these people is, where there is one.
fn conversations(
    relay: &Relay,
    line: &Name,
    people: &HashMap<IdentityKey, Vec<usize>>,
) -> HashMap<usize, ConversationId> {
    let mut found = HashMap::new();
    for contact in relay.store.read().contacts() {
        let Some(conversation) = contact.conversation(line) else { continue };
        for (_, key, _) in &contact.identities {
            found.extend(people.get(key).into_iter().flatten().map(|nth| (*nth, conversation)));
        }
    }
    found
}

#[cfg(test)]
mod tests;
