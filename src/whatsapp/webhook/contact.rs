//! Whom a message is from or to, as far as the webhook says.

use super::super::lenient::{Obj, Scalar, mended};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A customer as one item names him. Every id is optional: with usernames the phone may be missing, and
/// only one of `phone`, `wa_id` and `user_id` is sure to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// The phone number as the message names it, digits only.
    pub phone: Option<String>,
    /// The platform's id, a phone number too, which may differ from `phone` in Brazil, Mexico, Argentina.
    pub wa_id: Option<String>,
    /// The business-scoped user id (BSUID).
    pub user_id: Option<String>,
    /// The user id across the portfolios of one enterprise.
    pub parent_user_id: Option<String>,
    /// The name that the customer gave to himself.
    pub name: Option<String>,
    /// The username, if he has adopted one.
    pub username: Option<String>,
}

/// One element of the value's `contacts`.
pub type Contact = Customer;

impl Customer {
    fn has_id(&self) -> bool {
        self.phone.is_some() || self.wa_id.is_some() || self.user_id.is_some()
    }
}

/// The ids by which an item names somebody.
#[derive(Default)]
pub(super) struct Named {
    pub(super) phone: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) parent_user_id: Option<String>,
}

/// Whom `named` means. What the value's contacts know of him is added; without any id it is the only
/// contact, if there is exactly one, else nobody.
pub(super) fn customer(named: Named, contacts: &[Contact]) -> Option<Customer> {
    let known = if named.phone.is_none() && named.user_id.is_none() {
        match contacts {
            [only] if only.has_id() => Some(only),
            _ => return None,
        }
    } else {
        contacts.iter().find(|contact| is_meant(&named, contact))
    };
    let known = known.cloned().unwrap_or_default();
    Some(Customer {
        phone: named.phone,
        user_id: named.user_id.or(known.user_id),
        parent_user_id: named.parent_user_id.or(known.parent_user_id),
        ..known
    })
}

fn is_meant(named: &Named, contact: &Contact) -> bool {
    match (&named.user_id, &contact.user_id) {
        (Some(named), Some(contact)) => named == contact,
        _ => match (&named.phone, &contact.wa_id) {
            (Some(phone), Some(wa_id)) => same_subscriber(phone, wa_id),
            _ => false,
        },
    }
}

/// Whether two numbers inside one webhook are one telephone: equal digits, or equal but for the digit that
/// some countries put after their code (the first two and the last eight digits agree).
pub(super) fn same_subscriber(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let (left, right) = (digits(left), digits(right));
    let enough = left.len().min(right.len()) >= 10;
    (!left.is_empty() && left == right)
        || (enough
            && left.len().abs_diff(right.len()) == 1
            && left[..2] == right[..2]
            && left[left.len() - 8..] == right[right.len() - 8..])
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawContact<'a> {
    #[serde(borrow)]
    wa_id: Scalar<'a>,
    user_id: Scalar<'a>,
    parent_user_id: Scalar<'a>,
    profile: Obj<RawProfile<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawProfile<'a> {
    #[serde(borrow)]
    name: Scalar<'a>,
    username: Scalar<'a>,
}

/// Reads the value's contacts; one that cannot be read is left out, since its message still names its sender.
pub(super) fn read_contacts(list: &[&RawValue]) -> Vec<Contact> {
    list.iter()
        .filter_map(|raw| {
            mended(raw.get(), |json| {
                let Obj(contact) = serde_json::from_str::<Obj<RawContact<'_>>>(json)?;
                Ok(contact.map(|contact| {
                    let profile = contact.profile.0.unwrap_or_default();
                    Contact {
                        phone: None,
                        wa_id: contact.wa_id.filled(),
                        user_id: contact.user_id.filled(),
                        parent_user_id: contact.parent_user_id.filled(),
                        name: profile.name.filled(),
                        username: profile.username.filled(),
                    }
                }))
            })
            .ok()
            .flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(wa_id: &str, user_id: &str, name: &str) -> Contact {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Contact {
            wa_id: some(wa_id),
            user_id: some(user_id),
            name: some(name),
            ..Contact::default()
        }
    }

    fn name_of(phone: &str, user_id: &str, contacts: &[Contact]) -> Option<String> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let named = Named { phone: some(phone), user_id: some(user_id), ..Named::default() };
        customer(named, contacts).map(|customer| customer.name.unwrap_or_default())
    }

    #[test]
    fn the_sender_is_looked_up_among_the_contacts() {
        let both = [contact("551187654321", "BR.1", "Ana"), contact("393331234567", "", "Bo")];
        assert_eq!(name_of("393331234567", "", &both).as_deref(), Some("Bo"));
        assert_eq!(name_of("5511987654321", "", &both).as_deref(), Some("Ana"), "the ninth digit");
        assert_eq!(name_of("", "BR.1", &both).as_deref(), Some("Ana"));
        assert_eq!(name_of("551187654321", "BR.2", &both).as_deref(), Some(""), "another user id");
        assert_eq!(name_of("447700900123", "", &both).as_deref(), Some(""));
        assert_eq!(name_of("", "", &both), None, "two to choose from");
        assert_eq!(name_of("", "", &both[..1]).as_deref(), Some("Ana"));
        assert_eq!(name_of("", "", &[]), None);
        assert_eq!(name_of("", "", &[contact("", "", "Nobody")]), None);
    }

    #[test]
    fn numbers_of_different_people_stay_apart() {
        assert!(same_subscriber("+55 11 98765-4321", "5511987654321"));
        assert!(same_subscriber("5215512345678", "525512345678"));
        assert!(!same_subscriber("5511987654321", "5521987654321"));
        assert!(!same_subscriber("12345", "123456"));
        assert!(!same_subscriber("", "abc"));
    }
}
