//! Orders from the catalogue, and money.

use super::LISTED_MOST;
use serde::{Deserialize, Serialize};

/// An order from the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The catalogue's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// What was ordered.
    pub items: Vec<OrderItem>,
    /// What all of it costs, for each currency; nothing where no item has a price, or where one cannot be reckoned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<Amount>,
}

impl Order {
    /// An order of these items, of which no more than [`LISTED_MOST`] are kept and all are summed up, in no more
    /// than [`LISTED_MOST`] currencies.
    pub fn of(catalog: Option<String>, mut items: Vec<OrderItem>) -> Self {
        let mut sums: Vec<(String, Option<i128>)> = Vec::new();
        for item in items.iter().filter(|item| item.price.is_some() || item.odd_price.is_some()) {
            let currency = item.currency.clone().unwrap_or_default();
            let cost = item.millionths();
            match sums.iter().position(|(of, _)| *of == currency) {
                Some(nth) => {
                    let sum = sums[nth].1.zip(cost);
                    sums[nth].1 = sum.and_then(|(sum, cost)| sum.checked_add(cost));
                }
                None if sums.len() < LISTED_MOST => sums.push((currency, cost)),
                None => {}
            }
        }
        items.truncate(LISTED_MOST);
        let sums = sums.into_iter().filter_map(|(currency, sum)| {
            let currency = Some(currency).filter(|currency| !currency.is_empty());
            Some(Amount { amount: sum? as f64 / 1e6, currency })
        });
        Self { catalog, items, sums: sums.collect() }
    }
}

/// One line of an order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The product's id at the retailer.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// What was said of how many, where nobody can reckon with it; `quantity` is 0 then. Text of strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odd_quantity: Option<String>,
    /// The price of one, in units of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// What was said of the price, where that is no money; there is no `price` then. Text of strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odd_price: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl OrderItem {
    /// What all of it costs, in units of the currency; nothing where that cannot be reckoned.
    pub fn cost(&self) -> Option<f64> {
        self.millionths().map(|cost| cost as f64 / 1e6)
    }

    /// The same without the errors of binary fractions.
    fn millionths(&self) -> Option<i128> {
        let countable = self.odd_quantity.is_none() && self.odd_price.is_none();
        let each = (self.price.filter(|_| countable)? * 1e6).round();
        // Beyond it a number of this kind is no exact one, and no money either.
        let each = (each.abs() < 1e24).then_some(each as i128)?;
        each.checked_mul(i128::from(self.quantity))
    }
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
    let mut number = decimal(amount);
    if let Some(point) = number.find('.').filter(|_| !number.contains('e')) {
        while number.len() < point + 3 {
            number.push('0');
        }
    }
    match currency {
        Some(currency) => format!("{number} {currency}"),
        None => number,
    }
}

/// A number with at most six decimals, without the zeros at its end; one that nobody would write out in short.
pub(super) fn decimal(number: f64) -> String {
    if number.abs() >= 1e21 {
        return format!("{number:e}");
    }
    let long = format!("{number:.6}");
    long.trim_end_matches('0').trim_end_matches('.').to_owned()
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
            (1e308, Some("EUR"), "1e308 EUR"),
            (-2.5e21, None, "-2.5e21"),
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
            ..OrderItem::default()
        };
        let odd = |quantity: Option<&str>, price: Option<&str>| OrderItem {
            odd_quantity: quantity.map(str::to_owned),
            odd_price: price.map(str::to_owned),
            ..item(i64::from(quantity.is_none()), price.is_none().then_some(5.0), "EUR")
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
            // What cannot be reckoned has no sum, and takes that of its currency away.
            (
                vec![odd(Some("lots"), None), item(1, Some(1.0), "EUR"), item(1, Some(2.0), "USD")],
                "2 USD",
            ),
            (vec![item(1, Some(1.0), "EUR"), odd(None, Some("1e308"))], ""),
            (vec![item(i64::MAX, Some(f64::MAX), "EUR"), item(1, Some(2.0), "USD")], "2 USD"),
            (vec![item(i64::MAX, Some(1e17), "EUR"); 3], ""),
        ] {
            assert_eq!(sums(&items), told);
        }
        let many = Order::of(None, vec![item(1_000_000_000, Some(1e12), "EUR"); 400]);
        assert_eq!((many.sums[0].amount, many.items.len()), (4e23, LISTED_MOST));
        let each = (0..400).map(|n| item(1, Some(1.0), &n.to_string())).collect();
        assert_eq!(Order::of(None, each).sums.len(), LISTED_MOST);
    }
}
