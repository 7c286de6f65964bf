use super::*;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::field::{FieldKind, FieldRules};
use crate::domain::id::{ConversationId, TagKey, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::{LineRules, Policy};
use crate::domain::sla::{Metric, Promise};
use crate::domain::thread::Place;
use crate::kit::Timestamp;
use proptest::prelude::*;

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// What is read, printed again; or the fault with its hint.
fn told(text: &str) -> String {
    let (queues, lines, people) =
        (names(&["billing", "support"]), names(&["shop"]), names(&["ada", "bo"]));
    let field = |name: &str, kind| FieldRules {
        name: name.into(),
        kind,
        queues: Vec::new(),
        required: false,
    };
    let choices = FieldKind::Choice(names(&["refund", "lost parcel"]));
    let fields = [field("category", choices), field("order", FieldKind::Number)];
    let known = Known {
        queues: Some(&queues),
        lines: Some(&lines),
        people: Some(&people),
        fields: Some(&fields),
    };
    match parse(text, known) {
        Ok(query) => query.to_string(),
        Err(fault) => format!("{fault}; {}", fault.wrong.hint()),
    }
}

#[test]
fn texts_are_read() {
    for (text, wanted) in [
        ("", ""),
        ("  ", ""),
        ("maria", "maria"),
        ("Maria Rossi +39 333", "Maria Rossi +39 333"),
        ("\"Maria Rossi\"", "\"Maria Rossi\""),
        ("-maria", "-maria"),
        ("- maria", "\"-\" maria"),
        ("12:30 e-mail", "\"12:30\" \"e-mail\""),
        (
            "queue:billing state:open due<30m tag:vip -assignee:me",
            "queue:billing state:open due<30m tag:vip -assignee:me",
        ),
        (
            "priority>=high window<2h waiting>10m line:shop two words",
            "priority:high,urgent window<2h waiting>10m line:shop two words",
        ),
        ("queue:billing,support", "queue:billing,support"),
        ("QUEUE=billing State:Pending,open,open", "queue:billing state:open,pending"),
        ("state:any -state:unsolved", "state:any -state:unsolved"),
        ("assignee:none,me,ada", "assignee:none,me,ada"),
        ("tag:none,\"big one\",\"none\"", "tag:none,\"big one\",\"none\""),
        ("tag:\"a \\\"b\\\\c\"", "tag:\"a \\\"b\\\\c\""),
        ("priority>low priority<=normal", "priority:normal,high,urgent priority:low,normal"),
        ("due:late due<0s due:none due:any", "due:late due:late due:none due:any"),
        (
            "window:open window:closed waiting:yes waiting:no",
            "window:open window:closed waiting:yes waiting:no",
        ),
        ("age>=90m age<36h due<1D", "age>1h30m age<1d12h due<1d"),
        ("category:Refund,none field.order:007", "category:Refund,none field.order:007"),
        ("sort:newest vip", "vip sort:newest"),
        ("\"queue:nowhere\"", "\"queue:nowhere\""),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
}

#[test]
fn faults_say_where_they_are_and_what_may_have_been_meant() {
    for (text, wanted) in [
        (
            "vip quue:billing",
            "column 5: there is no condition `quue`; did you mean `queue`?; in quotes it is looked for as text",
        ),
        ("queue:biling", "column 7: `queue` does not know `biling`; did you mean `billing`?"),
        (
            "queue:billing,nowhere",
            "column 15: `queue` does not know `nowhere`; known here: billing, support",
        ),
        ("line:shp", "column 6: `line` does not know `shp`; did you mean `shop`?"),
        ("-assignee:aad", "column 11: `assignee` does not know `aad`; did you mean `ada`?"),
        ("state:opn", "column 7: `state` does not know `opn`; did you mean `open`?"),
        ("priority>=hgh", "column 11: `priority` does not know `hgh`; did you mean `high`?"),
        ("priority>urgent", "column 10: no priority lies beyond `urgent`; write priority:urgent"),
        ("category:refnd", "column 10: `category` does not know `refnd`; did you mean `refund`?"),
        (
            "-field.category:none,parcel",
            "column 22: `category` does not know `parcel`; known here: refund, lost parcel",
        ),
        ("vip field.ordr:12", "column 5: `field` does not know `ordr`; did you mean `order`?"),
        ("due<", "column 5: `due` has no value; write a value behind it, without a blank between"),
        (
            "tag:a, b",
            "column 7: `tag` has no value; write a value behind it, without a blank between",
        ),
        ("due<30", "column 5: `30` is no length of time; such as 45s, 30m, 2h, 1h30m, 3d"),
        (
            "due<99999999999999999999d",
            "column 5: `99999999999999999999d` is no length of time; such as 45s, 30m, 2h, 1h30m, 3d",
        ),
        ("due:soon", "column 5: `due` does not know `soon`; known here: late, any, none"),
        ("age:3d", "column 5: `3d` is no length of time; such as 45s, 30m, 2h, 1h30m, 3d"),
        ("queue<billing", "column 1: `queue` cannot be compared; write queue:value"),
        ("a \"b", "column 3: a quote is not closed; write \" behind the last word"),
        (
            "sort:fast",
            "column 6: `sort` does not know `fast`; known here: urgency, due, window, waiting, newest, oldest",
        ),
        ("-sort:due", "column 1: `sort` cannot be compared; write sort:value"),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
    let long = "a".repeat(LONGEST + 1);
    assert_eq!(told(&long), "column 501: the query is too long; 500 characters are the most");
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(
        parts in prop::collection::vec(
            prop_oneof![
                "[-\"\\\\a-c:<>=, é👩0-9]{0,12}",
                "-?(queue|line|tag|assignee|nothing)[:=][a-c,\" ]{0,5}",
                "-?(due|window|waiting|age)[<>]=?[0-9]{1,3}[smhd]?",
                "-?(state|priority)[:<>]=?(open|solved|any|high|low)?,?(new|urgent)?",
                "sort:(newest|due|x)",
            ],
            0..6,
        ),
        between in "[ \t]{0,2}",
    ) {
        let text = parts.join(&between);
        if let Ok(query) = parse(&text, Known::default()) {
            let printed = query.to_string();
            if printed.chars().count() <= LONGEST {
                prop_assert_eq!(parse(&printed, Known::default()), Ok(query), "{}", printed);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_told_to_be_wrong_at_a_place_in_it(text in any::<String>()) {
        if let Err(fault) = parse(&text, Known::default()) {
            prop_assert!(fault.column >= 1 && fault.column <= text.chars().count() + 1);
            prop_assert!(!fault.to_string().is_empty() && !fault.wrong.hint().is_empty());
        }
    }
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + 60 * minutes)
}

/// A ticket of billing on the line "shop" that began at minute 0, is due at 60, and whose window closes at 120; the
/// customer waits since minute 10.
fn conversation() -> Conversation {
    let mut state = Conversation::new(ConversationId(7));
    let promise = Promise { target: 3600, due: Some(at(60)), warn: None };
    for event in [
        Event::Started { contact: crate::domain::id::ContactId(1), line: "1055".into() },
        Event::TicketOpened {
            number: TicketNumber(1042),
            at: at(0),
            queue: "billing".into(),
            priority: Priority::High,
            assignee: Some("ada".into()),
            previous: None,
            routed: None,
        },
        Event::ClockStarted { metric: Metric::FirstReply, start: at(0), promise: Some(promise) },
        Event::Tagged {
            at: at(0),
            add: vec![TagKey(3)],
            remove: vec![],
            body: crate::domain::private::Private::default(),
        },
    ] {
        state.evolve(&event, Place::default());
    }
    state.head.window_until = Some(at(120));
    state.head.ticket.as_mut().expect("a ticket").waiting_since = Some(at(10));
    state
}

fn judged<T>(text: &str, judging: impl FnOnce(&Judge, Subject<'_>) -> T) -> T {
    let mut policy = Policy::default();
    let line = LineRules {
        name: "shop".into(),
        queue: "billing".into(),
        portfolio: "".into(),
        account: "".into(),
        carries: None,
    };
    policy.lines.insert("1055".into(), line);
    let tag = |name: &str| TagKey(name.len() as u64);
    let (state, me) = (conversation(), Name::from("ada"));
    let query = parse(text, Known::default()).expect("a query");
    let judge = Judge::new(&query, Asking { me: &me, policy: &policy, tag: &tag });
    let ticket = state.head.ticket.as_ref().expect("a ticket");
    judging(&judge, Subject { conversation: &state, ticket })
}

#[test]
fn a_ticket_is_judged() {
    for (text, minute, wanted) in [
        ("", 20, true),
        ("queue:billing line:shop state:open assignee:me tag:vip priority>=high", 20, true),
        ("queue:support,billing", 20, true),
        ("-queue:billing", 20, false),
        ("line:other", 20, false),
        ("state:unsolved -state:new", 20, true),
        ("state:solved", 20, false),
        ("assignee:ada,none -assignee:bo", 20, true),
        ("-assignee:me", 20, false),
        ("tag:none", 20, false),
        ("tag:none,vip", 20, true),
        ("-tag:other", 20, true),
        ("priority<high", 20, false),
        ("due<30m", 30, false),
        ("due<30m", 31, true),
        ("due>30m", 30, true),
        ("due<30m", 90, true),
        ("due:late", 60, false),
        ("due:late", 61, true),
        ("due:none", 61, false),
        ("window<2h", 0, false),
        ("window<2h", 1, true),
        ("window<2h", 120, false),
        ("window:open window>30m", 90, true),
        ("window:closed", 120, true),
        ("-window:open", 119, false),
        ("waiting>10m", 19, false),
        ("waiting>10m", 20, true),
        ("waiting<10m", 19, true),
        ("waiting:yes -waiting:no", 20, true),
        ("age>20m", 20, true),
        ("age<20m", 20, false),
    ] {
        let fits = judged(text, |judge, subject| judge.fits(subject, at(minute)));
        assert_eq!(fits, wanted, "{text} at {minute}");
    }
    for (text, wanted) in [
        ("maria 104", true),
        ("-maria", false),
        ("\"maria rossi\" #1042", true),
        ("rossi maria x", false),
    ] {
        let found = judged(text, |judge, _| judge.found_in("maria rossi\n39333\n", "1042"));
        assert_eq!(found, wanted, "{text}");
    }
}

/// It is known beforehand when time alone will turn the answer: looked at minute by minute, nothing changes
/// between two turns.
#[test]
fn it_is_known_when_time_turns_the_answer() {
    for text in [
        "due<30m",
        "due>15m",
        "due:late",
        "window<2h",
        "window>1h30m",
        "window:closed",
        "waiting>10m",
        "waiting<1h",
        "age>45m -window:closed due<5m",
        "state:open",
        "-due<20m waiting:yes",
    ] {
        judged(text, |judge, subject| {
            let mut turn = judge.turns(subject, at(0));
            let mut before = judge.fits(subject, at(0));
            for second in 1..=(180 * 60) {
                let now = at(0).plus_secs(second);
                let fits = judge.fits(subject, now);
                let turned = turn.is_some_and(|turn| turn <= now);
                assert!(turned || fits == before, "{text} changed at second {second}");
                if turned {
                    (turn, before) = (judge.turns(subject, now), fits);
                }
            }
        });
    }
}
