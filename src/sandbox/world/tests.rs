use super::*;
use crate::sandbox::request::{Request, Send};
use crate::sandbox::update::What;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const GIULIA: &str = "393471112233";

fn silent(strangers: Strangers) -> World {
    let options = Options { silent: true, strangers, ..Options::default() };
    World::new(&options, NOW, 1, "http://127.0.0.1:1")
}

fn request(mut body: Value) -> Send {
    let object = body.as_object_mut().expect("an object");
    object.insert("messaging_product".into(), "whatsapp".into());
    if !object.contains_key("recipient") {
        object.entry("to").or_insert(format!("+{GIULIA}").into());
    }
    match Request::read(body.to_string().as_bytes()).expect("a good request") {
        Request::Send(send) => *send,
        Request::Read { .. } => panic!("not a send"),
    }
}

fn text(to: &str) -> Send {
    request(
        json!({"to": to, "type": "text", "text": {"body": "Buongiorno"}, "biz_opaque_callback_data": "1.1"}),
    )
}

fn template(name: &str, parameters: usize) -> Send {
    let values = vec![json!({"type": "text", "text": "x"}); parameters];
    let components =
        if parameters == 0 { json!([]) } else { json!([{"type": "body", "parameters": values}]) };
    request(
        json!({"type": "template", "template": {"name": name, "language": {"code": "it"}, "components": components}}),
    )
}

fn send(world: &mut World, what: &Send, at: Timestamp, real_ms: u64) -> Result<String, i32> {
    world
        .send(NUMBER, what, at, Duration::from_millis(real_ms), Later::default())
        .map(|accepted| accepted.id)
        .map_err(|refusal| refusal.code)
}

#[test]
fn the_window_is_a_day_from_the_customers_own_timestamp() {
    let mut world = silent(Strangers::Refuse);
    let free = text("+393471112233");
    assert_eq!(send(&mut world, &free, NOW, 0), Err(131_047), "never wrote");
    world.say("giulia", Act::say("Buongiorno"), NOW).expect("a customer");
    let end = NOW.plus_secs(86_400);
    assert!(send(&mut world, &free, end.plus_millis(-1), 0).is_ok());
    assert_eq!(send(&mut world, &free, end, 0), Err(131_047));
    assert!(send(&mut world, &template("opening_hours", 0), end, 0).is_ok(), "templates always");
}

#[test]
fn templates_are_checked() {
    let mut world = silent(Strangers::Refuse);
    let cases = [
        ("order_update", 3, None),
        ("order_update", 2, Some(132_000)),
        ("continue_conversation", 2, Some(132_012)),
        ("no_such_template", 0, Some(132_001)),
        ("prize_draw", 0, Some(132_001)),
        ("loyalty_points", 2, Some(132_015)),
        ("delivery_tracking", 1, Some(131_008)),
    ];
    for (name, parameters, code) in cases {
        let sent = send(&mut world, &template(name, parameters), NOW, 0);
        assert_eq!(sent.err(), code, "{name}");
    }
}

#[test]
fn recipients() {
    let mut world = silent(Strangers::Refuse);
    for customer in ["giulia", "joao", "valentina", "sam"] {
        world.say(customer, Act::say("hello"), NOW).expect("a customer");
    }
    let cases = [
        ("+393471112233", None),
        ("+39 347 111-22 33", None),
        ("393471112233", Some(131_009)),
        ("+39", Some(131_009)),
        ("+39abc1112233", Some(131_009)),
        ("+5511987654321", None),
        ("+551187654321", None),
        ("+541151234567", None),
        ("+5491151234567", None),
        ("+393330000000", Some(131_026)),
    ];
    for (to, code) in cases {
        assert_eq!(send(&mut world, &text(to), NOW, 0).err(), code, "{to}");
    }
    let by_id =
        |id: &str| request(json!({"recipient": id, "type": "text", "text": {"body": "hi"}}));
    assert!(send(&mut world, &by_id("US.13491208655302741918"), NOW, 0).is_ok());
    assert_eq!(send(&mut world, &by_id("US.1"), NOW, 0), Err(131_026));
    assert_eq!(send(&mut world, &by_id("+393471112233"), NOW, 0), Err(131_009));
    let mut open = silent(Strangers::Accept);
    assert!(send(&mut open, &text("+393330000000"), NOW, 0).is_ok());
    assert!(send(&mut open, &by_id("US.1"), NOW, 0).is_ok());
    assert_eq!(
        send(&mut open, &text("+393471112233"), NOW, 0),
        Err(131_047),
        "a customer is no stranger"
    );
}

#[test]
fn the_answer_names_the_recipient_as_the_platform_spells_it() {
    let mut world = silent(Strangers::Refuse);
    world.say("joao", Act::say("oi"), NOW).expect("a customer");
    let accepted = world
        .send(NUMBER, &text("+5511987654321"), NOW, Duration::ZERO, Later::default())
        .expect("accepted");
    let body = accepted.body();
    assert_eq!(body["contacts"][0]["input"], "+5511987654321");
    assert_eq!(body["contacts"][0]["wa_id"], "551187654321");
    assert!(body["contacts"][0]["user_id"].as_str().expect("a user id").starts_with("BR."));
    assert!(body["messages"][0]["id"].as_str().expect("an id").starts_with("wamid."));
}

#[test]
fn pair_rate_by_desk_time_throughput_by_real_time() {
    let mut world = silent(Strangers::Accept);
    world.say("giulia", Act::say("ciao"), NOW).expect("a customer");
    let free = text("+393471112233");
    for n in 0..45 {
        assert!(send(&mut world, &free, NOW, n * 100).is_ok(), "{n}");
    }
    assert_eq!(send(&mut world, &free, NOW.plus_millis(5_999), 10_000), Err(131_056));
    assert!(send(&mut world, &free, NOW.plus_millis(6_001), 10_000).is_ok());

    let mut world = silent(Strangers::Accept);
    let other = |n: u64| text(&format!("+3933300{n:05}"));
    for n in 0..80 {
        assert!(send(&mut world, &other(n), NOW, 0).is_ok(), "{n}");
    }
    assert_eq!(send(&mut world, &other(80), NOW.plus_secs(3_600), 0), Err(130_429));
    assert!(send(&mut world, &other(80), NOW, 13).is_ok());
}

#[test]
fn stop_ends_marketing_and_nothing_else() {
    let options = Options { waiting: 14, every: Duration::ZERO, ..Options::default() };
    let mut world = World::new(&options, NOW, 1, "");
    let updates = world.advance(NOW.plus_secs(7_200));
    let stop = updates.iter().find(|update| update.what == What::Preference).expect("a preference");
    assert_eq!(stop.body["value"], "stop");
    assert_eq!(stop.body["wa_id"], "393664445566");
    let to_paolo = |mut one: Send| {
        one.to = Some("+393664445566".into());
        one
    };
    let later = NOW.plus_secs(7_200);
    assert_eq!(send(&mut world, &to_paolo(template("season_sale", 2)), later, 0), Err(131_050));
    assert!(send(&mut world, &to_paolo(template("order_update", 3)), later, 0).is_ok());
    assert!(send(&mut world, &to_paolo(text("+1")), later, 0).is_ok());
}

fn statuses(updates: &[Update]) -> Vec<(&str, &Value)> {
    let status = |update: &'_ Update| match update.what {
        What::Status { status, .. } => Some(status),
        _ => None,
    };
    updates.iter().filter_map(|update| Some((status(update)?, &update.body))).collect()
}

#[test]
fn statuses_follow_in_desk_time() {
    let mut world = silent(Strangers::Refuse);
    world.say("giulia", Act::say("ciao"), NOW).expect("a customer");
    let id = send(&mut world, &text("+393471112233"), NOW, 0).expect("accepted");
    assert!(world.advance(NOW).is_empty());
    let updates = world.advance(NOW.plus_secs(10_000));
    let seen = statuses(&updates);
    assert_eq!(seen.iter().map(|one| one.0).collect::<Vec<_>>(), ["sent", "delivered", "read"]);
    for (_, body) in seen {
        assert_eq!(body["id"], id.as_str());
        assert_eq!(body["biz_opaque_callback_data"], "1.1");
        assert_eq!(body["recipient_id"], GIULIA);
        assert!(body["recipient_user_id"].is_string());
    }
    assert_eq!(updates[0].body["pricing"]["category"], "service");

    world.say("marco", Act::say("ciao"), NOW).expect("a customer");
    send(&mut world, &text("+393289876543"), NOW, 0).expect("accepted");
    let updates = world.advance(NOW.plus_secs(20_000));
    assert!(statuses(&updates).iter().all(|one| one.0 != "read"), "read receipts are off");
}

#[test]
fn a_group_is_known_once_somebody_wrote_in_it_and_has_its_own_window_and_statuses() {
    let mut world = silent(Strangers::Accept);
    let body = json!({"type": "text", "text": {"body": "Ciao"}, "recipient_type": "group"});
    let to = |id: &str| {
        let mut body = body.clone();
        body["to"] = id.into();
        request(body)
    };
    assert_eq!(send(&mut world, &to("G1"), NOW, 0), Err(131_041), "nobody wrote there");
    for who in ["giulia", "marco", "giulia"] {
        let said = world.say_in("G1", who, &Act::say("Buongiorno"), NOW).expect("a member");
        let bodies: Vec<_> = said.iter().map(|one| &one.body).collect();
        assert_eq!((bodies.len(), &bodies[0]["group_id"]), (1, &json!("G1")));
    }
    assert_eq!(send(&mut world, &text("+393471112233"), NOW, 0), Err(131_047), "not to her alone");
    assert_eq!(send(&mut world, &to("G2"), NOW, 0), Err(131_041), "that is another one");
    let id = send(&mut world, &to("G1"), NOW, 0).expect("accepted");
    let updates = world.advance(NOW.plus_secs(100_000));
    let mut seen: Vec<_> = statuses(&updates)
        .into_iter()
        .map(|(status, body)| {
            let named = (&body["id"], &body["recipient_id"], &body["recipient_type"]);
            assert_eq!(named, (&json!(id), &json!("G1"), &json!("group")));
            (status, body["recipient_participant_id"].as_str().unwrap_or_default())
        })
        .collect();
    seen.sort_unstable();
    let (giulia, marco) = (GIULIA, "393289876543");
    let each = ["delivered", "read"].into_iter().flat_map(|of| [(of, marco), (of, giulia)]);
    assert_eq!(seen, each.chain([("sent", "")]).collect::<Vec<_>>());
    let late = send(&mut world, &to("G1"), NOW.plus_secs(86_400), 0);
    assert_eq!(late, Err(131_047), "its window is over");
}

#[test]
fn what_fails_later_fails_by_status() {
    let mut world = silent(Strangers::Refuse);
    world.say("gone", Act::say("hola"), NOW).expect("a customer");
    send(&mut world, &text("+34699000111"), NOW, 0).expect("accepted");
    world.say("giulia", Act::say("ciao"), NOW).expect("a customer");
    let free = text("+393471112233");
    world
        .send(NUMBER, &free, NOW, Duration::ZERO, Later { fails: Some(131_049), held: None })
        .expect("accepted");
    let updates = world.advance(NOW.plus_secs(60));
    let mut codes: Vec<i64> = Vec::new();
    for (status, body) in statuses(&updates) {
        assert_eq!(status, "failed");
        assert!(body.get("recipient_user_id").is_none());
        codes.extend(body["errors"][0]["code"].as_i64());
    }
    codes.sort_unstable();
    assert_eq!(codes, [131_026, 131_049]);
}

#[test]
fn settling_reports_everything_and_nobody_writes_any_more() {
    let options = Options { waiting: 3, ..Options::default() };
    let mut world = World::new(&options, NOW, 1, "");
    world.advance(NOW);
    send(&mut world, &text("+393471112233"), NOW, 0).expect("accepted");
    let updates = world.settle(NOW.plus_secs(1));
    assert_eq!(statuses(&updates).len(), 3);
    assert_eq!(updates.len(), 3);
    assert!(updates.iter().all(|update| update.body["timestamp"].as_str() <= Some("1800000001")));
    assert!(world.advance(NOW.plus_secs(100_000)).is_empty());
}

#[test]
fn those_who_wait_wrote_before_the_start() {
    let aged = Duration::from_secs(85_800);
    let options =
        Options { waiting: 9, aged: vec![aged; 3], lang: Some(Lang::Es), ..Options::default() };
    let mut world = World::new(&options, NOW, 1, "");
    let updates = world.advance(NOW);
    let ages: Vec<i64> = updates
        .iter()
        .map(|update| {
            NOW.secs() - update.body["timestamp"].as_str().unwrap().parse::<i64>().unwrap()
        })
        .collect();
    assert_eq!(ages.len(), 9);
    assert_eq!(ages.iter().filter(|age| **age == 85_800).count(), 3);
    assert!(ages.iter().all(|age| *age >= 20));
    assert!(updates[0].body["from"].as_str().expect("a phone").starts_with("54"), "Spanish first");
    let insisting = world.advance(NOW.plus_secs(1_200));
    let aged_phones: Vec<&Value> = updates[..3].iter().map(|update| &update.body["from"]).collect();
    assert!(insisting.iter().all(|update| !aged_phones.contains(&&update.body["from"])));
}

#[test]
fn somebody_without_a_phone_and_a_poll() {
    let options = Options { waiting: 14, every: Duration::ZERO, ..Options::default() };
    let mut world = World::new(&options, NOW, 1, "http://x");
    let updates = world.advance(NOW.plus_secs(7_200));
    let sam = updates
        .iter()
        .find(|update| update.body["from_user_id"] == "US.13491208655302741918")
        .expect("sam writes");
    assert!(sam.body.get("from").is_none());
    let contact = sam.contact.as_ref().expect("a contact");
    assert!(contact.get("wa_id").is_none());
    assert_eq!(contact["profile"]["username"], "@sam.oneill");
    let poll = updates.iter().find(|update| update.body["type"] == "unsupported").expect("a poll");
    assert_eq!(poll.body["errors"][0]["code"], 131_051);
    let voice = updates.iter().find(|update| update.body["type"] == "audio").expect("a voice note");
    assert_eq!(voice.body["audio"]["voice"], true);
    let id = voice.body["audio"]["id"].as_str().expect("an id");
    assert!(world.media.get(id).is_some());
}

/// Lives for six hours with an agent who answers everything after a minute, a template with buttons first.
fn life(seed: u64, run: u64) -> Vec<Update> {
    let options = Options { seed, waiting: 9, ..Options::default() };
    let mut world = World::new(&options, NOW, run, "http://x");
    let mut all = Vec::new();
    for minute in 0..360 {
        let now = NOW.plus_secs(60 * minute);
        let updates = world.advance(now);
        for update in &updates {
            if let (What::Message { .. }, Some(phone)) =
                (&update.what, update.body["from"].as_str())
            {
                let mut answer = if minute < 30 { template("still_there", 1) } else { text("+1") };
                answer.to = Some(format!("+{phone}"));
                let real = u64::try_from(minute).expect("positive") * 100_000;
                let _ = send(&mut world, &answer, now, real);
            }
        }
        all.extend(updates);
    }
    all
}

#[test]
fn a_life_is_varied() {
    let all = life(7, 1);
    let mut kinds: Vec<&str> =
        all.iter().filter_map(|update| update.body["type"].as_str()).collect();
    let messages = kinds.len();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(messages >= 150, "{messages}");
    for kind in ["audio", "button", "document", "image", "location", "reaction", "text"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn one_seed_one_life(seed in any::<u64>()) {
        let (one, two) = (life(seed, 3), life(seed, 3));
        prop_assert_eq!(&one, &two);
        let ids = |all: &[Update]| -> std::collections::HashSet<String> {
            all.iter().filter_map(|update| match &update.what {
                What::Message { id, .. } => Some(id.clone()),
                _ => None,
            }).collect()
        };
        let other = life(seed, 4);
        prop_assert_eq!(one.len(), other.len());
        prop_assert!(ids(&one).is_disjoint(&ids(&other)), "another run, other ids");
    }
}

#[test]
fn a_script_without_a_crowd_has_only_its_own_customers() {
    let text = "[[customer]]\nid = \"a\"\nlang = \"it\"\nphone = \"393331234567\"\nsteps = [{ say = \"1\" }, { after = \"1m\", say = \"2\" }]";
    let script = Script::parse(text, "test").expect("a script");
    let options = Options { script: Some(script), ..Options::default() };
    let mut world = World::new(&options, NOW, 1, "");
    assert_eq!(world.advance(NOW).len(), 1);
    assert_eq!(world.advance(NOW.plus_secs(86_400)).len(), 1);
}

#[test]
fn who_is_asked_by_a_button_answers_by_it() {
    let ask = |kind: &str, action: Value| json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "?"}, "action": action}});
    let form =
        json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_token": "7.9"});
    for (asked, kind, said) in [
        (
            ask("location_request_message", json!({"name": "send_location"})),
            "location",
            "\"latitude\":45.4642",
        ),
        (
            ask("request_contact_info", json!({"name": "request_contact_info"})),
            "contacts",
            "\"origin\":\"contact_request\"",
        ),
        (
            ask("flow", json!({"name": "flow", "parameters": form})),
            "interactive",
            "\\\"flow_token\\\":\\\"7.9\\\"",
        ),
        (
            ask(
                "button",
                json!({"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}),
            ),
            "interactive",
            "\"button_reply\":{\"id\":\"y\"",
        ),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}), "", ""),
    ] {
        let mut answered = 0;
        for seed in 0..8 {
            let options = Options { seed, every: Duration::ZERO, waiting: 0, ..Options::default() };
            let mut world = World::new(&options, NOW, 1, "http://127.0.0.1:1");
            world.due.clear();
            world.say("giulia", Act::say("Buongiorno"), NOW).expect("a customer");
            send(&mut world, &request(asked.clone()), NOW, 0).expect("taken");
            let updates = world.advance(NOW.plus_secs(3_600));
            let is = |update: &&Update| matches!(&update.what, What::Message { kind: of, .. } if of == kind);
            let answers: Vec<_> = updates.iter().filter(is).collect();
            for answer in &answers {
                assert!(answer.body.to_string().contains(said), "{}", answer.body);
                assert!(answer.body["context"]["id"].as_str().is_some_and(|id| !id.is_empty()));
            }
            answered += usize::from(!answers.is_empty());
            let message = |update: &Update| matches!(update.what, What::Message { .. });
            assert!(!kind.is_empty() || !updates.iter().any(message), "{updates:?}");
        }
        assert!(answered > 3 || kind.is_empty(), "{asked}: {answered} of 8");
    }
}
