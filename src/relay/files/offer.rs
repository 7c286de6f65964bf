//! A file of ours at an address where a provider may fetch it: one that takes no files but fetches them.
//!
//! The address holds all that is needed to find the file, until when it is good, and a code that only this relay's
//! vault can make. Whoever has the address has the file, for some hours: so it is told to the provider alone.

use crate::domain::id::{ContactId, ConversationId};
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::vault::{FileError, Opened, Vault};
use reqwest::Url;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// For how long an address is good, in seconds of desk time: the provider may hold a message back as long.
const GOOD: i64 = 4 * 3_600;

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// To whom it goes.
    pub contact: ContactId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// The number under which it was handed in.
    pub upload: Uuid,
}

/// The address of a file below the relay's public one. Its end is its name: the provider may show it.
pub fn address(relay: &Relay, public: &str, file: Offered, name: Option<&str>) -> Option<String> {
    let until = relay.clock.now().plus_secs(GOOD);
    let mut url = Url::parse(public).ok()?;
    let name = name.filter(|name| !name.trim_matches('.').is_empty()).unwrap_or("file");
    url.path_segments_mut().ok()?.pop_if_empty().extend([
        "files",
        &ticket(&relay.vault, file, until),
        name,
    ]);
    Some(url.into())
}

fn ticket(vault: &Vault, file: Offered, until: Timestamp) -> String {
    let Offered { contact, conversation, upload } = file;
    let (contact, conversation, until) = (contact.0, conversation.0, until.secs());
    let plain = format!("{contact:x}-{conversation:x}-{}-{until:x}", upload.simple());
    let code = vault.fingerprint("offer", plain.as_bytes());
    format!("{plain}-{code:032x}")
}

/// The file that a ticket stands for; nothing for one that this relay did not make, or that is over.
fn offered(vault: &Vault, given: &str, now: Timestamp) -> Option<Offered> {
    let mut parts = given.split('-');
    let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
    let (contact, conversation) = (ContactId(number()?), ConversationId(number()?));
    let upload = Uuid::try_parse(parts.next()?).ok()?;
    let until = i64::from_str_radix(parts.next()?, 16).ok().map(Timestamp::from_secs)?;
    let file = Offered { contact, conversation, upload };
    let right = bool::from(ticket(vault, file, until).as_bytes().ct_eq(given.as_bytes()));
    (right && now <= until).then_some(file)
}

/// Opens the file that a ticket stands for.
///
/// # Errors
/// [`FileError::Missing`] also for a ticket that is none.
pub fn open(relay: &Relay, given: &str) -> Result<Opened, FileError> {
    let file = offered(&relay.vault, given, relay.clock.now()).ok_or(FileError::Missing)?;
    let name = relay.files.handed_in(file.conversation, file.upload.as_u128());
    relay.files.read(file.contact, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::MasterKey;

    #[test]
    fn only_our_own_tickets_are_good_and_not_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let open =
            |name| Vault::open(&folder.path().join(name), MasterKey::generate()).expect("a vault");
        let (ours, other) = (open("ours"), open("other"));
        let file = Offered {
            contact: ContactId(7),
            conversation: ConversationId(9),
            upload: Uuid::from_u128(11),
        };
        let until = Timestamp::from_secs(1_795_000_000);
        let made = ticket(&ours, file, until);
        assert_eq!(offered(&ours, &made, until), Some(file));
        assert_eq!(offered(&ours, &made, until.plus_secs(1)), None, "it is over");
        assert_eq!(offered(&other, &made, until), None, "another relay's");
        for (from, to) in [("7-9-", "8-9-"), ("7-9-", "7-a-"), ("0000b-", "0000c-")] {
            assert!(made.contains(from), "{made}");
            assert_eq!(offered(&ours, &made.replacen(from, to, 1), until), None);
        }
        let later = ticket(&ours, file, until.plus_secs(60));
        let (plain, _) = later.rsplit_once('-').expect("a code");
        let (_, code) = made.rsplit_once('-').expect("a code");
        assert_eq!(offered(&ours, &format!("{plain}-{code}"), until), None, "a longer time");
        for none in ["", "-", "7-9", "7-9-x-1-2", &made[1..], &format!("{made}-0")] {
            assert_eq!(offered(&ours, none, until), None, "{none}");
        }
    }
}
