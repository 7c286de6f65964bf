//! Whether what came is what was announced.

use super::verdict::Tried;
use crate::domain::file::agrees;
use crate::domain::message::Kind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the platform announced of a file: in the webhook, and when it was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    pub(super) mime: Option<String>,
    pub(super) digests: Vec<String>,
    pub(super) bytes: Vec<u64>,
}

/// What came.
#[derive(Clone, Debug)]
pub(super) struct Came {
    pub(super) bytes: u64,
    pub(super) sha256: [u8; 32],
    /// The first bytes, as far as they are kept.
    pub(super) head: Vec<u8>,
}

/// A digest as the platform writes it: 64 hexadecimal digits, or base64. Nothing if it is neither: such a digest
/// says nothing.
fn digest(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let hex = || -> Option<Vec<u8>> {
        let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        (text.len() == 64).then(|| (0..64).step_by(2).map(pair).collect())?
    };
    hex().or_else(|| STANDARD.decode(text).ok())?.try_into().ok()
}

/// What is wrong with what came, if something is.
pub(super) fn wrong(kind: Kind, announced: &Announced, came: &Came) -> Option<Tried> {
    let other = |wanted: &String| digest(wanted).is_some_and(|wanted| wanted != came.sha256);
    if announced.bytes.iter().any(|bytes| *bytes != came.bytes)
        || announced.digests.iter().any(other)
    {
        return Some(Tried::Damaged);
    }
    (!agrees(kind, announced.mime.as_deref(), &came.head)).then_some(Tried::WrongType)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn what_came_is_held_against_what_was_announced() {
        let png = b"\x89PNG\r\n\x1a\n".to_vec();
        let sha256: [u8; 32] = Sha256::digest(&png).into();
        let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let base64 = STANDARD.encode(sha256);
        let zeros = STANDARD.encode([0; 32]);
        let came = Came { bytes: 8, sha256, head: png };
        for (kind, digests, bytes, tried) in [
            (Kind::Image, vec![], vec![], None),
            (Kind::Image, vec![base64.as_str(), &hex], vec![8], None),
            (Kind::Image, vec![&hex.to_uppercase()], vec![8, 8], None),
            (Kind::Image, vec![&base64, &zeros], vec![8], Some(Tried::Damaged)),
            (Kind::Image, vec![&zeros], vec![], Some(Tried::Damaged)),
            (Kind::Image, vec![&base64], vec![9], Some(Tried::Damaged)),
            (Kind::Image, vec!["", "not a digest"], vec![8], None),
            (Kind::Voice, vec![&base64], vec![8], Some(Tried::WrongType)),
            // What was damaged may be good the next time: it is told first.
            (Kind::Voice, vec![&zeros], vec![8], Some(Tried::Damaged)),
        ] {
            let digests = digests.into_iter().map(str::to_owned).collect();
            let announced = Announced { mime: None, digests, bytes };
            assert_eq!(wrong(kind, &announced, &came), tried, "{kind:?} {announced:?}");
        }
    }
}
