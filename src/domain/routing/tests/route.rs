//! Where a ticket belongs by its first message.

use super::*;
use crate::domain::details::{Choice, Details, Referral};
use crate::domain::id::TagKey;
use crate::domain::message::Inbound;
use crate::domain::ticket::Tag;

fn rule(name: &str, change: impl FnOnce(&mut Route)) -> Route {
    let mut route = Route {
        name: name.into(),
        lines: Vec::new(),
        words: BTreeMap::new(),
        patterns: BTreeMap::new(),
        referrals: Vec::new(),
        buttons: Vec::new(),
        contact: None,
        during: None,
        queue: None,
        priority: None,
        tags: Vec::new(),
        skills: BTreeMap::new(),
    };
    change(&mut route);
    route
}

#[test]
fn a_rule_may_hold_while_a_calendar_is_open_or_closed() {
    for (shift, closed, holds) in [
        ("09:00-18:00", false, true),
        ("09:00-18:00", true, false),
        ("09:00-16:00", false, false),
        ("09:00-16:00", true, true),
    ] {
        let route_ = rule("hours", |route| {
            route.during = Some(During { calendar: hours(shift), closed });
        });
        let (line, message) = ("support".into(), Inbound::default());
        let heard = Heard { line: &line, message: &message, contact: Acquaintance::New, at: NOW };
        assert_eq!(route(&[route_], &heard).is_some(), holds, "{shift} {closed}");
    }
}

#[test]
fn which_rule_a_first_message_meets() {
    let texts = |language: &str, all: &[&str]| {
        let all = all.iter().map(|text| (*text).to_owned()).collect();
        (Name::from(language), all)
    };
    let pattern = |language: &str, text: &str| {
        (Name::from(language), vec![Pattern::new(text).expect("sound")])
    };
    let routes = [
        rule("advert", |route| route.referrals = vec!["1202".into(), "https://fb.me/x".into()]),
        rule("button", |route| route.buttons = vec!["REFUND".into()]),
        rule("refund", |route| {
            route
                .words
                .extend([texts("it", &["rimborso"]), texts("es", &["reembolso", "me devuelven"])]);
            route.patterns.extend([pattern("any", r"order\s*#?\d+")]);
            route.skills = levels("refunds:2");
        }),
        rule("first on sales", |route| {
            route.lines = vec!["sales".into()];
            route.contact = Some(Acquaintance::New);
        }),
        rule("sales", |route| route.lines = vec!["sales".into()]),
    ];
    let said = |text: &str| Inbound { text: text.into(), ..Inbound::default() };
    let with = |details: Details| Inbound { details: Some(Box::new(details)), ..said("ciao") };
    let referred = |id: Option<&str>, url: Option<&str>| {
        let (id, url) = (id.map(str::to_owned), url.map(str::to_owned));
        with(Details {
            referral: Some(Referral { id, url, ..Referral::default() }),
            ..Details::default()
        })
    };
    let pressed = |id: &str| {
        let choice = Choice { id: id.into(), title: String::new(), description: None };
        with(Details { choice: Some(choice), ..Details::default() })
    };
    use Acquaintance::{Known, New};
    for (line, message, contact, wanted) in [
        ("support", said("Vorrei un RIMBORSO, subito"), Known, "refund it"),
        ("support", said("¿cuándo me  devuelven el dinero?"), Known, "refund es"),
        ("support", said("me lo devuelven"), Known, ""),
        ("support", said("rimborsoso"), Known, ""),
        ("support", said("it is Order #77"), Known, "refund"),
        ("support", referred(Some("1202"), None), Known, "advert"),
        ("support", referred(Some("12"), Some("https://fb.me/xyz")), Known, "advert"),
        ("support", referred(None, Some("https://evil.example/?https://fb.me/x")), Known, ""),
        ("support", pressed("REFUND"), Known, "button"),
        ("support", pressed("refund"), Known, ""),
        ("sales", said("hello"), New, "first on sales"),
        ("sales", said("hello"), Known, "sales"),
        ("support", said(""), New, ""),
    ] {
        let line = Name::from(line);
        let found = route(&routes, &Heard { line: &line, message: &message, contact, at: NOW });
        let told = found.map_or_else(String::new, |(route, routed)| {
            assert_eq!(routed.rule, route.name);
            assert_eq!(routed.demand.skills, route.skills);
            let language = routed.demand.language.map(|of| format!(" {of}"));
            format!("{}{}", routed.rule, language.unwrap_or_default())
        });
        assert_eq!(told, wanted, "{line} {}", message.text);
    }
}

#[test]
fn a_rule_is_kept_as_it_was_written() {
    let route = rule("all", |route| {
        route.words.insert("it".into(), vec!["fattura".into()]);
        route.patterns.insert("any".into(), vec![Pattern::new("a+b").expect("sound")]);
        route.tags = vec![Tag { name: "invoice".into(), key: TagKey(7) }];
        route.priority = Some(Priority::High);
        route.queue = Some("billing".into());
    });
    let text = serde_json::to_string(&route).expect("written");
    assert!(!text.contains("buttons"), "{text}");
    let read: Route = serde_json::from_str(&text).expect("read");
    assert_eq!(read, route);
    assert!(read.patterns["any"][0].finds("xAAB"));
    let broken = text.replace("a+b", "a(");
    let read: Route = serde_json::from_str(&broken).expect("what another version took is read");
    assert!(!read.patterns["any"][0].finds("a("));
    assert_eq!(Pattern::new("a(").expect_err("unsound"), "unclosed group");
    assert!(Pattern::new(r"(\pL{200}){200}").is_err(), "it would take too much memory");
}
