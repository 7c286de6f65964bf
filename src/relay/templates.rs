//! Keeps the desk's templates as the platform has them: fetched at the start, hourly, and when somebody says
//! that they may have changed.

mod submit;

pub use submit::{Submission, Submissions, Submitting, new};

use super::Relay;
use super::fact::Whose;
use super::lines::Line;
use crate::domain::desk::DeskEvent;
use crate::domain::line::{News, Told, Weight};
use crate::domain::name::Name;
use crate::domain::template::{
    Catalogue, Purpose, Slot, SlotKind, Template, TemplateCard, TemplateNews,
};
use crate::kit::backoff::Backoff;
use crate::kit::text::one_line;
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::platform::{Fault, Platform};
use crate::whatsapp::template::{self as platform, FileKind, Header, Part};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// How often they are fetched when nobody asks, in real time.
const EVERY: Duration = Duration::from_secs(3_600);
/// The same while a review is under way: not every provider tells when it is over.
const IN_REVIEW: Duration = Duration::from_secs(600);
/// The wait after a failure.
const AGAIN: Backoff =
    Backoff { first: Duration::from_secs(1), most: Duration::from_secs(300), factor: 2 };

/// The longest reason of the platform's that is kept, in columns.
const REASON_MOST: usize = 200;

/// One account's next fetch.
struct Plan {
    at: Instant,
    failures: u32,
    under_way: bool,
}

impl Plan {
    /// One begins now.
    fn begins(&mut self, now: Instant) {
        (self.at, self.under_way) = (now + EVERY, true);
    }

    /// Somebody wants the templates as they are `now`. One that fails again and again keeps its wait, unless a
    /// `person` asks. What is under way may have been answered before: it is done once more.
    fn wanted(&mut self, now: Instant, person: bool) {
        if self.failures == 0 || person {
            self.at = now;
        }
    }

    /// It has ended; the next is after `wait`, or at once where it was wanted meanwhile.
    fn ends(&mut self, now: Instant, wait: Duration) {
        (self.at, self.under_way) = (self.at.min(now + wait), false);
    }
}

/// Fetches until the relay is stopping; all accounts at once when `relay.wake.templates` asks: after a reload,
/// after a webhook about templates, after a send that was refused for its template.
pub async fn run<F>(relay: Relay, platforms: F)
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError> + Send,
{
    let mut plans: BTreeMap<Name, Plan> = BTreeMap::new();
    let mut submits: JoinSet<()> = JoinSet::new();
    let mut fetches: JoinSet<(Name, Result<Vec<platform::Template>, Fault>)> = JoinSet::new();
    loop {
        let lines = relay.lines.now();
        let accounts: BTreeMap<&Name, &Line> =
            lines.values().map(|line| (&line.account, line)).collect();
        plans.retain(|account, _| accounts.contains_key(account));
        for (account, line) in accounts {
            let fresh = || Plan { at: Instant::now(), failures: 0, under_way: false };
            let plan = plans.entry(account.clone()).or_insert_with(fresh);
            if plan.under_way || plan.at > Instant::now() {
                continue;
            }
            plan.begins(Instant::now());
            match platforms(line) {
                Ok(platform) => {
                    relay.floor.catalogues.begins(account);
                    let account = account.clone();
                    let api = relay.metrics.api.clone();
                    fetches.spawn(async move {
                        let asked = Instant::now();
                        let fetched = platform.templates(account.as_str()).await;
                        api.record(asked.elapsed());
                        (account, fetched)
                    });
                }
                Err(error) => {
                    tracing::error!(line = %line.name, %error, "templates cannot be fetched");
                    plan.ends(Instant::now(), EVERY);
                    relay.floor.catalogues.begins(account);
                    relay.floor.catalogues.ends(account, Err(error.to_string()));
                }
            }
        }
        let next = plans.values().filter(|plan| !plan.under_way).map(|plan| plan.at).min();
        tokio::select! {
            biased;
            () = relay.stopping.cancelled() => return,
            Some(fetched) = fetches.join_next() => {
                let Ok((account, fetched)) = fetched else { continue };
                let Some(plan) = plans.get_mut(&account) else { continue };
                match fetched {
                    Ok(templates) => {
                        plan.failures = 0;
                        plan.ends(Instant::now(), again(&templates));
                        let at = relay.clock.now();
                        record(&relay, account.clone(), &templates).await;
                        relay.floor.catalogues.ends(&account, Ok(at));
                    }
                    Err(fault) => {
                        plan.failures += 1;
                        let wait = AGAIN.wait(plan.failures, rand::random());
                        plan.ends(Instant::now(), wait);
                        let refused = match &fault {
                            Fault::Refused(error) => Some(error),
                            Fault::Silent { .. } | Fault::Strange { .. } => None,
                        };
                        let code = refused.map(|error| error.code);
                        let why = refused.map(|error| error.explain().title);
                        relay.floor.catalogues.ends(&account, Err(told(&fault)));
                        tracing::warn!(%account, code, why, ?wait, "templates cannot be fetched; those known stay in use");
                    }
                }
            }
            Some(_) = submits.join_next() => {}
            () = relay.wake.templates.notified() => {
                for submission in relay.floor.catalogues.submissions.take() {
                    let line = lines.values().find(|line| line.account == submission.account);
                    // Who asks is told when his submission is dropped.
                    let Some(Ok(platform)) = line.map(&platforms) else { continue };
                    let wake = relay.wake.templates.clone();
                    submits.spawn(async move {
                        let account = submission.account;
                        // Who asked may have gone.
                        match submission.what {
                            Submitting::Template(new, answer) => {
                                let submitted =
                                    platform.submit_template(account.as_str(), &new).await;
                                let taken = submitted.is_ok();
                                let _ = answer.send(submitted);
                                if taken {
                                    wake.notify_one();
                                }
                            }
                            Submitting::Example(upload, answer) => {
                                let _ = answer.send(platform.example(upload).await);
                            }
                        }
                    });
                }
                let asked = relay.floor.catalogues.is_asked();
                plans.values_mut().for_each(|plan| plan.wanted(Instant::now(), asked));
            }
            () = sleep_until(next.unwrap_or_else(|| Instant::now() + EVERY)) => {}
        }
    }
}

/// After how long to look again.
fn again(templates: &[platform::Template]) -> Duration {
    let in_review = templates.iter().any(|one| one.status == platform::Status::Pending);
    if in_review { IN_REVIEW } else { EVERY }
}

/// Why a fetch failed, for people; it holds no secret.
fn told(fault: &Fault) -> String {
    match fault {
        Fault::Refused(error) => format!("{} (code {})", error.explain().title, error.code),
        Fault::Silent { .. } => "the platform could not be reached".to_owned(),
        Fault::Strange { .. } => "the platform's answer was not understood".to_owned(),
    }
}

/// Writes down what was fetched, if it differs from what is known.
async fn record(relay: &Relay, account: Name, templates: &[platform::Template]) {
    let catalogue = Catalogue { templates: templates.iter().map(translate).collect() };
    let known = relay.store.read().desk().templates.get(&account).map(|(_, known)| known.clone());
    if known.as_ref() == Some(&catalogue) {
        return;
    }
    tracing::info!(%account, templates = catalogue.templates.len(), "templates fetched");
    let at = relay.clock.now();
    // Before they are recorded: what is not told for a crash is found to be new once more.
    let news = news(&known.unwrap_or_default(), &catalogue).into_iter();
    let news: Vec<_> = news.map(|news| Told { at, news: News::Template(news) }).collect();
    if !news.is_empty() {
        let whose = Whose::Account { account: account.clone(), number: None };
        if let Err(refusal) = relay.desk.told("-relay", whose, news).await {
            tracing::warn!(%refusal, "news of templates were not recorded");
        }
    }
    let event = DeskEvent::TemplatesFetched { at, account, catalogue: Box::new(catalogue) };
    if let Err(refusal) = relay.desk.record("-relay", vec![event]).await {
        tracing::warn!(%refusal, "fetched templates were not recorded");
    }
}

/// What people are told of: changes that no webhook told, for it was lost or the provider sends none.
fn news(known: &Catalogue, now: &Catalogue) -> Vec<TemplateNews> {
    let both = now.templates.iter().filter_map(|now| {
        let before = known.find(&now.name, &now.language)?;
        Some((before, now))
    });
    let news = both.flat_map(|(before, now)| TemplateNews::between(before, now));
    news.filter(|news| news.weight() > Weight::Silent).collect()
}

/// A template in the desk's words. The slots keep their keys, so that a send maps one to one.
pub fn translate(template: &platform::Template) -> Template {
    let buttons = |buttons: &[platform::Button]| {
        buttons.iter().map(|button| button.text.clone()).collect::<Vec<_>>()
    };
    let slot = |slot: platform::Slot| Slot {
        name: slot.key,
        example: slot.example,
        optional: !slot.required,
        kind: match slot.part {
            Part::Text => SlotKind::Text,
            Part::File(FileKind::Image) => SlotKind::Image,
            Part::File(FileKind::Video) => SlotKind::Video,
            Part::File(FileKind::Document) => SlotKind::Document,
            Part::Place => SlotKind::Place,
            Part::Payload => SlotKind::Payload,
            Part::Code => SlotKind::Code,
            Part::Until => SlotKind::Until,
            Part::Flow => SlotKind::Flow,
            Part::Product => SlotKind::Product,
        },
    };
    let card = |card: &platform::Card| TemplateCard {
        body: platform::normal(&card.body),
        buttons: buttons(&card.buttons),
    };
    Template {
        name: template.name.clone(),
        language: template.language.clone(),
        status: template.status.word().to_owned(),
        purpose: match template.category.as_str() {
            "UTILITY" => Purpose::Utility,
            "AUTHENTICATION" => Purpose::Authentication,
            // What is not known is judged most strictly.
            _ => Purpose::Marketing,
        },
        header: match &template.header {
            Some(Header::Text { text, .. }) => Some(platform::normal(text)),
            _ => None,
        },
        body: platform::normal(&template.body),
        footer: template.footer.clone(),
        slots: template.parameters().into_iter().map(slot).collect(),
        unsendable: template.unsupported().map(|part| format!("it has a part {part}")),
        buttons: buttons(&template.buttons),
        quality: template.quality.clone().filter(|word| word != "UNKNOWN"),
        offer: template.offer.as_ref().map(|offer| offer.text.clone()),
        cards: template.cards.iter().map(card).collect(),
        rejected: template
            .rejected_reason
            .as_deref()
            .filter(|reason| *reason != "NONE")
            .map(|reason| one_line(reason, REASON_MOST)),
    }
}

#[cfg(test)]
mod tests;
