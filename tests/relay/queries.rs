//! Queries: over REST, watched at a console, counted, and under a name.

use crate::rig::{Rig, reached};
use crate::sessions::Console;
use guichet::domain::id::ContactId;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::admin::{self, AdminRequest};
use guichet::wire::{Fresh, TallyView, TicketFilter, Watch};
use serde_json::{Value, json};
use tempfile::TempDir;

const NOW: i64 = 1_795_000_000;

const VIEWS: &str = "[[view]]\nname = 'vips'\nquery = 'tag:vip'\nsort = 'newest'\n\
                     [[view]]\nname = 'waits long'\nquery = 'queue:support waiting>10m'";

/// Five customers: the first asked 50 minutes ago and is Anna's, with a label; the second 20 minutes ago; the third
/// is solved; the fourth sleeps, and is more urgent than anything is promised for; the fifth has the label and is
/// nobody's.
async fn desk(dir: &TempDir) -> (Rig, Secret) {
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", VIEWS), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for (number, ago, text) in [
        (1, 3_000, "il pacco"),
        (2, 1_200, "buongiorno"),
        (3, 900, "un altro pacco"),
        (4, 300, "ciao"),
        (5, 60, "salve"),
    ] {
        let (phone, id) = (format!("39333000000{number}"), format!("wamid.{number}"));
        rig.hears(&phone, &id, NOW - ago, text).await;
    }
    for (number, action) in [
        (1, json!({"do": "take"})),
        (1, json!({"do": "tag", "add": ["vip"]})),
        (3, json!({"do": "solve"})),
        (4, json!({"do": "prioritise", "priority": "high"})),
        (4, json!({"do": "snooze"})),
        (5, json!({"do": "tag", "add": ["vip", "Citt\u{e0}"]})),
    ] {
        rig.act(&anna, number, action).await;
    }
    (rig, anna)
}

/// What `GET /api/v1/tickets` answers to these keys.
async fn listed(rig: &Rig, account: &Secret, keys: &[(&str, &str)]) -> (u16, Value) {
    let request = rig.http.get(rig.api("/api/v1/tickets")).bearer_auth(account.expose());
    let answer = request.query(keys).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

fn numbers(tickets: &Value) -> Vec<u64> {
    let all = tickets.as_array().expect("a list");
    all.iter().filter_map(|ticket| ticket["number"].as_u64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_lists_what_it_asks_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir).await;
    let stranger = rig.account("zoe", Role::Agent, &["other"]).await;
    for (query, wanted) in [
        ("tag:vip", vec![1, 5]),
        ("tag:vip -assignee:me", vec![5]),
        ("tag:VIP", vec![]),
        ("tag:none", vec![2, 4]),
        ("assignee:none", vec![2, 4, 5]),
        ("assignee:anna,none -tag:vip", vec![2, 4]),
        ("state:solved", vec![3]),
        ("state:any -state:snoozed", vec![1, 2, 3, 5]),
        ("state:snoozed,new", vec![2, 4, 5]),
        ("due<15m", vec![1]),
        ("due<45m", vec![1, 2]),
        ("due>45m", vec![5]),
        ("due:none", vec![4]),
        ("due:late", vec![]),
        ("waiting>10m", vec![1, 2]),
        ("waiting<10m state:new", vec![5]),
        ("priority>=high", vec![4]),
        ("window:open queue:support line:support", vec![1, 2, 4, 5]),
        ("window<2h", vec![]),
        ("age>30m", vec![1]),
        ("pacco", vec![1, 3]),
        ("pacco state:unsolved", vec![1]),
        ("-pacco", vec![2, 4, 5]),
        ("citta tag:vip", vec![5]),
        ("\"il pacco\"", vec![1]),
        ("\"pacco il\"", vec![]),
    ] {
        let (status, found) = listed(&rig, &anna, &[("query", query)]).await;
        assert_eq!(status, 200, "{query}: {found}");
        let mut found = numbers(&found);
        found.sort_unstable();
        assert_eq!(found, wanted, "{query}");
        let (_, foreign) = listed(&rig, &stranger, &[("query", query)]).await;
        assert_eq!(foreign, json!([]), "{query}: of a queue that is not the account's");
    }
    for (keys, wanted) in [
        (vec![("query", "sort:newest")], vec![5, 4, 2, 1]),
        (vec![("query", "sort:oldest"), ("limit", "2")], vec![1, 2]),
        (vec![("query", "tag:vip sort:due")], vec![1, 5]),
        (vec![("query", "tag:vip"), ("view", "mine")], vec![1]),
        (vec![("query", "tag:vip"), ("assignee", "anna")], vec![1]),
        (vec![("query", "pacco"), ("state", "solved")], vec![3]),
        (vec![("saved", "vips")], vec![5, 1]),
        (vec![("saved", "vips"), ("query", "-assignee:me")], vec![5]),
    ] {
        let (status, found) = listed(&rig, &anna, &keys).await;
        assert_eq!((status, numbers(&found)), (200, wanted), "{keys:?}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_query_is_refused_with_its_column() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir).await;
    for (keys, status, code, message, hint) in [
        (
            [("query", "vip queue:suport")],
            422,
            "malformed",
            "column 11: `queue` does not know `suport`",
            "did you mean `support`?",
        ),
        (
            [("query", "assignee:ana")],
            422,
            "malformed",
            "column 10: `assignee` does not know `ana`",
            "did you mean `anna`?",
        ),
        (
            [("query", "due<30")],
            422,
            "malformed",
            "column 5: `30` is no length of time",
            "such as 45s, 30m, 2h, 1h30m, 3d",
        ),
        ([("saved", "vps")], 404, "no_view", "there is no view vps", "did you mean `vips`?"),
    ] {
        let (answered, refused) = listed(&rig, &anna, &keys).await;
        assert_eq!((answered, &refused["code"]), (status, &json!(code)), "{keys:?}");
        assert_eq!((&refused["message"], &refused["hint"]), (&json!(message), &json!(hint)));
    }
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox("quue:x")).await;
    let told = |console: &Console| {
        matches!(&console.last, Some(guichet::wire::RelayFrame::Error { watch: Some(1), message, .. })
            if message.starts_with("column 1: "))
    };
    console.until(told).await;
    rig.daemon.stop().await.expect("a clean stop");
}

fn inbox(query: &str) -> Watch {
    let filter = TicketFilter { query: Some(query.into()), ..TicketFilter::default() };
    let sort = guichet::wire::Sort::Urgency;
    Watch::Inbox { filter, sort, anchor: None, before: 0, place: 0, rows: 50 }
}

/// Nothing happens but that time passes: what comes to fit comes, and what does not fit any more goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_watched_query_follows_what_happens_and_the_clock() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir).await;
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox("due<5m")).await;
    console.settle().await;
    assert_eq!(console.numbers(), [0; 0]);
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 301));
    console.until(|console| console.numbers() == [1]).await;
    // Further than the relay knows turns ahead.
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 2_101));
    console.until(|console| console.numbers() == [1, 2]).await;
    rig.act(&anna, 2, json!({"do": "prioritise", "priority": "low"})).await;
    console.until(|console| console.numbers() == [1]).await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_views_are_told_to_consoles_and_counted() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir).await;
    let views = rig.daemon.relay.store.read().policy().views.clone();
    let told: Vec<_> = views.iter().map(|view| (view.name.as_str(), view.query.as_str())).collect();
    assert_eq!(
        told,
        [("vips", "tag:vip sort:newest"), ("waits long", "queue:support waiting>10m")]
    );
    let mut console = Console::open(&rig, &anna).await;
    let mut queries: Vec<_> = views.into_iter().map(|view| view.query).collect();
    queries.push("queue:gone".into());
    console.watch(2, Watch::Tallies { queries }).await;
    let counted = |console: &Console, wanted: [Option<usize>; 3]| {
        let wanted = wanted.map(|total| total.map(|total| TallyView { total, beyond: false }));
        matches!(console.parts.get(&2), Some(Fresh::Tallies(told)) if told[..] == wanted)
    };
    console.until(|console| counted(console, [Some(2), Some(2), None])).await;
    rig.act(&anna, 2, json!({"do": "tag", "add": ["vip"]})).await;
    console.until(|console| counted(console, [Some(3), Some(2), None])).await;
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 301));
    console.until(|console| counted(console, [Some(3), Some(3), None])).await;
    rig.daemon.stop().await.expect("a clean stop");
}

/// Whom a ticket concerns although it is not his: by query, in the ticket, and told to him.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_named_who_follows_and_who_has_something_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let due = Timestamp::from_secs(NOW + 600).to_jiff().to_string();
    for (who, number, action) in [
        (&anna, 1, json!({"do": "note", "text": "@bruno look at that"})),
        (&anna, 2, json!({"do": "todo", "text": "call him", "owner": "bruno", "due": due})),
        (&anna, 1, json!({"do": "todo", "text": "ask the depot"})),
        (&bruno, 5, json!({"do": "follow"})),
    ] {
        let (status, answer) = rig.act(who, number, action).await;
        assert_eq!(status, 200, "{answer}");
    }
    let found = async |account: &Secret, query: &str| {
        let (status, found) = listed(&rig, account, &[("query", query)]).await;
        assert_eq!(status, 200, "{query}: {found}");
        let mut found = numbers(&found);
        found.sort_unstable();
        found
    };
    for (query, his, hers) in [
        ("mention:me", vec![1], vec![]),
        ("mention:new", vec![1], vec![]),
        ("mention:bruno", vec![1], vec![1]),
        ("todo:me", vec![2], vec![1]),
        ("todo:any", vec![1, 2], vec![1, 2]),
        ("todo:none", vec![4, 5], vec![4, 5]),
        ("follow:me", vec![5], vec![]),
    ] {
        assert_eq!(found(&bruno, query).await, his, "{query}");
        assert_eq!(found(&anna, query).await, hers, "{query}");
    }
    rig.act(&bruno, 1, json!({"do": "mark_read"})).await;
    assert_eq!(found(&bruno, "mention:new").await, [0; 0]);
    assert_eq!(found(&bruno, "mention:me").await, [1]);
    let (_, ticket) = listed(&rig, &anna, &[("query", "todo:bruno")]).await;
    let todo = &ticket[0]["aside"]["todos"][0];
    assert_eq!((&todo["text"], &todo["owner"]), (&json!("call him"), &json!("bruno")));
    // What he is told of.
    let mut console = Console::open(&rig, &bruno).await;
    console.watch(1, Watch::Notices).await;
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 601));
    rig.daemon.relay.wake.deadline.notify_one();
    rig.hears("393330000005", "wamid.6", NOW, "ci siete?").await;
    let mut told = Vec::new();
    while !told.contains(&"todo_due".to_owned()) || !told.contains(&"followed".to_owned()) {
        assert!(console.take().await, "{:?}", console.last);
        if let Some(guichet::wire::RelayFrame::Frame { parts, .. }) = &console.last {
            for part in parts {
                let Fresh::Notices(change) = &part.fresh else { continue };
                let kinds = change.items.iter().map(|notice| json!(notice.kind));
                told.extend(kinds.filter_map(|kind| kind.as_str().map(str::to_owned)));
            }
        }
        console.ack().await;
    }
    for kind in ["mentioned", "todo", "followed", "todo_due"] {
        assert!(told.contains(&kind.to_owned()), "{kind}: {told:?}");
    }
    rig.act(&bruno, 2, json!({"do": "todo_done", "id": 1})).await;
    assert_eq!(found(&bruno, "todo:me").await, [0; 0]);
    rig.daemon.stop().await.expect("a clean stop");
}

/// Fields are set, shown, found and, where they must have a value, asked for before a ticket is solved.
#[tokio::test(flavor = "multi_thread")]
async fn fields_are_found_by_their_values() {
    let dir = tempfile::tempdir().expect("a folder");
    let more = "[[field]]\nname = 'category'\ntype = 'choice'\nchoices = ['refund', 'other']\nrequired = true\n\
                [[field]]\nname = 'price'\ntype = 'number'\n\
                [[field]]\nname = 'remark'\ntype = 'text'";
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", more), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393330000001", "wamid.1", NOW - 60, "ciao").await;
    let set =
        |field: &str, value: Value| json!({"do": "set_field", "field": field, "value": value});
    for (action, status) in [
        (json!({"do": "solve"}), 409),
        (set("category", json!("lost")), 422),
        (set("colour", json!("red")), 422),
        (set("category", json!("Refund")), 200),
        (set("price", json!("12.50")), 200),
        (set("remark", json!("limps a little")), 200),
    ] {
        let (answered, answer) = rig.act(&anna, 1, action.clone()).await;
        assert_eq!(answered, status, "{action}: {answer}");
    }
    for (query, wanted) in [
        ("category:refund", vec![1]),
        ("category:other", vec![]),
        ("category:other,refund field.price:12.5", vec![1]),
        ("field.price:none", vec![]),
        ("-category:none", vec![1]),
        ("field.remark:\"limps a little\"", vec![1]),
    ] {
        let (_, found) = listed(&rig, &anna, &[("query", query)]).await;
        assert_eq!(numbers(&found), wanted, "{query}");
    }
    let (_, found) = listed(&rig, &anna, &[]).await;
    assert_eq!(
        found[0]["aside"]["fields"],
        json!({"category": "refund", "price": "12.5", "remark": "limps a little"})
    );
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    let told = |text: &str| {
        let entries = thread["entries"].as_array().expect("entries");
        entries.iter().any(|entry| entry["text"] == text)
    };
    assert!(told("category: refund, by anna"), "{thread}");
    assert!(told("remark: limps a little, by anna"), "{thread}");
    assert_eq!(rig.act(&anna, 1, json!({"do": "solve"})).await.0, 200);
    let erase = AdminRequest::ContactErase { contact: ContactId(1) };
    let socket = dir.path().join("data/admin.sock");
    admin::call(&socket, &erase, &mut |_| Ok(())).await.expect("erased");
    for path in ["/api/v1/tickets/1/thread", "/api/v1/tickets?state=solved"] {
        let (status, told) = rig.read(&anna, path).await;
        assert!(status == 200 && !told.to_string().contains("limps"), "{path}: {status} {told}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}
