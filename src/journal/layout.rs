//! Keys and values of the one sled tree.
//!
//! ```text
//! j position                     a record, or its first piece     j position piece   its further pieces
//! c command id                   position
//! s 0 stream piece               the state of a stream            s 1 stream block piece   a further block
//! m name                         format, low water
//! ```
//!
//! All numbers are big-endian, so that keys sort as their numbers do. No value is longer than
//! [`MOST_VALUE`]: sled puts large values into files of their own, by writes that it never syncs.

use super::{JournalError, Position, Snapshot, StreamId};

/// No value in the tree is longer, in bytes.
pub(super) const MOST_VALUE: usize = 3_500;
/// No record and no block is longer, in bytes: pieces are numbered with 16 bits.
pub(super) const MOST_WHOLE: usize = MOST_VALUE * u16::MAX as usize;

pub(super) const FORMAT_KEY: &[u8] = b"mformat";
pub(super) const LOW_WATER_KEY: &[u8] = b"mlow";
pub(super) const FORMAT: u32 = 1;

const BLOCK_VERSION: u8 = 1;
const BLOCK_HEAD: usize = 1 + 4 + 8 + 4;

/// The key of a record, or of its first piece.
pub(super) fn record_key(position: Position) -> [u8; 9] {
    let mut key = [b'j'; 9];
    key[1..].copy_from_slice(&position.0.to_be_bytes());
    key
}

/// The position and piece of a key that starts with `j`.
pub(super) fn record_place(key: &[u8]) -> Option<(Position, u16)> {
    let (position, piece) = key.strip_prefix(b"j")?.split_first_chunk::<8>()?;
    let piece = match piece.len() {
        0 => 0,
        _ => u16::from_be_bytes(piece.try_into().ok()?),
    };
    Some((Position(u64::from_be_bytes(*position)), piece))
}

pub(super) fn command_key(id: &[u8; 16]) -> [u8; 17] {
    let mut key = [b'c'; 17];
    key[1..].copy_from_slice(id);
    key
}

/// What all pieces of a block begin with.
pub(super) fn block_prefix(stream: StreamId, block: u32) -> Vec<u8> {
    let mut key = vec![b's', u8::from(block > 0)];
    key.extend_from_slice(&stream.to_bytes());
    if block > 0 {
        key.extend_from_slice(&block.to_be_bytes());
    }
    key
}

/// The stream, block and piece of a key that starts with `s`.
pub(super) fn block_place(key: &[u8]) -> Option<(StreamId, u32, u16)> {
    let (&further, rest) = key.strip_prefix(b"s")?.split_first()?;
    let (stream, rest) = rest.split_at_checked(StreamId::BYTES)?;
    let stream = StreamId::from_bytes(stream)?;
    let (block, piece) = match further {
        0 => (0, rest),
        _ => {
            let (block, piece) = rest.split_first_chunk::<4>()?;
            (u32::from_be_bytes(*block), piece)
        }
    };
    Some((stream, block, u16::from_be_bytes(piece.try_into().ok()?)))
}

/// Between which keys the states of each kind of stream lie, the second excluded.
pub(super) fn state_kinds() -> [([u8; 3], [u8; 3]); 3] {
    let tag = |stream: StreamId| stream.to_bytes()[0];
    [StreamId::Desk, StreamId::Contact(0), StreamId::Conversation(0)]
        .map(|stream| ([b's', 0, tag(stream)], [b's', 0, tag(stream) + 1]))
}

/// Where the part `nth` of `of` begins, when the states of one kind from `first` to `last` are cut into parts.
pub(super) fn state_cut(first: StreamId, last: StreamId, nth: u64, of: u64) -> Vec<u8> {
    let id = |stream| match stream {
        StreamId::Desk => 0,
        StreamId::Contact(id) | StreamId::Conversation(id) => id,
    };
    let count = u128::from(id(last).saturating_sub(id(first))) + 1;
    let past = count * u128::from(nth) / u128::from(of.max(1));
    if past == count {
        // Behind the last piece of the last one.
        let mut key = block_prefix(last, 0);
        key.extend_from_slice(&[u8::MAX; 3]);
        return key;
    }
    let at = id(first) + past as u64;
    let stream = match first {
        StreamId::Desk => StreamId::Desk,
        StreamId::Contact(_) => StreamId::Contact(at),
        StreamId::Conversation(_) => StreamId::Conversation(at),
    };
    block_prefix(stream, 0)
}

/// `whole` cut into values, each with its number.
pub(super) fn pieces(whole: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    whole.chunks(MOST_VALUE).enumerate().map(|(piece, bytes)| (piece as u16, bytes))
}

/// `prefix` with the number of a piece.
pub(super) fn piece_key(prefix: &[u8], piece: u16) -> Vec<u8> {
    let mut key = Vec::with_capacity(prefix.len() + 2);
    key.extend_from_slice(prefix);
    key.extend_from_slice(&piece.to_be_bytes());
    key
}

/// Refuses what has too many pieces.
pub(super) fn check_size(what: impl FnOnce() -> String, bytes: usize) -> Result<(), JournalError> {
    if bytes > MOST_WHOLE {
        return Err(JournalError::TooLarge { what: what(), bytes, most: MOST_WHOLE });
    }
    Ok(())
}

/// A block in bytes: version byte, CRC-32 of stream, block and what follows, the stream's version, the
/// length of the content, the content.
pub(super) fn encode_block(snapshot: &Snapshot) -> Vec<u8> {
    let mut out = Vec::with_capacity(BLOCK_HEAD + snapshot.bytes.len());
    out.push(BLOCK_VERSION);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&snapshot.version.to_be_bytes());
    out.extend_from_slice(&(snapshot.bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(&snapshot.bytes);
    let sum = block_sum(snapshot.stream, snapshot.block, &out[5..]);
    out[1..5].copy_from_slice(&sum.to_be_bytes());
    out
}

/// The block again; the error says what is wrong with the bytes.
pub(super) fn decode_block(
    stream: StreamId,
    block: u32,
    mut bytes: Vec<u8>,
) -> Result<Snapshot, &'static str> {
    let (version, length) = block_head(&bytes)?;
    if bytes.len() != BLOCK_HEAD + length {
        return Err("pieces are missing");
    }
    if bytes[1..5] != block_sum(stream, block, &bytes[5..]).to_be_bytes() {
        return Err("its checksum does not match");
    }
    bytes.drain(..BLOCK_HEAD);
    Ok(Snapshot { stream, block, version, bytes })
}

/// The stream's version and the number of pieces, from the first piece of a block.
pub(super) fn block_head_pieces(first: &[u8]) -> Result<(u64, usize), &'static str> {
    let (version, length) = block_head(first)?;
    Ok((version, (BLOCK_HEAD + length).div_ceil(MOST_VALUE)))
}

fn block_head(bytes: &[u8]) -> Result<(u64, usize), &'static str> {
    let Some((head, _)) = bytes.split_first_chunk::<BLOCK_HEAD>() else {
        return Err("it is cut off");
    };
    if head[0] != BLOCK_VERSION {
        return Err("it has an unknown format");
    }
    let [_, _, _, _, _, v0, v1, v2, v3, v4, v5, v6, v7, l0, l1, l2, l3] = *head;
    let version = u64::from_be_bytes([v0, v1, v2, v3, v4, v5, v6, v7]);
    Ok((version, u32::from_be_bytes([l0, l1, l2, l3]) as usize))
}

fn block_sum(stream: StreamId, block: u32, rest: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&stream.to_bytes());
    sum.update(&block.to_be_bytes());
    sum.update(rest);
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_what_they_are_the_key_of() {
        let position = Position(258);
        assert_eq!(record_place(&record_key(position)), Some((position, 0)));
        let further = piece_key(&record_key(position), 7);
        assert_eq!(record_place(&further), Some((position, 7)));
        assert!(record_key(position)[..] < further[..]);
        assert!(further[..] < record_key(position.next())[..]);
        for (stream, block) in [(StreamId::Desk, 0), (StreamId::Conversation(9), 300)] {
            let key = piece_key(&block_prefix(stream, block), 2);
            assert_eq!(block_place(&key), Some((stream, block, 2)));
        }
    }

    #[test]
    fn a_broken_block_is_noticed() {
        let snapshot =
            Snapshot { stream: StreamId::Contact(1), block: 2, version: 3, bytes: vec![7; 40] };
        let bytes = encode_block(&snapshot);
        assert_eq!(decode_block(StreamId::Contact(1), 2, bytes.clone()).as_ref(), Ok(&snapshot));
        assert!(decode_block(StreamId::Contact(1), 1, bytes.clone()).is_err());
        for at in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[at / 8] ^= 1 << (at % 8);
            assert!(decode_block(StreamId::Contact(1), 2, broken).is_err(), "bit {at}");
        }
    }
}
