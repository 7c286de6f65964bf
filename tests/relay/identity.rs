//! Who is whom: accounts, numbers and people, by themselves and by hand; and what becomes of windows, tickets,
//! consent, drafts and of what waits to be sent. Each row is a story and how all stands after it.

use crate::rig::{Rig, config};
use guichet::domain::id::ContactId;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use rstest::rstest;
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;

async fn started(dir: &tempfile::TempDir) -> Rig {
    config(dir.path(), "1", "2");
    let path = dir.path().join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("readable");
    // What is sent waits until the test has looked.
    let text = text.replace("undo_delay = \"0s\"", "undo_delay = \"60s\"");
    std::fs::write(&path, text).expect("written");
    let config = Config::load(&path).expect("sound");
    Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await
}

fn field(value: &Value, value_of: &str, key: &str) -> Value {
    let envelope = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "390000", "phone_number_id": "1" },
        value_of: value,
    });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "2", "changes": [{
        "field": key, "value": envelope,
    }] }] })
}

/// Carries out one line of a story; what was refused is told.
async fn step(rig: &Rig, anna: &Secret, nth: usize, line: &str) -> Option<String> {
    let words: Vec<_> = line.split(' ').collect();
    let at = (NOW - 3_600 + nth as i64 * 60).to_string();
    let id = |who: &str| ContactId(who.parse().expect("a contact's number"));
    let post = |path: String, body: Value| async move {
        let request = rig.http.post(rig.api(&path)).bearer_auth(anna.expose()).json(&body);
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        (!status.is_success()).then(|| told["message"].as_str().unwrap_or("?").to_owned())
    };
    match words[..] {
        // Somebody writes, by his number, his user id or both: `writes 39333 IT.1 text`.
        ["writes", phone, user, text] => {
            let mut message = json!({
                "id": format!("wamid.{nth}"), "timestamp": at, "type": "text", "text": { "body": text },
            });
            for (key, value) in [("from", phone), ("from_user_id", user)] {
                if value != "-" {
                    message[key] = value.into();
                }
            }
            let body = field(&json!([message]), "messages", "messages");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        // The same in a group.
        ["says", group, phone, text] => {
            let message = json!({
                "id": format!("wamid.{nth}"), "timestamp": at, "type": "text", "text": { "body": text },
                "from": phone, "group_id": group,
            });
            let body = field(&json!([message]), "messages", "messages");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        // The same message once more, whoever it is taken for by now.
        ["again", of, phone, user, text] => {
            let at = (NOW - 3_600 + of.parse::<i64>().expect("a step") * 60).to_string();
            let message = json!({
                "id": format!("wamid.{of}"), "timestamp": at, "type": "text", "text": { "body": text },
                "from": phone, "from_user_id": user,
            });
            let body = field(&json!([message]), "messages", "messages");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        // Somebody sends a card: `shares IT.1 39333 contact_request`, perhaps about a message.
        ["shares", user, number, origin, ref about @ ..] => {
            let card = json!({ "origin": origin, "name": { "formatted_name": "Me" },
                "phones": [{ "phone": format!("+{number}"), "wa_id": number }] });
            let mut message = json!({
                "from_user_id": user, "id": format!("wamid.{nth}"), "timestamp": at,
                "type": "contacts", "contacts": [card],
            });
            if let [about] = about {
                message["context"] = json!({ "id": about });
            }
            let body = field(&json!([message]), "messages", "messages");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        ["moves", phone, to] => {
            let message = json!({
                "from": phone, "id": format!("wamid.{nth}"), "timestamp": at, "type": "system",
                "system": { "type": "user_changed_number", "body": "moved", "wa_id": to },
            });
            let body = field(&json!([message]), "messages", "messages");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        ["renames", old, new] => {
            let update =
                json!([{ "timestamp": at, "user_id": { "previous": old, "current": new } }]);
            let body = field(&update, "user_id_update", "user_id_update");
            assert_eq!(rig.post(body.to_string()).await, 200);
            None
        }
        ["merge", one, other] => {
            post(format!("/api/v1/contacts/{one}/merge"), json!({ "with": id(other) })).await
        }
        ["split", one] => post(format!("/api/v1/contacts/{one}/split"), Value::Null).await,
        ["undo", one] => post(format!("/api/v1/contacts/{one}/undo"), Value::Null).await,
        ["asks", ticket, action] => {
            let action: Value = serde_json::from_str(action).expect("JSON");
            let path = format!("/api/v1/tickets/{ticket}/actions");
            post(path, json!({ "action": action })).await
        }
        ["replies", ticket] => {
            let path = format!("/api/v1/tickets/{ticket}/actions");
            post(path, json!({ "action": { "do": "reply", "text": "eccomi" } })).await
        }
        ["solve", ticket] => {
            let path = format!("/api/v1/tickets/{ticket}/actions");
            post(path, json!({ "action": { "do": "solve" } })).await
        }
        _ => panic!("no such step: {line}"),
    }
}

/// Each contact in a line: who is the same, where answers go, whether he takes utility messages, and his
/// conversation's ticket with its state, agent, window, and what waits to be sent.
async fn stands(rig: &Rig, anna: &Secret) -> Vec<String> {
    let (status, people) = rig.read(anna, "/api/v1/contacts?limit=0").await;
    assert_eq!(status, 200, "{people}");
    let mut lines = Vec::new();
    for person in people.as_array().expect("an array").iter().rev() {
        let id = ContactId(person["id"].as_u64().expect("a number"));
        let contact = rig.daemon.relay.store.read().contact(id).cloned().expect("it is there");
        let same: Vec<_> = contact.ties.same().iter().map(|id| id.0.to_string()).collect();
        let told = person["same"].as_array().map_or(0, Vec::len);
        assert_eq!(told, same.len(), "{person}");
        let address = rig.daemon.relay.opener.address(&contact).expect("readable");
        let address = address.map_or("-".to_owned(), |identity| identity.value);
        let refuses = person["consents"].as_array().expect("an array").iter();
        let refuses = refuses.filter(|one| one["purpose"] == "utility" && one["granted"] == false);
        let refuses = if refuses.count() > 0 { " refuses" } else { "" };
        let mut line = format!("{}[{}] to {address}{refuses}", id.0, same.join(" "));
        for (_, conversation) in &contact.conversations {
            let state = rig.daemon.relay.store.conversation(*conversation).expect("readable");
            let state = state.expect("it is there");
            let ticket = state.head.ticket.as_ref();
            let ticket = ticket.map_or(String::new(), |ticket| {
                let holder = ticket.assignee.as_ref().map_or("", |name| name.as_str());
                format!(" #{} {} {holder}", ticket.number, ticket.state)
            });
            let open = state.window_open(Timestamp::from_secs(NOW));
            let messages = state.thread.iter().filter(|entry| entry.sort().is_message()).count();
            let window = if open { "open" } else { "closed" };
            line += &format!(":{ticket} {window} {messages} said {} wait", state.head.sends.len());
        }
        lines.push(line);
    }
    lines
}

async fn told(steps: &str, rig: &Rig, anna: &Secret) -> Vec<String> {
    let mut refusals = Vec::new();
    for (nth, line) in steps.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        refusals.extend(step(rig, anna, nth, line).await);
    }
    let mut all = stands(rig, anna).await;
    all.extend(refusals.into_iter().map(|refusal| format!("refused: {refusal}")));
    all
}

#[rstest]
#[case::spellings_of_a_mobile_are_one_person(
    "writes 5511987654321 - a
     writes 551187654321 - b",
    &["1[] to 5511987654321: #1 new  open 2 said 0 wait"]
)]
#[case::a_landline_is_left_alone(
    "writes 551133334444 - a
     writes 5511933334444 - b",
    &["1[] to 551133334444: #1 new  open 1 said 0 wait", "2[] to 5511933334444: #2 new  open 1 said 0 wait"]
)]
#[case::without_a_number_he_is_known_by_his_user_id(
    "writes - IT.1 a
     writes - IT.1 b",
    &["1[] to IT.1: #1 new  open 2 said 0 wait"]
)]
#[case::a_number_that_appears_later_is_his(
    "writes - IT.1 a
     writes 39333 IT.1 b
     writes 39333 - c",
    &["1[] to 39333: #1 new  open 3 said 0 wait"]
)]
#[case::a_number_that_he_gives_because_he_was_asked_is_his_and_answers_stay_where_they_went(
    "writes - IT.1 a
     replies 1
     shares IT.1 39333 contact_request",
    &["1[] to IT.1: #1 open anna open 3 said 1 wait"]
)]
#[case::and_who_writes_from_it_is_he(
    "writes - IT.1 a
     replies 1
     shares IT.1 39333 contact_request
     writes 39333 - b",
    &["1[] to 39333: #1 open anna open 4 said 1 wait"]
)]
#[case::a_card_that_nobody_asked_for_gives_no_number(
    "writes - IT.1 a
     shares IT.1 39333 contact_request
     replies 1
     shares IT.1 39333 other
     shares IT.1 39333 contact_request wamid.9
     writes 39333 - b",
    &["1[] to IT.1: #1 open anna open 5 said 1 wait", "2[] to 39333: #2 new  open 1 said 0 wait"]
)]
#[case::a_number_of_somebody_else_is_never_taken(
    "writes 39333 - a
     writes - IT.1 b
     replies 2
     shares IT.1 39333 contact_request
     writes 39333 - c",
    &["1[] to 39333: #1 new  open 2 said 0 wait", "2[] to IT.1: #2 open anna open 3 said 1 wait"]
)]
#[case::who_has_a_number_gets_no_other_by_a_card(
    "writes 39444 IT.1 a
     replies 1
     shares IT.1 39333 contact_request
     writes 39333 - b",
    &["1[] to IT.1: #1 open anna open 3 said 1 wait", "2[] to 39333: #2 new  open 1 said 0 wait"]
)]
#[case::two_that_turn_out_to_be_one_account_are_one_person_and_the_ticket_he_wrote_in_last_goes_on(
    "writes 39333 - a
     writes - IT.1 b
     writes 39333 IT.1 c",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to 39333: #2 new  open 2 said 0 wait"]
)]
#[case::the_agent_of_the_ticket_that_ends_has_the_other(
    "writes 39333 - a
     writes - IT.1 b
     asks 1 {\"do\":\"take\"}
     writes 39333 IT.1 c",
    &["1[2] to 39333: #1 closed anna open 1 said 0 wait", "2[1] to 39333: #2 open anna open 2 said 0 wait"]
)]
#[case::a_repeated_message_stays_where_it_is(
    "writes 39333 - a
     writes - IT.1 b
     writes 39333 IT.1 c
     again 0 39333 IT.1 a",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to 39333: #2 new  open 2 said 0 wait"]
)]
#[case::what_was_merged_by_itself_is_taken_back_for_good_and_the_number_is_of_the_account(
    "writes 39333 - a
     writes - IT.1 b
     writes 39333 IT.1 c
     undo 1
     writes 39333 IT.1 d",
    &["1[] to -: #1 new  closed 1 said 0 wait", "2[] to 39333: #2 new  open 3 said 0 wait"]
)]
#[case::a_number_that_passed_to_another_account_takes_nothing_along(
    "writes 39333 IT.1 a
     replies 1
     writes 39333 IT.2 b",
    &["1[] to IT.1: #1 open anna open 2 said 1 wait", "2[] to 39333: #2 new  open 1 said 0 wait"]
)]
#[case::a_new_user_id_is_of_the_same_person(
    "writes 39333 IT.1 a
     renames IT.1 IT.2
     writes - IT.2 b",
    &["1[] to IT.2: #1 new  open 2 said 0 wait"]
)]
#[case::who_had_no_number_is_written_to_by_his_new_user_id(
    "writes - IT.1 a
     renames IT.1 IT.2",
    &["1[] to IT.2: #1 new  open 1 said 0 wait"]
)]
#[case::a_new_user_id_that_has_written_before_it_was_announced_is_merged(
    "writes 39333 IT.1 a
     writes - IT.2 b
     renames IT.1 IT.2",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to IT.2: #2 new  open 1 said 0 wait"]
)]
#[case::who_moved_to_another_number_is_the_same_also_with_the_user_id_that_comes_with_it(
    "writes 39333 IT.1 a
     moves 39333 39444
     writes 39444 IT.2 b",
    &["1[] to 39444: #1 new  open 3 said 0 wait"]
)]
#[case::two_accounts_merged_by_hand_keep_each_its_window_and_address_and_one_ticket_goes_on(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     merge 1 2",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to 39444: #2 new  open 1 said 0 wait"]
)]
#[case::what_they_write_then_stands_where_the_ticket_is_and_the_answer_goes_where_it_came_from(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     merge 1 2
     writes 39333 IT.1 c",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to 39333: #2 new  open 2 said 0 wait"]
)]
#[case::after_a_split_nothing_goes_to_the_other_one(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     merge 1 2
     writes 39333 IT.1 c
     replies 2
     split 1
     replies 2
     writes 39333 IT.1 d",
    &[
        "1[] to 39333: #1 new  open 2 said 0 wait",
        "2[] to 39444: #2 open anna closed 3 said 0 wait",
        "refused: the 24-hour window is closed since 2026-11-18T11:06:40Z",
    ]
)]
#[case::a_split_closes_no_window_that_only_its_own_customer_opened(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     merge 1 2
     split 2
     replies 1
     replies 2",
    &["1[] to 39333: #1 open anna open 2 said 1 wait", "2[] to 39444: #2 open anna open 2 said 1 wait"]
)]
#[case::what_one_refuses_both_refuse_and_keep_refusing(
    "writes 39333 IT.1 stop
     writes 39444 IT.2 b
     merge 2 1",
    &["1[2] to 39333 refuses: #1 closed  open 1 said 0 wait", "2[1] to 39444 refuses: #2 new  open 1 said 0 wait"]
)]
#[case::and_keep_refusing_when_they_are_two_again(
    "writes 39333 IT.1 stop
     writes 39444 IT.2 b
     merge 2 1
     undo 2",
    &["1[] to 39333 refuses: #1 new  open 1 said 0 wait", "2[] to 39444 refuses: #2 new  open 1 said 0 wait"]
)]
#[case::an_undo_of_an_undo_merges_again(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     merge 1 2
     undo 1
     undo 2",
    &["1[2] to 39333: #1 closed  open 1 said 0 wait", "2[1] to 39444: #2 new  open 1 said 0 wait"]
)]
#[case::three_are_one_and_one_of_them_leaves(
    "writes 39333 IT.1 a
     solve 1
     writes 39444 IT.2 b
     solve 2
     writes 39555 IT.3 c
     merge 1 2
     merge 3 2
     split 1",
    &[
        "1[] to 39333: #1 solved  open 1 said 0 wait",
        "2[3] to 39444: #2 solved  open 1 said 0 wait",
        "3[2] to 39555: #3 new  open 1 said 0 wait",
    ]
)]
#[case::by_the_tickets_of_the_two(
    "writes 39333 IT.1 a
     writes 39444 IT.2 b
     asks 1 {\"do\":\"merge\",\"with\":2}
     asks 2 {\"do\":\"undo_merge\"}",
    &["1[] to 39333: #1 new  open 1 said 0 wait", "2[] to 39444: #2 new  open 1 said 0 wait"]
)]
#[case::what_cannot_be_done_is_refused(
    "writes 39333 IT.1 a
     split 1
     undo 1
     merge 1 1
     merge 1 9",
    &[
        "1[] to 39333: #1 new  open 1 said 0 wait",
        "refused: the contact was not merged with another",
        "refused: the contact was neither merged nor split",
        "refused: that is the same contact",
        "refused: there is no such contact",
    ]
)]
#[case::a_group_is_nobody_and_is_merged_with_nobody(
    "writes 39333 - a
     says G1 39333 b
     says G1 39444 c
     says G2 39444 d
     merge 1 2
     merge 2 1
     merge 2 3",
    &[
        "1[] to 39333: #1 new  open 1 said 0 wait",
        "2[] to G1: #2 new  open 2 said 0 wait",
        "3[] to G2: #3 new  open 1 said 0 wait",
        "refused: a group is no person: it stays a contact of its own",
        "refused: a group is no person: it stays a contact of its own",
        "refused: a group is no person: it stays a contact of its own",
    ]
)]
#[tokio::test(flavor = "multi_thread")]
async fn all_stands_right(#[case] steps: &str, #[case] stands: &[&str]) {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = started(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    assert_eq!(told(steps, &rig, &anna).await, stands);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_each_identity_is_still_of_whom_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = started(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let steps = "writes 39333 - a
        writes - IT.1 b
        writes 39333 IT.1 c";
    told(steps, &rig, &anna).await;
    rig.daemon.stop().await.expect("a clean stop");
    let rig = started(&dir).await;
    step(&rig, &anna, 5, "undo 2").await;
    step(&rig, &anna, 6, "writes 39333 IT.1 d").await;
    let wanted =
        ["1[] to -: #1 new  closed 1 said 0 wait", "2[] to 39333: #2 new  open 3 said 0 wait"];
    assert_eq!(stands(&rig, &anna).await, wanted);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_see_both_changes_nothing_and_threads_stand_joined() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = started(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let dario = rig.account("dario", Role::Agent, &["billing"]).await;
    told("writes 39333 IT.1 a\nwrites 39444 IT.2 b", &rig, &anna).await;
    assert_eq!(
        step(&rig, &dario, 3, "merge 1 2").await.as_deref(),
        Some("there is no such contact")
    );
    assert_eq!(
        step(&rig, &dario, 3, "asks 1 {\"do\":\"merge\",\"with\":2}").await.as_deref(),
        Some("there is no such ticket")
    );
    assert_eq!(step(&rig, &anna, 3, "merge 1 2").await, None);
    assert_eq!(step(&rig, &dario, 3, "undo 1").await.as_deref(), Some("there is no such contact"));
    for path in ["/api/v1/tickets/2/thread?all=true", "/api/v1/contacts/1/thread"] {
        let (status, thread) = rig.read(&anna, path).await;
        assert_eq!(status, 200, "{thread}");
        let entries = thread["entries"].as_array().expect("an array").iter();
        let said = entries.filter(|entry| entry["kind"] == "message");
        let said: Vec<_> = said.map(|entry| entry["text"].as_str().expect("text")).collect();
        assert_eq!(said, ["a", "b"], "{path}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

/// One contact of the phone's book.
fn booked(action: &str, name: &str, phone: &str, second: i64) -> String {
    let entry = json!([{ "type": "contact", "action": action, "metadata": { "timestamp": (NOW + second).to_string() },
        "contact": { "full_name": name, "phone_number": phone } }]);
    field(&entry, "state_sync", "smb_app_state_sync").to_string()
}

/// He writes, and calls himself so where there is a name.
fn called(name: Option<&str>, id: &str) -> String {
    let message = json!([{ "from": "393331234567", "id": id, "timestamp": (NOW - 60).to_string(),
        "type": "text", "text": { "body": "x" } }]);
    let mut body = field(&message, "messages", "messages");
    if let Some(name) = name {
        body["entry"][0]["changes"][0]["value"]["contacts"] =
            json!([{ "wa_id": "393331234567", "profile": { "name": name } }]);
    }
    body.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phones_book_names_who_has_no_name() {
    let bo = "393331234567";
    let add = |name: &str, second| booked("add", name, bo, second);
    let remove = |second| booked("remove", "", bo, second);
    for (bodies, names) in [
        (vec![called(None, "a"), add("Bo", 0)], vec![Some("Bo")]),
        // The book comes before the past.
        (vec![add("Bo", 0), called(None, "a")], vec![Some("Bo")]),
        (vec![add("Bo", 0), add("Bo Li", 9), add("Bo", 0)], vec![Some("Bo Li")]),
        (vec![add("Bo Li", 9), add("Bo", 0)], vec![Some("Bo Li")]),
        (vec![add("Bo", 0), remove(9)], vec![None]),
        (vec![add("Bo", 0), remove(9), add("Bo", 0), add("Bo Li", 12)], vec![Some("Bo Li")]),
        // His own name counts, whichever came first.
        (vec![add("Bo", 0), called(Some("Roberto"), "a")], vec![Some("Roberto")]),
        (vec![called(Some("Roberto"), "a"), add("Bo", 0), remove(9)], vec![Some("Roberto")]),
        // Who is taken out does not begin to exist.
        (vec![remove(0)], vec![]),
        (vec![booked("add", "\u{1b}[31mBo", "+39 333 123-4567", 0)], vec![Some("\u{1b}[31mBo")]),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let rig = started(&dir).await;
        let ada = rig.account("ada", Role::Supervisor, &["support"]).await;
        for body in &bodies {
            assert_eq!(rig.post(body.clone()).await, 200, "{body}");
        }
        let (status, contacts) = rig.read(&ada, "/api/v1/contacts").await;
        assert_eq!(status, 200, "{contacts}");
        let all = contacts["contacts"].as_array().or(contacts.as_array()).expect("a list").clone();
        let told: Vec<_> = all.iter().map(|one| one["name"].as_str()).collect();
        assert_eq!(told, names, "{bodies:?}");
        assert!(all.iter().all(|one| one["phone"] == bo), "{all:?}");
        let letters = rig.daemon.relay.store.read().desk().dead_letters.len();
        assert_eq!(letters, 0, "{bodies:?}");
        rig.daemon.stop().await.expect("a clean stop");
    }
}
