//! Alerts by rule: what supervisors see of them, and who takes care.

use super::{Gate, Signed, refused};
use crate::domain::desk::DeskEvent;
use crate::domain::name::Name;
use crate::kit::text::one_line;
use crate::wire::{AlertAck, AlertsView, Refused};

impl Gate {
    /// The alerts that are raised, and the latest that are over.
    ///
    /// # Errors
    /// The refusal of who is no supervisor.
    pub async fn alerts(&self, signed: &Signed) -> Result<AlertsView, Refused> {
        self.supervises(signed, "alerts").await?;
        self.caught_up().await?;
        Ok(self.reading.alerts())
    }

    /// Says of one alert, or of all that are raised, that `signed` takes care of it; those that are raised.
    ///
    /// # Errors
    /// The refusal: no supervisor, or no such alert is raised.
    pub async fn acknowledge_alerts(
        &self,
        signed: &Signed,
        ack: &AlertAck,
    ) -> Result<AlertsView, Refused> {
        self.supervises(signed, "alerts acknowledge").await?;
        let (at, by) = (self.relay.clock.now(), signed.member.name.clone());
        let names: Vec<Name> = {
            let views = self.relay.store.read();
            let running = views.desk().alerts.running.iter();
            let of = running.filter(|(name, _)| {
                ack.name.as_ref().is_none_or(|wanted| *name.as_str() == *wanted)
            });
            let open =
                of.filter(|(_, running)| ack.name.is_some() || running.acknowledged.is_none());
            open.map(|(name, _)| name.clone()).collect()
        };
        if let (Some(name), true) = (&ack.name, names.is_empty()) {
            let message = format!("no alert \"{}\" is raised", one_line(name, 64));
            return Err(Refused::new(
                "no_alert",
                &message,
                "`guichet alerts` lists those that are",
            ));
        }
        let event = |name| DeskEvent::AlertAcknowledged { at, name, by: by.clone() };
        let events: Vec<_> = names.into_iter().map(event).collect();
        if !events.is_empty() {
            let recorded = self.relay.desk.record(by.as_str(), events).await;
            recorded.map_err(|refusal| refused(&refusal))?;
        }
        Ok(self.reading.alerts())
    }
}
