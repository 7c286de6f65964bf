//! What customers do to messages later is told at those messages, however a thread is read.

use crate::rig::{Rig, config, text, webhook};
use guichet::domain::id::TicketNumber;
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::reading::{Range, Reading};
use guichet::wire::EntryView;
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";

/// A relay that was told these messages of one customer, in this order; each has an id and a time in seconds.
async fn told(dir: &tempfile::TempDir, messages: &[String]) -> Rig {
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    for message in messages {
        assert_eq!(rig.post(message.clone()).await, 200);
    }
    rig
}

fn says(id: &str, second: i64, said: &str) -> String {
    webhook("1", &[text(ANNA, id, NOW + second, said)], &[])
}

fn does(id: &str, second: i64, kind: &str, object: Value) -> String {
    let at = (NOW + second).to_string();
    let message = json!({"from": ANNA, "id": id, "timestamp": at, "type": kind, kind: object});
    webhook("1", &[message.to_string()], &[])
}

fn reacts(id: &str, second: i64, to: &str, emoji: &str) -> String {
    does(id, second, "reaction", json!({"message_id": to, "emoji": emoji}))
}

fn edits(id: &str, second: i64, what: &str, body: &str) -> String {
    let message = json!({"type": "text", "text": {"body": body}});
    does(id, second, "edit", json!({"original_message_id": what, "message": message}))
}

fn revokes(id: &str, second: i64, what: &str) -> String {
    does(id, second, "revoke", json!({"original_message_id": what}))
}

/// Somebody writes or does something in the phone app.
fn echoes(mut message: String) -> String {
    let to = format!(r#""to":"{ANNA}","from":"390000","#);
    message = message.replace(&format!(r#""from":"{ANNA}","#), &to);
    message
        .replace("\"messages\",\"value\"", "\"smb_message_echoes\",\"value\"")
        .replace("\"messages\":[", "\"message_echoes\":[")
}

fn calls(event: &str, second: i64, more: &str) -> String {
    let at = NOW + second;
    let call = format!(
        r#"{{"id":"wacid.1","from":"{ANNA}","to":"390000","event":"{event}","timestamp":"{at}","direction":"USER_INITIATED"{more}}}"#
    );
    webhook("1", &[], &[])
        .replace("\"messages\",\"value\"", "\"calls\",\"value\"")
        .replace("\"messages\":[]", &format!("\"calls\":[{call}]"))
}

/// The messages of the first ticket's whole conversation, read in pieces of about so many.
fn entries(rig: &Rig, most: usize) -> Vec<EntryView> {
    let relay = &rig.daemon.relay;
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let member = Member { name: Name::from("-test"), role: Role::Admin, queues: Vec::new() };
    let now = Timestamp::from_secs(NOW);
    let plan = reading.thread(&member, TicketNumber(1), true, now).expect("a thread");
    let (mut all, mut from) = (Vec::new(), Some(plan.from));
    while let Some(begin) = from {
        let (piece, next) = reading.thread_piece(&plan, begin, most).expect("readable");
        all.extend(piece);
        from = next;
    }
    all.retain(|entry| entry.direction.is_some());
    all
}

/// What a console shows of the same messages.
fn watched(rig: &Rig) -> Vec<EntryView> {
    let relay = &rig.daemon.relay;
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let member = Member { name: Name::from("-test"), role: Role::Admin, queues: Vec::new() };
    let now = Timestamp::from_secs(NOW);
    let range = Range { all: true, until: None, anchor: None, before: 0, rows: 200 };
    let part = reading.thread_part(&member, TicketNumber(1), range, now).expect("a thread");
    let entries = part.entries.into_iter().map(|of| of.entry);
    entries.filter(|entry| entry.direction.is_some()).collect()
}

/// What is told of a message: its text, what it said earlier, its reactions; a cross where it was deleted.
fn shown(entry: &EntryView) -> String {
    let earlier = entry.earlier.iter().map(|version| format!(" was:{}", version.text));
    let reactions = entry.reactions.iter().map(|one| format!(" {}:{}", one.author, one.emoji));
    let deleted = entry.deleted_at.map(|_| " deleted".to_owned());
    let folded = entry.folded.then(|| " folded".to_owned());
    let more = earlier.chain(reactions).chain(deleted).chain(folded).collect::<String>();
    format!("{}={}{more}", entry.id, entry.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_of_what_was_done_is_told_at_the_message() {
    let image = does("p", 0, "image", json!({"id": "7", "caption": "look"}));
    let caption = json!({"type": "image", "image": {"id": "7", "caption": ""}});
    let caption = json!({"original_message_id": "p", "message": caption});
    let poll = json!({"original_message_id": "a", "message": {"type": "poll"}});
    for (messages, wanted) in [
        (
            vec![says("a", 0, "ciao"), reacts("r1", 1, "a", "👍"), reacts("r2", 2, "a", "❤️")],
            vec!["a=ciao customer:❤️", "r1=👍 folded", "r2=❤️ folded"],
        ),
        (
            vec![says("a", 0, "ciao"), reacts("r1", 1, "a", "👍"), reacts("r2", 2, "a", "")],
            vec!["a=ciao", "r1=👍 folded", "r2=[reaction] folded"],
        ),
        (
            // The first comes last.
            vec![says("a", 0, "ciao"), reacts("r2", 2, "a", "❤️"), reacts("r1", 1, "a", "👍")],
            vec!["a=ciao customer:❤️", "r1=👍 folded", "r2=❤️ folded"],
        ),
        (
            // Of each side the latest counts.
            vec![
                says("a", 0, "ciao"),
                reacts("r1", 1, "a", "👍"),
                echoes(reacts("r2", 2, "a", "🙏")),
            ],
            vec!["a=ciao customer:👍 phone:🙏", "r1=👍 folded", "r2=🙏 folded"],
        ),
        (
            // A reaction that comes before its message.
            vec![says("x", 0, "ciao"), reacts("r1", 2, "a", "👍"), says("a", 1, "e poi")],
            vec!["x=ciao", "a=e poi customer:👍", "r1=👍 folded"],
        ),
        (
            vec![says("a", 0, "uno"), edits("e1", 1, "a", "due"), edits("e2", 2, "a", "tre")],
            vec!["a=tre was:uno was:due", "e1=due folded", "e2=tre folded"],
        ),
        (vec![image, does("e1", 1, "edit", caption)], vec!["p= was:look", "e1=[edit] folded"]),
        (
            // What it says now is not known: what it said stays.
            vec![says("a", 0, "uno"), does("e1", 1, "edit", poll)],
            vec!["a=uno", "e1=[edit] folded"],
        ),
        (
            vec![says("a", 0, "uno"), edits("e1", 1, "a", "due"), revokes("d", 2, "a")],
            vec!["a= was:uno was:due deleted", "e1=due folded", "d=[revoke] folded"],
        ),
        (
            // Nobody changes what the other side said, and nothing is done to a reaction.
            vec![
                says("a", 0, "uno"),
                echoes(edits("e1", 1, "a", "due")),
                echoes(revokes("d1", 2, "a")),
                reacts("r1", 3, "e1", "👍"),
            ],
            vec!["a=uno", "e1=due", "d1=[revoke]", "r1=👍"],
        ),
        (
            vec![says("a", 0, "uno"), echoes(says("b", 1, "due")), echoes(revokes("d", 2, "b"))],
            vec!["a=uno", "b= was:due deleted", "d=[revoke] folded"],
        ),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let rig = told(&dir, &messages).await;
        for most in [1, 2, 200] {
            let told: Vec<_> = entries(&rig, most).iter().map(shown).collect();
            assert_eq!(told, wanted, "{most}");
        }
        // Of what was deleted a console shows nothing.
        let seen: Vec<_> = watched(&rig).iter().map(shown).collect();
        let deleted = |told: &str| told.ends_with(" deleted");
        for (told, seen) in wanted.iter().zip(&seen) {
            let is = if deleted(told) { !seen.contains("was:") } else { seen == told };
            assert!(is && deleted(told) == deleted(seen), "{told}: {seen}");
        }
        assert_eq!(seen.len(), wanted.len());
        rig.daemon.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_not_quoted_any_more() {
    let dir = tempfile::tempdir().expect("a folder");
    let answer = json!({"from": ANNA, "id": "b", "timestamp": (NOW + 1).to_string(), "type": "text",
        "text": {"body": "scusi"}, "context": {"id": "a", "from": ANNA}});
    let answer = webhook("1", &[answer.to_string()], &[]);
    let messages = [says("a", 0, "il mio PIN"), answer, revokes("d", 2, "a")];
    let rig = told(&dir, &messages).await;
    for most in [1, 200] {
        let quotes = entries(&rig, most).into_iter().map(|entry| entry.quote.map(|of| of.text));
        let quotes: Vec<_> = quotes.collect();
        assert_eq!(quotes, [None, Some(String::new()), Some(String::new())], "{most}");
    }
    let entries = entries(&rig, 200);
    let earlier = entries[0].earlier.iter().map(|version| (&*version.text, version.at));
    let at = Timestamp::from_secs(NOW);
    assert_eq!(earlier.collect::<Vec<_>>(), [("il mio PIN", at)]);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_tells_how_it_ended() {
    for (more, end) in [
        (r#","status":"FAILED""#, json!({"answered": false})),
        (r#","status":"COMPLETED","duration":125"#, json!({"answered": true, "seconds": 125})),
    ] {
        for second in [0, 9] {
            let dir = tempfile::tempdir().expect("a folder");
            let messages = [calls("connect", 0, ""), calls("terminate", second, more)];
            let rig = told(&dir, &messages).await;
            assert_eq!(rig.daemon.relay.store.read().unsolved(), 1, "it opens a ticket");
            let entries = entries(&rig, 200);
            let call = entries.iter().find(|entry| entry.kind_word == "call").expect("a call");
            assert_eq!(serde_json::to_value(call.details.call).expect("JSON"), end);
            let ended =
                entries.iter().find(|entry| entry.kind_word == "call_end").expect("its end");
            assert!(ended.folded);
            rig.daemon.stop().await.expect("a clean stop");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_far_from_its_message_stands_for_itself_however_it_is_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let far: Vec<_> =
        (0..300).map(|nth| text(ANNA, &format!("m{nth}"), NOW + nth, "ciao")).collect();
    let mut messages = vec![webhook("1", &far, &[])];
    messages.extend([
        reacts("near", 301, "m299", "👍"),
        reacts("edge", 302, "m100", "👍"),
        reacts("far", 303, "m0", "👍"),
        edits("old", 304, "m1", "altro"),
    ]);
    let rig = told(&dir, &messages).await;
    let whole = entries(&rig, 1_000);
    for most in [1, 7, 100, 256, 257, 300] {
        assert_eq!(entries(&rig, most), whole, "{most}");
    }
    let of = |id: &str| whole.iter().find(|entry| entry.id == id).expect("an entry");
    let folded = ["near", "edge", "far", "old"].map(|id| of(id).folded);
    assert_eq!(folded, [true, true, false, false]);
    let reactions = ["m299", "m100", "m0"].map(|id| of(id).reactions.len());
    assert_eq!(reactions, [1, 1, 0]);
    assert_eq!(of("m1").text, "ciao");
    let quoted = of("far").quote.as_ref().map(|quote| quote.text.as_str());
    assert_eq!(quoted, Some("ciao"), "and says what it is about");
    rig.daemon.stop().await.expect("a clean stop");
}
