//! Walks a whole journal and tells whether it is sound.

use super::{JournalError, Position, Reader, Record, StreamId};
use std::collections::HashMap;

/// What a walk through a journal found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Records that read back.
    pub records: u64,
    /// Events in them.
    pub events: u64,
    /// Streams they belong to.
    pub streams: u64,
    /// Bytes of payload: public and sealed.
    pub payload_bytes: u64,
    /// Saved states and blocks.
    pub snapshots: u64,
    /// What is wrong, in sentences without payload, the first thousand; empty when the journal is sound.
    pub problems: Vec<String>,
}

const MOST_PROBLEMS: usize = 1_000;
const STEP: usize = 256;

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, text: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(text);
        }
    }
}

/// Reads every record, command and snapshot: positions are consecutive, what was written reads back, the
/// versions of each stream are consecutive, commands lead to their records, no saved state is ahead of its
/// stream. Goes on behind a broken record. Looks at what was durable when it was called.
///
/// # Errors
/// Only what makes going on senseless: [`JournalError::Fatal`] or [`JournalError::Io`].
pub fn verify(reader: &dyn Reader) -> Result<Report, JournalError> {
    let head = reader.head();
    let mut report = Report::default();
    let mut versions = HashMap::new();
    let mut after = Position::START;
    while after < head {
        let step = STEP.min((head.0 - after.0) as usize);
        match reader.scan(after, step) {
            Ok(records) if !records.is_empty() => {
                for record in records {
                    after = record.position;
                    look_at(&record, reader, &mut versions, &mut report)?;
                }
            }
            _ => {
                // One of them is broken: one by one, to say which, and to see the others.
                for position in (after.0 + 1..=after.0 + step as u64).map(Position) {
                    match reader.get(position) {
                        Ok(Some(record)) => look_at(&record, reader, &mut versions, &mut report)?,
                        Ok(None) => report.problem(format!("no record at position {position}")),
                        Err(error @ JournalError::Corrupt { .. }) => {
                            report.problem(error.to_string());
                        }
                        Err(error) => return Err(error),
                    }
                }
                after = Position(after.0 + step as u64);
            }
        }
    }
    report.streams = versions.len() as u64;
    let mut ahead = Vec::new();
    let mut count = 0;
    let walked = reader.each_snapshot(&mut |snapshot| {
        count += 1;
        let version = versions.get(&snapshot.stream).copied().unwrap_or(0);
        if snapshot.version > version && snapshot.block == 0 {
            ahead.push((snapshot.stream, snapshot.version, version));
        }
    });
    report.snapshots = count;
    for (stream, saved, version) in ahead {
        report.problem(format!("{stream} is at version {version}, its saved state at {saved}"));
    }
    match walked {
        Err(error @ JournalError::CorruptSnapshot { .. }) => report.problem(error.to_string()),
        other => other?,
    }
    Ok(report)
}

fn look_at(
    record: &Record,
    reader: &dyn Reader,
    versions: &mut HashMap<StreamId, u64>,
    report: &mut Report,
) -> Result<(), JournalError> {
    let Record { position, commit } = record;
    report.records += 1;
    if let Some(id) = &commit.id
        && reader.command(id)? != Some(*position)
    {
        report.problem(format!("the command of the record at {position} does not lead to it"));
    }
    for part in &commit.parts {
        let version = versions.entry(part.stream).or_insert(0);
        if part.expected != *version {
            report.problem(format!(
                "the record at {position} continues version {} of {}, which is at {version}",
                part.expected, part.stream,
            ));
        }
        *version = part.expected + part.events.len() as u64;
        report.events += part.events.len() as u64;
        for event in &part.events {
            report.payload_bytes += (event.public.len() + event.sealed.len()) as u64;
        }
    }
    Ok(())
}
