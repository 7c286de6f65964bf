//! What a message holds beyond its text: a place, contact cards, what was chosen, an order, where the customer
//! came from. Kept with the message, and told to clients as it is.

use super::interactive::Interactive;
use serde::{Deserialize, Serialize};

/// Cards, ordered items or answers that are kept of one message; the raw form has them all.
pub const LISTED_MOST: usize = 257;

/// What a message holds beyond its text. Nearly always there is nothing, and then nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Who of a group wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
    /// The place that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The contact cards that were sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// The button that was pressed or the row that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// What a message of ours offers to be touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Box<Interactive>>,
    /// The answers of a filled-in form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What was ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Whether the business may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_call: Option<bool>,
    /// How a call ended; nothing while that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<CallEnd>,
    /// What has changed about the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// What has happened to a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Box<GroupChange>>,
    /// What it was that cannot be shown, in the platform's word: `poll`, `view_once` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<String>,
    /// What the platform could not do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The advertisement or post from which the customer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product that he asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// It was forwarded many times before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub often_forwarded: bool,
    /// How many cards, items or answers there were beyond the [`LISTED_MOST`] that are here.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

impl Details {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What has happened to a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupChange {
    /// The platform's word: `group_create`, `group_participants_add` ...
    pub what: String,
    /// What it is called from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Member>,
    /// Who went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Member>,
    /// Why what was asked for did not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl GroupChange {
    /// What happened, in English, on one line.
    pub fn words(&self) -> String {
        let names =
            |all: &[Member]| all.iter().map(Member::known_as).collect::<Vec<_>>().join("; ");
        let mut words = Vec::new();
        if let Some(error) = &self.error {
            return format!("{} failed: {error}", self.what.replace('_', " "));
        }
        words.extend(self.subject.as_ref().map(|subject| format!("called {subject}")));
        if !self.joined.is_empty() {
            words.push(format!("joined: {}", names(&self.joined)));
        }
        if !self.left.is_empty() {
            words.push(format!("left: {}", names(&self.left)));
        }
        match words.is_empty() {
            true => self.what.replace('_', " "),
            false => words.join(", "),
        }
    }
}

/// Somebody who writes in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// As he calls himself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Digits as the platform writes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The platform's business-scoped id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl Member {
    /// Name and number, or what is known of them.
    pub fn known_as(&self) -> String {
        let number = self.phone.as_ref().map(|digits| format!("+{digits}"));
        let number = number.or_else(|| self.user_id.clone());
        [self.name.clone(), number].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A place on earth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A page about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Location {
    /// The coordinates as people write them: degrees north, degrees east, to a tenth of a metre.
    pub fn coordinates(&self) -> String {
        format!("{}, {}", degrees(self.latitude), degrees(self.longitude))
    }

    /// A page with a map of it.
    pub fn map(&self) -> String {
        let (north, east) = (degrees(self.latitude), degrees(self.longitude));
        format!("https://www.openstreetmap.org/?mlat={north}&mlon={east}")
    }
}

/// Degrees with at most six decimals.
fn degrees(number: f64) -> String {
    trimmed(&format!("{number:.6}"))
}

/// A decimal number without the zeros at its end.
fn trimmed(number: &str) -> String {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => number.to_owned(),
    }
}

/// A contact card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Numbers, as written on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// E-mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// The company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The part of the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// What the person is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the person lives or works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Day of birth, as written on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// The whole card as a vCard, where the platform passed that on. Text of strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcard: Option<String>,
}

/// Where somebody lives or works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// Country, or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Address {
    /// Its parts in the order of a vCard.
    pub fn parts(&self) -> [&str; 5] {
        [&self.street, &self.city, &self.state, &self.zip, &self.country]
            .map(|part| part.as_deref().unwrap_or_default())
    }
}

/// What was chosen of an interactive message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The id, or of a template's button the payload, that was sent with it.
    pub id: String,
    /// Its words.
    pub title: String,
    /// The smaller words of a list's row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// One answer of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The field, as the form's maker named it.
    pub name: String,
    /// What was filled in; what is no text, number or truth is JSON.
    pub value: String,
}

/// An order from the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The catalogue's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// What was ordered.
    pub items: Vec<OrderItem>,
    /// What all of it costs, for each currency; nothing where no item has a price.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<Amount>,
}

impl Order {
    /// An order of these items, of which no more than [`LISTED_MOST`] are kept and all are summed up, in no more
    /// than [`LISTED_MOST`] currencies.
    pub fn of(catalog: Option<String>, mut items: Vec<OrderItem>) -> Self {
        let mut sums: Vec<(String, i128)> = Vec::new();
        for item in &items {
            let Some(price) = item.price else { continue };
            let cost = millionths(price).saturating_mul(i128::from(item.quantity));
            let currency = item.currency.clone().unwrap_or_default();
            match sums.iter().position(|(of, _)| *of == currency) {
                Some(nth) => sums[nth].1 = sums[nth].1.saturating_add(cost),
                None if sums.len() < LISTED_MOST => sums.push((currency, cost)),
                None => {}
            }
        }
        items.truncate(LISTED_MOST);
        let sums = sums.into_iter().map(|(currency, sum)| Amount {
            amount: sum as f64 / 1e6,
            currency: Some(currency).filter(|currency| !currency.is_empty()),
        });
        Self { catalog, items, sums: sums.collect() }
    }
}

/// An amount without the errors of binary fractions. What is beyond all money is taken for the most.
fn millionths(amount: f64) -> i128 {
    (amount * 1e6).round() as i128
}

/// One line of an order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The product's id at the retailer.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// The price of one, in units of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Some money.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// In units of the currency.
    pub amount: f64,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Money as people write it: two decimals where there is a fraction, more where they count.
pub fn money(amount: f64, currency: Option<&str>) -> String {
    let mut number = trimmed(&format!("{amount:.6}"));
    if let Some(point) = number.find('.') {
        while number.len() < point + 3 {
            number.push('0');
        }
    }
    match currency {
        Some(currency) => format!("{number} {currency}"),
        None => number,
    }
}

/// How a call of the customer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEnd {
    /// Somebody took it.
    pub answered: bool,
    /// Seconds of talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

/// Something that has changed about the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What, in the platform's word: `user_changed_number`, `user_changed_user_id`,
    /// `customer_identity_changed`, or a newer one.
    pub what: String,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Something that the platform could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The platform's code.
    pub code: u32,
    /// The platform's words.
    pub title: String,
}

/// Where a customer came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// `ad`, `post`, or a newer word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its id at the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `image` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The address of that picture or film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
}

/// A product of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The catalogue's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// The product's id at the retailer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        for (amount, currency, text) in [
            (19.9, Some("EUR"), "19.90 EUR"),
            (20.0, Some("EUR"), "20 EUR"),
            (1500.0, Some("JPY"), "1500 JPY"),
            (0.125, Some("KWD"), "0.125 KWD"),
            (100.0, None, "100"),
            (-3.5, Some("EUR"), "-3.50 EUR"),
        ] {
            assert_eq!(money(amount, currency), text);
        }
    }

    #[test]
    fn an_order_is_summed_up_for_each_currency() {
        let item = |quantity, price, currency: &str| OrderItem {
            product: "p".into(),
            quantity,
            price,
            currency: Some(currency.into()).filter(|_| !currency.is_empty()),
        };
        let sums = |items: &[OrderItem]| {
            let order = Order::of(None, items.to_vec());
            let sums = order.sums.iter().map(|sum| money(sum.amount, sum.currency.as_deref()));
            sums.collect::<Vec<_>>().join(" + ")
        };
        for (items, told) in [
            (vec![item(3, Some(0.1), "EUR"), item(1, Some(0.2), "EUR")], "0.50 EUR"),
            (vec![item(2, Some(9.99), "EUR"), item(1, Some(5.0), "USD")], "19.98 EUR + 5 USD"),
            (vec![item(2, None, "EUR")], ""),
            (vec![item(2, Some(1.5), "")], "3"),
        ] {
            assert_eq!(sums(&items), told);
        }
        let beyond = Order::of(None, vec![item(i64::MAX, Some(f64::MAX), "EUR"); 400]);
        assert!(beyond.sums[0].amount.is_finite() && beyond.items.len() == LISTED_MOST);
        let each = (0..400).map(|n| item(1, Some(1.0), &n.to_string())).collect();
        assert_eq!(Order::of(None, each).sums.len(), LISTED_MOST);
    }

    #[test]
    fn a_place_has_a_map() {
        let place = |latitude, longitude| Location { latitude, longitude, ..Location::default() };
        for (place, coordinates, map) in [
            (place(45.4642, 9.19), "45.4642, 9.19", "?mlat=45.4642&mlon=9.19"),
            (place(-33.0, -70.123_456_789), "-33, -70.123457", "?mlat=-33&mlon=-70.123457"),
            (place(0.0, 100.0), "0, 100", "?mlat=0&mlon=100"),
        ] {
            assert_eq!(place.coordinates(), coordinates);
            assert!(place.map().ends_with(map), "{}", place.map());
        }
    }
}
