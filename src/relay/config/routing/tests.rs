//! What a file says of routing, and what is said about it.

use crate::domain::name::Name;
use crate::domain::routing::{Acquaintance, Mode, OnLeave};
use crate::domain::ticket::Priority;
use crate::relay::config::{Fault, Policy};

fn load(text: &str) -> Result<Policy, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relay.toml");
    std::fs::write(&path, text).expect("written");
    let prefix = format!("{}/", folder.path().display());
    Policy::load(&path).map_err(|faults| {
        let shown = faults.iter().map(|fault: &Fault| fault.to_string().replace(&prefix, ""));
        shown.collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn queues_agents_and_rules_are_read() {
    let policy = load(
        "[[calendar]]\nname = 'rome'\ntimezone = 'Europe/Rome'\nhours = { mon = ['09:00-18:00'] }\n\
         [[queue]]\nname = 'billing'\nassign = 'sticky'\nhours = 'rome'\nmembers = ['anna']\nskills = { tax = 1 }\ncap = 3\n\
         on_leave = 'requeue_unanswered'\nwrap_up = '30s'\noffer = true\noffer_timeout = '15s'\n\
         [[agent]]\nname = 'anna'\nskills = { tax = 3 }\nlanguages = ['it', 'pt_BR']\ncapacity = 8\nramp = '50%'\n\
         share = 2\npace = '20s'\nhours = 'rome'\n\
         [[route]]\nname = 'invoices'\nwords = { it = ['fattura'], any = ['IVA'] }\npatterns = ['RF\\d+']\n\
         referrals = ['1202']\nbuttons = ['PAY']\ncontact = 'new'\ncalendar = 'rome'\nduring = 'closed'\nqueue = 'billing'\npriority = 'high'\n\
         tags = ['invoice']\nskills = { tax = 2 }\n\
         [[route]]\nname = 'rest'\npriority = 'low'",
    )
    .expect("sound");
    let queue = &policy.queue("billing").expect("there").assignment;
    assert_eq!(queue.hours.as_ref().map(|hours| hours.name()), Some("rome"));
    assert_eq!((queue.mode, queue.cap), (Mode::Sticky, Some(300)));
    assert_eq!((queue.on_leave, queue.wrap_up), (OnLeave::RequeueUnanswered, Some(30)));
    assert_eq!(queue.offer, Some(15));
    assert_eq!((queue.members.as_slice(), queue.skills["tax"]), (&["anna".into()][..], 1));
    let anna = &policy.routing.agents["anna"];
    assert_eq!((anna.carries(), anna.share, anna.pace), (400, Some(2), Some(20)));
    assert_eq!(anna.hours.as_ref().map(|hours| hours.name()), Some("rome"));
    assert_eq!(anna.languages, [Name::from("it"), "pt_BR".into()]);
    let [invoices, rest] = policy.routing.routes.as_slice() else { panic!("two") };
    assert_eq!(invoices.contact, Some(Acquaintance::New));
    assert_eq!(
        (invoices.words["it"].as_slice(), invoices.words.len()),
        (&["fattura".into()][..], 2)
    );
    assert!(invoices.during.as_ref().is_some_and(|during| during.closed));
    assert!(invoices.patterns["any"][0].finds("rf7"));
    assert_eq!(
        (invoices.queue.clone(), invoices.priority),
        (Some("billing".into()), Some(Priority::High))
    );
    assert_eq!((invoices.tags[0].name.as_str(), invoices.skills["tax"]), ("invoice", 2));
    assert!(!invoices.is_last() && rest.is_last());
}

#[rstest::rstest]
#[case(
    "[[queue]]\nname = 'a'\nassign = 'robin'\nmembers = []\ncap = 0",
    "relay.toml:3:1: `queue.assign` has an unknown value (one of \"manual\", \"round_robin\", \"least_active\", \"weighted\", \"sticky\")\n\
     relay.toml:4:1: `queue.members` is empty (name accounts, or leave it out)\n\
     relay.toml:5:1: `queue.cap` is out of range (1 to 1000)"
)]
#[case(
    "[[queue]]\nname = 'a'\noffer = true\n[[queue]]\nname = 'b'\nassign = 'weighted'\noffer = true\n\
     offer_timeout = '2s'\n[[queue]]\nname = 'c'\nassign = 'sticky'\noffer_timeout = '20s'",
    "relay.toml:3:1: `queue.offer` says nothing where people take tickets themselves (add assign = \"round_robin\", or leave it out)\n\
     relay.toml:8:1: `queue.offer_timeout` is too short (at least 5s)\n\
     relay.toml:12:1: `queue.offer_timeout` says nothing without an offer (add offer = true, or leave it out)"
)]
#[case(
    "[[agent]]\nskills = { tax = 0 }\nlanguages = ['italian']\nramp = '0%'\npace = '0s'\ncapacty = 3",
    "relay.toml:1:1: `agent.name` is missing (the name of the account)\n\
     relay.toml:2:12: `agent.skills.tax` is out of range (1 to 9)\n\
     relay.toml:3:14: `agent.languages` is no language (a code such as en, it, pt_BR)\n\
     relay.toml:4:1: `agent.ramp` is no share (\"1%\" to \"100%\")\n\
     relay.toml:5:1: `agent.pace` is too short (at least 1s)\n\
     relay.toml:6:1: unknown key `agent.capacty` (did you mean `capacity`?)"
)]
#[case(
    "[[queue]]\nname = 'a'\n[[route]]\nname = 'r'\nwords = { italian = ['x'], it = ['!'] }\npatterns = ['a(']\nbuttons = []\n\
     contact = 'friend'",
    "relay.toml:3:1: `route.queue` is missing (or priority, tags or skills: a rule that sets nothing is of no use)\n\
     relay.toml:5:11: `route.words.italian` is no language (a code such as en, it, pt_BR, or any)\n\
     relay.toml:5:34: `route.words.it` has no letter and no digit (write a word, or use `patterns`)\n\
     relay.toml:6:13: `route.patterns` is no regular expression: unclosed group (single quotes keep backslashes as they are)\n\
     relay.toml:7:1: `route.buttons` is empty (list something, or leave it out)\n\
     relay.toml:8:1: `route.contact` has an unknown value (one of \"new\", \"known\")"
)]
#[case(
    "[[queue]]\nname = 'a'\nhours = 'rom'\n[[route]]\nname = 'r'\nduring = 'open'\nqueue = 'a'",
    "relay.toml:3:1: `queue.hours` names the unknown calendar \"rom\" (add a [[calendar]] table, or correct the name)\n\
     relay.toml:6:1: `route.during` says nothing without a calendar (add calendar = \"NAME\")"
)]
#[case(
    "[[agent]]\nname = 'anna'\n[[agent]]\nname = 'anna'\n[[route]]\nname = 'r'\ntags = ['x']\n[[route]]\nname = 'r'\ntags = ['y']",
    "relay.toml:3:1: two [[agent]] have the name \"anna\" (the other is at relay.toml:1:1)\n\
     relay.toml:8:1: two [[route]] have the name \"r\" (the other is at relay.toml:5:1)"
)]
fn every_fault_has_its_place(#[case] text: &str, #[case] said: &str) {
    assert_eq!(load(text).expect_err("faulty"), said);
}

#[test]
fn an_offer_stands_for_twenty_seconds_where_nothing_is_said() {
    let of = |text: &str| {
        let policy = load(&format!("[[queue]]\nname = 'a'\nassign = 'sticky'\n{text}"));
        policy.expect("sound").queue("a").expect("there").assignment.offer
    };
    assert_eq!([of(""), of("offer = false"), of("offer = true")], [None, None, Some(20)]);
}

#[test]
fn what_cannot_be_meant_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relay.toml");
    let text = "[[agent]]\nname = 'anna'\nskills = { tax = 2 }\n[[queue]]\nname = 'a'\nskills = { tax = 3 }\n\
         [[route]]\nname = 'all'\npriority = 'low'\n[[route]]\nname = 'late'\nskills = { law = 1 }";
    std::fs::write(&path, text).expect("written");
    let (_, warned) = crate::relay::config::Config::examine(&path);
    let told = warned.iter().map(|fault| format!("{}: {}", fault.line, fault.message));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "6: `queue.skills` asks for \"tax\" 3, and nobody has more than 2",
            "10: this [[route]] is never reached: \"all\" always holds",
            "12: `route.skills` names the skill \"law\", which nobody has",
        ]
    );
}

#[test]
fn a_rule_names_lines_and_queues_that_are_there() {
    let line = "[[line]]\nname = 'support'\nphone_number_id = '1'\nwaba_id = '2'\naccess_token = { file = 'a' }\n\
         app_secrets = [{ file = 'b' }]\nverify_token = { file = 'c' }\nqueue = 'support'\n";
    let rule = "[[route]]\nname = 'r'\nlines = ['sales', 'support']\nqueue = 'billing'";
    assert_eq!(
        load(&format!("{line}{rule}")).expect_err("faulty"),
        "relay.toml:11:10: `route.lines` names the unknown line \"sales\" (add a [[line]] table, or correct the name)\n\
         relay.toml:12:1: `route.queue` names the unknown queue \"billing\" (add a [[queue]] table, or correct the name)"
    );
}
