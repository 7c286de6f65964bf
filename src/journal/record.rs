//! How a commit is laid out in bytes.
//!
//! Format 1: a version byte; the CRC-32 of the position (8 bytes, big-endian) and of all that follows (4
//! bytes, little-endian), so that a record put in another's place is noticed; then the body. In the body,
//! numbers are LEB128, `bytes` is a length and that many bytes:
//!
//! ```text
//! at (zigzag) | 0, or 1 and 16 bytes of id | actor: bytes | parts: count, each
//!     tag (0 desk, 1 contact, 2 conversation) | id unless desk | expected | events: count, each
//!         public: bytes | sealed: bytes
//! ```

use super::{Commit, Part, Position, StoredEvent, StreamId};
use crate::kit::Timestamp;

const VERSION: u8 = 1;
const PREFIX: usize = 1 + 4;

/// The commit in bytes, bound to its position.
pub(super) fn encode(position: Position, commit: &Commit) -> Vec<u8> {
    let payload: usize = commit
        .parts
        .iter()
        .flat_map(|part| &part.events)
        .map(|event| event.public.len() + event.sealed.len() + 8)
        .sum();
    let mut out = Vec::with_capacity(PREFIX + 48 + commit.parts.len() * 16 + payload);
    out.push(VERSION);
    out.extend_from_slice(&[0; 4]);
    let at = commit.at.0;
    put_number(&mut out, ((at << 1) ^ (at >> 63)) as u64);
    match &commit.id {
        None => out.push(0),
        Some(id) => {
            out.push(1);
            out.extend_from_slice(id);
        }
    }
    put_bytes(&mut out, commit.actor.as_bytes());
    put_number(&mut out, commit.parts.len() as u64);
    for part in &commit.parts {
        match part.stream {
            StreamId::Desk => out.push(0),
            StreamId::Contact(id) => {
                out.push(1);
                put_number(&mut out, id);
            }
            StreamId::Conversation(id) => {
                out.push(2);
                put_number(&mut out, id);
            }
        }
        put_number(&mut out, part.expected);
        put_number(&mut out, part.events.len() as u64);
        for event in &part.events {
            put_bytes(&mut out, &event.public);
            put_bytes(&mut out, &event.sealed);
        }
    }
    let sum = checksum(position, &out[PREFIX..]);
    out[1..PREFIX].copy_from_slice(&sum.to_le_bytes());
    out
}

/// The commit again; the error says what is wrong with the bytes.
pub(super) fn decode(position: Position, bytes: &[u8]) -> Result<Commit, String> {
    let mut from = open(position, bytes)?;
    let at = from.number()?;
    let at = Timestamp(((at >> 1) as i64) ^ -((at & 1) as i64));
    let id = from.id()?;
    let actor = String::from_utf8(from.bytes()?.to_vec()).map_err(|_| "the actor is not text")?;
    let count = from.count()?;
    let mut parts = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        let (stream, expected, count) = from.part()?;
        let mut events = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            events.push(StoredEvent {
                public: from.bytes()?.to_vec(),
                sealed: from.bytes()?.to_vec(),
            });
        }
        parts.push(Part { stream, expected, events });
    }
    from.end()?;
    Ok(Commit { id, at, actor, parts })
}

/// Which streams a record moves, and to which version: all that a start needs of it.
pub(super) fn versions(position: Position, bytes: &[u8]) -> Result<Vec<(StreamId, u64)>, String> {
    let mut from = open(position, bytes)?;
    from.number()?;
    from.id()?;
    from.bytes()?;
    let count = from.count()?;
    let mut moved = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        let (stream, expected, count) = from.part()?;
        for _ in 0..count {
            from.bytes()?;
            from.bytes()?;
        }
        let version = expected.checked_add(count as u64).ok_or("a version is out of range")?;
        moved.push((stream, version));
    }
    from.end()?;
    Ok(moved)
}

fn open(position: Position, bytes: &[u8]) -> Result<Cursor<'_>, String> {
    let (&version, rest) = bytes.split_first().ok_or("it is empty")?;
    if version != VERSION {
        return Err(format!("it has format {version}, known is {VERSION}"));
    }
    let (sum, body) = rest.split_first_chunk::<4>().ok_or("it is cut off")?;
    if u32::from_le_bytes(*sum) != checksum(position, body) {
        return Err("its checksum does not match".into());
    }
    Ok(Cursor(body))
}

fn checksum(position: Position, body: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&position.0.to_be_bytes());
    sum.update(body);
    sum.finalize()
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("it is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number is out of range".into())
    }

    fn count(&mut self) -> Result<usize, String> {
        usize::try_from(self.number()?).map_err(|_| "a count is out of range".into())
    }

    fn bytes(&mut self) -> Result<&'a [u8], String> {
        let count = self.count()?;
        self.take(count)
    }

    fn id(&mut self) -> Result<Option<[u8; 16]>, String> {
        match self.take(1)?[0] {
            0 => Ok(None),
            1 => Ok(self.take(16)?.try_into().ok()),
            other => Err(format!("an id is marked with {other}")),
        }
    }

    fn part(&mut self) -> Result<(StreamId, u64, usize), String> {
        let stream = match self.take(1)?[0] {
            0 => StreamId::Desk,
            1 => StreamId::Contact(self.number()?),
            2 => StreamId::Conversation(self.number()?),
            other => return Err(format!("a stream has the unknown tag {other}")),
        };
        Ok((stream, self.number()?, self.count()?))
    }

    fn end(&self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err("something follows its end".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Commit {
        Commit {
            id: Some(*b"0123456789abcdef"),
            at: Timestamp(1_790_000_000_123),
            actor: "agent:sofia".into(),
            parts: vec![
                Part {
                    stream: StreamId::Conversation(300),
                    expected: 7,
                    events: vec![
                        StoredEvent { public: br#"{"v":1}"#.to_vec(), sealed: vec![0xde, 0xad] },
                        StoredEvent { public: br#"{"v":2}"#.to_vec(), sealed: vec![] },
                    ],
                },
                Part { stream: StreamId::Desk, expected: 0, events: vec![] },
                Part { stream: StreamId::Contact(u64::MAX), expected: u64::MAX, events: vec![] },
            ],
        }
    }

    /// What is on disks out there must stay readable: this file never changes. A new format gets a new one.
    #[test]
    fn format_1_reads_and_writes_its_golden_file() {
        let golden = include_str!("../../tests/golden/journal_record_v1.hex");
        let golden: String = golden.split_whitespace().collect();
        let bytes = encode(Position(42), &sample());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, golden);
        assert_eq!(decode(Position(42), &bytes), Ok(sample()));
        assert_eq!(
            versions(Position(42), &bytes),
            Ok(vec![
                (StreamId::Conversation(300), 9),
                (StreamId::Desk, 0),
                (StreamId::Contact(u64::MAX), u64::MAX),
            ])
        );
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_noticed() {
        let bytes = encode(Position(1), &sample());
        for at in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[at / 8] ^= 1 << (at % 8);
            assert!(decode(Position(1), &broken).is_err(), "bit {at}");
        }
        for length in 0..bytes.len() {
            assert!(decode(Position(1), &bytes[..length]).is_err(), "length {length}");
        }
        assert!(decode(Position(2), &bytes).is_err(), "in another's place");
    }

    proptest! {
        #[test]
        fn hostile_bodies_are_errors_not_panics(mut body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = vec![VERSION];
            bytes.extend(checksum(Position(9), &body).to_le_bytes());
            bytes.append(&mut body);
            if let Ok(commit) = decode(Position(9), &bytes) {
                prop_assert_eq!(decode(Position(9), &encode(Position(9), &commit)), Ok(commit));
            }
            let _ = versions(Position(9), &bytes);
        }

        #[test]
        fn every_instant_survives(at in any::<i64>()) {
            let commit = Commit { at: Timestamp(at), ..sample() };
            prop_assert_eq!(decode(Position(9), &encode(Position(9), &commit)), Ok(commit));
        }
    }
}
