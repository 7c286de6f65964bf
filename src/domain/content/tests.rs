use super::*;

fn said(content: &Content) -> String {
    content.check().map_or_else(|refusal| refusal.to_string(), |()| String::new())
}

fn reaction(emoji: &str) -> Content {
    Content::Reaction { emoji: emoji.into() }
}

fn place(latitude: f64, longitude: f64) -> Content {
    Content::Location(Location { latitude, longitude, ..Location::default() })
}

fn cards(count: usize, name: Option<&str>) -> Content {
    let card = Card { name: name.map(str::to_owned), ..Card::default() };
    Content::Contacts(vec![card; count])
}

#[test]
fn what_the_platform_takes_is_taken() {
    for content in [
        Content::text("é".repeat(4096)),
        reaction("👍"),
        reaction("👩🏽‍❤️‍💋‍👨🏿"),
        reaction("1️⃣"),
        reaction(""),
        place(-90.0, 180.0),
        cards(257, Some("Anna")),
    ] {
        assert_eq!(said(&content), "", "{content:?}");
    }
}

#[test]
fn what_it_would_refuse_is_refused_with_the_limit() {
    for (content, wanted) in [
        (Content::text(" \n"), "the message is empty"),
        (Content::text("é".repeat(4097)), "the message has 4097 characters; the most is 4096"),
        (reaction("ok"), "a reaction is one emoji"),
        (reaction(&"👍".repeat(17)), "the reaction has 17 characters; WhatsApp takes at most 16"),
        (place(90.1, 0.0), "90.1, 0 is no place: latitude is -90 to 90, longitude -180 to 180"),
        (place(f64::NAN, 0.0), "NaN, 0 is no place: latitude is -90 to 90, longitude -180 to 180"),
        (cards(0, None), "the message has 0 contact cards; WhatsApp takes 1 to 257"),
        (cards(258, Some("a")), "the message has 258 contact cards; WhatsApp takes 1 to 257"),
        (cards(1, None), "the name of card 1 is empty"),
    ] {
        assert_eq!(said(&content), wanted);
    }
}
