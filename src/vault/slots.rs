//! The file of wrapped data keys: a header, then slots of equal length, appended in batches.
//!
//! ```text
//! header   "GKEY" | format 1 | generation (8)
//! slot     first slot of its batch (4) | owner: tag, id (9) | nonce (24) | wrapped key (32) | tag (16)
//! ```
//!
//! A slot is sealed to its place: generation, number, batch and owner are bound. A batch is written only
//! after the one before was synced; so whatever precedes the first slot of the last batch was synced and
//! must be whole, and what does not open behind it was torn by a power cut and is cut off.

use super::KeyId;
use super::sealing::{DataKey, KEY, NONCE, TAG};

pub(super) const HEADER: usize = 4 + 1 + 8;
pub(super) const SLOT: usize = 4 + OWNER + NONCE + KEY + TAG;
const OWNER: usize = 9;
const MAGIC: &[u8; 5] = b"GKEY\x01";

/// Whose key is in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// The vault's own: what index keys are derived from.
    Root,
    /// A data key.
    Key(KeyId),
}

impl Owner {
    fn to_bytes(self) -> [u8; OWNER] {
        let (tag, id) = match self {
            Self::Key(KeyId::Desk) => (0, 0),
            Self::Key(KeyId::Contact(id)) => (1, id),
            Self::Key(KeyId::Day(day)) => (2, u64::from(day)),
            Self::Root => (255, 0),
        };
        let mut bytes = [tag; OWNER];
        bytes[1..].copy_from_slice(&id.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; OWNER]) -> Option<Self> {
        let [tag, id @ ..] = bytes;
        let id = u64::from_be_bytes(id);
        match tag {
            0 if id == 0 => Some(Self::Key(KeyId::Desk)),
            1 => Some(Self::Key(KeyId::Contact(id))),
            2 => Some(Self::Key(KeyId::Day(u32::try_from(id).ok()?))),
            255 if id == 0 => Some(Self::Root),
            _ => None,
        }
    }
}

pub(super) fn header(generation: u64) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend_from_slice(&generation.to_be_bytes());
    header
}

/// One batch of slots, the first of which has the number `start`.
pub(super) fn batch<'a>(
    kek: &DataKey,
    generation: u64,
    start: u32,
    keys: impl Iterator<Item = (Owner, &'a DataKey)>,
) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, (owner, key)) in (start..).zip(keys) {
        let owner = owner.to_bytes();
        out.extend_from_slice(&start.to_be_bytes());
        out.extend_from_slice(&owner);
        out.extend(kek.wrap(&place(generation, number, start, owner), key));
    }
    out
}

/// What a file of keys holds.
pub(super) struct Read {
    /// The keys, in the order they were written.
    pub(super) keys: Vec<(Owner, DataKey)>,
    /// How many slots from the start are whole. What follows in the file is torn.
    pub(super) whole: u32,
    /// How many of `keys` stand behind a torn slot: they must be written again.
    pub(super) behind: usize,
}

/// Reads a whole file; the error says what is wrong with it.
pub(super) fn read(kek: &DataKey, generation: u64, bytes: &[u8]) -> Result<Read, String> {
    let Some((head, slots)) = bytes.split_at_checked(HEADER) else {
        return Err("its header is cut off".into());
    };
    if head != header(generation) {
        return Err("its header is not what it should be".into());
    }
    let mut keys = Vec::with_capacity(slots.len() / SLOT);
    let mut first_torn = None;
    let mut behind = 0;
    let mut last_batch = 0;
    let count = slots.len().div_ceil(SLOT) as u32;
    for (number, slot) in (0..).zip(slots.chunks(SLOT)) {
        match open(kek, generation, number, slot) {
            Some((start, owner, key)) => {
                last_batch = last_batch.max(start);
                behind += usize::from(first_torn.is_some());
                keys.push((owner, key));
            }
            None => first_torn = first_torn.or(Some(number)),
        }
    }
    match first_torn {
        Some(number) if number < last_batch => Err(format!("key {number} of {count} is damaged")),
        _ => Ok(Read { keys, whole: first_torn.unwrap_or(count), behind }),
    }
}

fn open(kek: &DataKey, generation: u64, number: u32, slot: &[u8]) -> Option<(u32, Owner, DataKey)> {
    let (start, rest) = slot.split_first_chunk::<4>()?;
    let start = u32::from_be_bytes(*start);
    let (owner, wrapped) = rest.split_first_chunk::<OWNER>()?;
    let key = kek.unwrap(&place(generation, number, start, *owner), wrapped)?;
    Some((start, Owner::from_bytes(*owner)?, key))
}

fn place(generation: u64, number: u32, start: u32, owner: [u8; OWNER]) -> [u8; 8 + 4 + 4 + OWNER] {
    let mut place = [0; 8 + 4 + 4 + OWNER];
    place[..8].copy_from_slice(&generation.to_be_bytes());
    place[8..12].copy_from_slice(&number.to_be_bytes());
    place[12..16].copy_from_slice(&start.to_be_bytes());
    place[16..].copy_from_slice(&owner);
    place
}
