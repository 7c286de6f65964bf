//! Who did what: the journal, without a word of what was said.

use super::{Items, Office, gone, raw};
use crate::domain::desk::DeskEvent;
use crate::journal::codec::StreamEvent;
use crate::journal::{Position, Record, StreamId};
use crate::kit::Timestamp;
use crate::relay::views::changes;
use crate::wire::Refused;
use serde_json::{Value, json};

const STEP: usize = 256;

fn of_desk(event: &DeskEvent) -> String {
    match event {
        DeskEvent::PolicyChanged { .. } => "policy changed".to_owned(),
        DeskEvent::AccountSet { name, role, .. } => format!("account {name} set: {role}"),
        DeskEvent::AccountDisabled { name, .. } => format!("account {name} disabled"),
        DeskEvent::TokenIssued { name, .. } => format!("token for {name}"),
        DeskEvent::TemplatesFetched { account, .. } => format!("templates of {account} fetched"),
        DeskEvent::DeadLettered { .. } => "dead letter".to_owned(),
        DeskEvent::Noticed { what, .. } => format!("noticed {what}"),
        DeskEvent::DeadLetterRetried { position, index, .. } => {
            format!("dead letter {position}.{index} handled")
        }
        DeskEvent::DeadLettersDiscarded { letters, .. } => {
            let ids: Vec<_> = letters.iter().take(20).map(super::letters::id).collect();
            let more = if letters.len() > ids.len() { " and more" } else { "" };
            format!("{} dead letters discarded: {}{more}", letters.len(), ids.join(" "))
        }
        DeskEvent::DeadLettersRekeyed { .. } => "dead letters sealed anew".to_owned(),
        DeskEvent::DeadLetterMoved { from, .. } => {
            format!("dead letter {} sealed anew", super::letters::id(from))
        }
        DeskEvent::DeadLettersExpired { .. } => "old dead letters destroyed".to_owned(),
        DeskEvent::LinesTold { lines, told, .. } => {
            let lines: Vec<_> = lines.iter().map(|line| line.as_str()).collect();
            format!("of {} told: {}", lines.join(" "), told.news.words())
        }
        DeskEvent::CampaignMade { name, by, .. } => format!("campaign {name} made by {by}"),
        DeskEvent::CampaignFilled { name, rows, .. } => format!("campaign {name}: {rows} rows"),
        DeskEvent::CampaignShifted { name, stage, by, .. } => {
            format!("campaign {name} {} by {by}", stage.word())
        }
        DeskEvent::ReloadRefused { why: Some(_), .. } => "reload refused".to_owned(),
        DeskEvent::ReloadRefused { why: None, .. } => "reload mended".to_owned(),
        DeskEvent::AlertTurned(of) => format!("alert {} {}", of.name, of.turn.word()),
        DeskEvent::AlertAcknowledged { name, by, .. } => {
            format!("alert {name} acknowledged by {by}")
        }
        DeskEvent::AlertDelivered { lost: false, .. } => "alert delivered".to_owned(),
        DeskEvent::AlertDelivered { lost: true, .. } => "alert given up".to_owned(),
        DeskEvent::Audited { .. } => "audited".to_owned(),
    }
}

fn words(event: &StreamEvent) -> String {
    use crate::domain::contact::ContactEvent;
    match event {
        StreamEvent::Conversation(event) => event.word().to_owned(),
        StreamEvent::Contact(ContactEvent::Erased { .. }) => "erased".to_owned(),
        StreamEvent::Contact(_) => "contact".to_owned(),
        StreamEvent::Desk(event) => of_desk(event),
    }
}

/// The entries that a record makes in the trail: what people did, and what was refused to them. What the
/// platform and the relay do by themselves is left out.
fn entries(record: &Record) -> Result<Vec<(Timestamp, String, Value)>, Refused> {
    let (position, actor) = (record.position, &record.commit.actor);
    let mut entries = Vec::new();
    for change in changes(record)? {
        for event in &change.events {
            if let StreamEvent::Desk(DeskEvent::Audited { at, who, what, outcome }) = event {
                let entry = json!({
                    "position": position, "at": at.to_string(), "who": who, "what": what,
                    "outcome": outcome,
                });
                entries.push((*at, who.clone(), entry));
            }
        }
        if actor == "-platform" || actor == "-relay" {
            continue;
        }
        let on = match change.stream {
            StreamId::Desk => None,
            stream => Some(stream.to_string()),
        };
        let did: Vec<_> = change.events.iter().map(words).collect();
        let who = actor.trim_start_matches('-').to_owned();
        let entry = json!({
            "position": position, "at": record.commit.at.to_string(), "who": who,
            "what": did.join(", "), "on": on, "outcome": "done",
        });
        entries.push((record.commit.at, who, entry));
    }
    Ok(entries)
}

impl Office {
    pub(super) async fn trail(
        &self,
        since: Option<Timestamp>,
        wanted: Option<String>,
        items: Items,
    ) -> Result<Value, Refused> {
        self.apart(move |office| {
            let reader = office.relay().store.reader();
            let (mut after, mut count) = (Position::START, 0);
            loop {
                let records = reader.scan(after, STEP)?;
                let Some(last) = records.last() else { break };
                after = last.position;
                for record in &records {
                    for (at, who, entry) in entries(record)? {
                        if since.is_none_or(|since| at >= since)
                            && wanted.as_ref().is_none_or(|wanted| *wanted == who)
                        {
                            items.blocking_send(raw(&entry)?).map_err(|_| gone())?;
                            count += 1;
                        }
                    }
                }
            }
            Ok(json!({ "entries": count }))
        })
        .await
    }
}
