//! Dead letters: what arrived and was not understood.

use super::{ACTOR, Items, Office, give, wrong};
use crate::domain::desk::{DeadLetter, DeskEvent};
use crate::domain::thread::Place;
use crate::relay::gate::refused;
use crate::relay::ingress;
use crate::wire::Refused;
use serde_json::{Value, json};

fn id(letter: &DeadLetter) -> String {
    format!("{}.{}", letter.position, letter.index)
}

impl Office {
    fn dead_letters(&self) -> Vec<DeadLetter> {
        self.relay().store.read().desk().dead_letters.clone()
    }

    pub(super) async fn letters(&self, items: &Items) -> Result<Value, Refused> {
        let letters = self.dead_letters();
        for letter in &letters {
            let item = json!({
                "id": id(letter), "at": letter.at.to_string(), "reason": letter.reason,
                "line": letter.line,
            });
            give(items, &item).await?;
        }
        Ok(json!({ "dead_letters": letters.len() }))
    }

    pub(super) async fn retry(&self, one: Option<String>, items: &Items) -> Result<Value, Refused> {
        let letters = self.dead_letters();
        let wanted: Vec<_> =
            letters.iter().filter(|letter| one.as_ref().is_none_or(|o| *o == id(letter))).collect();
        if let (Some(one), true) = (&one, wanted.is_empty()) {
            return Err(wrong(format!("there is no dead letter {one}; see deadletter list")));
        }
        let mut handled = 0;
        for letter in &wanted {
            let item = match self.retried(letter).await {
                Ok(()) => {
                    handled += 1;
                    json!({ "id": id(letter), "done": true })
                }
                Err(reason) => json!({ "id": id(letter), "done": false, "reason": reason }),
            };
            give(items, &item).await?;
        }
        Ok(json!({ "handled": handled, "left": wanted.len() - handled }))
    }

    async fn retried(&self, letter: &DeadLetter) -> Result<(), String> {
        let relay = self.relay();
        let place = Place { position: letter.position, index: letter.index };
        let (opener, day) = (relay.opener.clone(), letter.day);
        let opened = tokio::task::spawn_blocking(move || {
            opener.body_of_day::<String>(day, &opener.found(place)?)
        });
        let opened = opened.await.map_err(|error| error.to_string())?;
        let raw = opened.map_err(|closed| format!("it is {}", closed.word()))?;
        ingress::retry(relay, &raw).await?;
        let retried = DeskEvent::DeadLetterRetried {
            at: relay.clock.now(),
            position: letter.position,
            index: letter.index,
        };
        let recorded = relay.desk.record(ACTOR, vec![retried]).await;
        recorded.map(|_| ()).map_err(|refusal| refused(&refusal).to_string())
    }
}
