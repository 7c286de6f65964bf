//! The journal as text: one JSON object a line, one line a record, and back.
//!
//! ```json
//! {"position":1,"at":1790000000123,"actor":"agent:sofia","id":"30313233343536373839616263646566",
//!  "parts":[{"stream":"conversation/7","expected":0,"events":[{"public":{"v":1},"sealed":"3q0="}]}]}
//! ```
//!
//! `at` is in milliseconds since 1970. Public JSON stands as it was written; should it not be JSON on one
//! line, it stands as `public_base64`. Sealed bytes are base64 and stay sealed. Snapshots are not exported:
//! they are folded again.

use super::{
    Appended, Checkpoint, Commit, Journal, JournalError, Part, Position, Reader, Record,
    StoredEvent,
};
use crate::kit::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{BufRead, Write};

const STEP: usize = 256;
const BATCH_BYTES: usize = 4 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    position: Position,
    at: Timestamp,
    actor: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    id: Option<String>,
    parts: Vec<LinePart>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinePart {
    stream: String,
    expected: u64,
    events: Vec<LineEvent>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineEvent {
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    public: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    public_base64: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    sealed: String,
}

/// So that a `null` that is there is not taken for one that is missing.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(from).map(Some)
}

/// Writes all records up to `upto` (or what is durable now, if that is less), and says how many.
///
/// # Errors
/// As [`Reader::scan`], and [`JournalError::Io`] when `to` takes no more.
pub fn export(
    reader: &dyn Reader,
    upto: Option<Position>,
    to: &mut dyn Write,
) -> Result<u64, JournalError> {
    let end = upto.map_or(reader.head(), |upto| upto.min(reader.head()));
    let mut after = Position::START;
    while after < end {
        let records = reader.scan(after, STEP.min((end.0 - after.0) as usize))?;
        let Some(last) = records.last() else { break };
        after = last.position;
        for record in records {
            let mut line = serde_json::to_vec(&line(&record))
                .map_err(|error| JournalError::corrupt(record.position, error.to_string()))?;
            line.push(b'\n');
            to.write_all(&line).map_err(JournalError::io("write the export"))?;
        }
    }
    to.flush().map_err(JournalError::io("write the export"))?;
    Ok(after.0)
}

/// Reads what [`export`] wrote into an empty journal, and says how many records. Afterwards the journal
/// holds the same records at the same positions.
///
/// # Errors
/// [`JournalError::Import`] names the line that cannot be taken; what came before it is in the journal.
/// Otherwise as [`Journal::append`].
pub fn import(journal: &mut dyn Journal, from: &mut dyn BufRead) -> Result<u64, JournalError> {
    let mut taken = journal.reader().head();
    if taken != Position::START {
        let why = format!("the journal already holds {taken} records; import into an empty one");
        return Err(JournalError::Import { line: 0, why });
    }
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut text = Vec::new();
    let mut number = 0;
    loop {
        text.clear();
        let read =
            from.read_until(b'\n', &mut text).map_err(JournalError::io("read the import"))?;
        if read > 0 {
            number += 1;
            let refused = |why: String| JournalError::Import { line: number, why };
            let record = parse(&text).map_err(refused)?;
            if record.position.0 != number {
                let why = format!("it has position {}, {number} was due", record.position);
                return Err(refused(why));
            }
            bytes += text.len();
            batch.push(record.commit);
        }
        if read == 0 || bytes >= BATCH_BYTES || batch.len() >= 1_024 {
            for outcome in journal.append(&batch, &Checkpoint::default())? {
                let why = match outcome {
                    Appended::At(position) => {
                        taken = position;
                        continue;
                    }
                    Appended::Duplicate(at) => format!("its id was used at position {at}"),
                    Appended::Conflict(stream) => format!("it does not continue {stream}"),
                };
                return Err(JournalError::Import { line: taken.0 + 1, why });
            }
            batch.clear();
            bytes = 0;
        }
        if read == 0 {
            return Ok(taken.0);
        }
    }
}

fn line(record: &Record) -> Line<'_> {
    let Record { position, commit } = record;
    let parts = commit.parts.iter().map(|part| LinePart {
        stream: part.stream.to_string(),
        expected: part.expected,
        events: part.events.iter().map(line_event).collect(),
    });
    Line {
        position: *position,
        at: commit.at,
        actor: Cow::Borrowed(&commit.actor),
        id: commit.id.map(|id| format!("{:032x}", u128::from_be_bytes(id))),
        parts: parts.collect(),
    }
}

fn line_event(event: &StoredEvent) -> LineEvent {
    let text = std::str::from_utf8(&event.public).ok().filter(|text| !text.contains(['\n', '\r']));
    let public = text
        .and_then(|text| RawValue::from_string(text.to_owned()).ok())
        .filter(|raw| raw.get().as_bytes() == event.public);
    LineEvent {
        public_base64: public.is_none().then(|| BASE64.encode(&event.public)),
        public,
        sealed: BASE64.encode(&event.sealed),
    }
}

fn parse(text: &[u8]) -> Result<Record, String> {
    let line: Line<'_> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let id = match line.id {
        None => None,
        Some(hex) if hex.len() == 32 => {
            let id = u128::from_str_radix(&hex, 16).map_err(|_| "its id is not hexadecimal")?;
            Some(id.to_be_bytes())
        }
        Some(_) => return Err("its id does not have 32 digits".into()),
    };
    let mut parts = Vec::with_capacity(line.parts.len());
    for part in line.parts {
        let events = part.events.into_iter().map(stored_event).collect::<Result<_, _>>()?;
        parts.push(Part { stream: part.stream.parse()?, expected: part.expected, events });
    }
    let commit = Commit { id, at: line.at, actor: line.actor.into_owned(), parts };
    Ok(Record { position: line.position, commit })
}

fn stored_event(event: LineEvent) -> Result<StoredEvent, String> {
    let decode = |text: &str| BASE64.decode(text).map_err(|_| "it holds bad base64".to_owned());
    let public = match (event.public, event.public_base64) {
        (Some(raw), None) => raw.get().as_bytes().to_vec(),
        (None, Some(text)) => decode(&text)?,
        _ => return Err("an event needs either public or public_base64".into()),
    };
    Ok(StoredEvent { public, sealed: decode(&event.sealed)? })
}
