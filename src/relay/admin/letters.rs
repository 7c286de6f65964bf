//! Dead letters: what arrived and was not understood.

use super::{ACTOR, Items, Office, failed, give, wrong};
use crate::domain::desk::{DeadLetter, DeskEvent};
use crate::domain::thread::Place;
use crate::kit::text::escaped;
use crate::relay::gate::refused;
use crate::relay::ingress;
use crate::wire::Refused;
use serde_json::{Value, json};

/// The name of a dead letter for the operator.
pub(super) fn id(place: &Place) -> String {
    format!("{}.{}", place.position(), place.index())
}

impl Office {
    fn dead_letters(&self) -> Vec<DeadLetter> {
        self.relay().store.read().desk().dead_letters.clone()
    }

    pub(super) async fn letters(&self, items: &Items) -> Result<Value, Refused> {
        let letters = self.dead_letters();
        for letter in &letters {
            let item = json!({
                "id": id(&letter.place()), "at": letter.at.to_string(), "reason": letter.reason,
                "line": letter.line,
            });
            give(items, &item).await?;
        }
        Ok(json!({ "dead_letters": letters.len() }))
    }

    fn dead_letter(&self, one: &str) -> Result<DeadLetter, Refused> {
        let mut letters = self.dead_letters().into_iter();
        let found = letters.find(|letter| id(&letter.place()) == one);
        found.ok_or_else(|| wrong(format!("there is no dead letter {one}; see deadletter list")))
    }

    /// It may hold what a customer wrote, so that it was looked at is in the trail.
    pub(super) async fn letter(&self, one: &str) -> Result<Value, Refused> {
        self.gate.caught_up().await?;
        let letter = self.dead_letter(one)?;
        let raw = self.opened(&letter).await.map_err(failed)?;
        let looked = DeskEvent::Audited {
            at: self.relay().clock.now(),
            who: ACTOR.trim_start_matches('-').to_owned(),
            what: format!("deadletter show {one}"),
            outcome: "done".to_owned(),
        };
        let recorded = self.relay().desk.record("-relay", vec![looked]).await;
        recorded.map_err(|refusal| refused(&refusal))?;
        Ok(json!({
            "id": one, "at": letter.at.to_string(), "reason": letter.reason, "line": letter.line,
            "raw": escaped(&raw),
        }))
    }

    pub(super) async fn discard(&self, one: &str) -> Result<Value, Refused> {
        self.gate.caught_up().await?;
        let letters = vec![self.dead_letter(one)?.place()];
        let gone = DeskEvent::DeadLettersDiscarded { at: self.relay().clock.now(), letters };
        let recorded = self.relay().desk.record(ACTOR, vec![gone]).await;
        recorded.map_err(|refusal| refused(&refusal))?;
        Ok(json!({ "id": one }))
    }

    async fn opened(&self, letter: &DeadLetter) -> Result<String, String> {
        let (opener, letter) = (self.relay().opener.clone(), letter.clone());
        let opened = tokio::task::spawn_blocking(move || {
            opener.body_of_day::<String>(letter.day, &opener.found(letter.place())?)
        });
        let opened = opened.await.map_err(|error| error.to_string())?;
        opened.map_err(|closed| format!("it is {}", closed.word()))
    }

    pub(super) async fn retry(&self, one: Option<String>, items: &Items) -> Result<Value, Refused> {
        let letters = self.dead_letters();
        let wanted: Vec<_> = letters
            .iter()
            .filter(|letter| one.as_ref().is_none_or(|o| *o == id(&letter.place())))
            .collect();
        if let (Some(one), true) = (&one, wanted.is_empty()) {
            return Err(wrong(format!("there is no dead letter {one}; see deadletter list")));
        }
        let mut handled = 0;
        for letter in &wanted {
            let item = match self.retried(letter).await {
                Ok(()) => {
                    handled += 1;
                    json!({ "id": id(&letter.place()), "done": true })
                }
                Err(reason) => {
                    json!({ "id": id(&letter.place()), "done": false, "reason": reason })
                }
            };
            give(items, &item).await?;
        }
        Ok(json!({ "handled": handled, "left": wanted.len() - handled }))
    }

    async fn retried(&self, letter: &DeadLetter) -> Result<(), String> {
        let relay = self.relay();
        let raw = self.opened(letter).await?;
        ingress::retry(relay, &letter.reason, &raw).await?;
        let retried = DeskEvent::DeadLetterRetried {
            at: relay.clock.now(),
            position: letter.position,
            index: letter.index,
        };
        let recorded = relay.desk.record(ACTOR, vec![retried]).await;
        recorded.map(|_| ()).map_err(|refusal| refused(&refusal).to_string())
    }
}
