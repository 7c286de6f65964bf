//! A template for many people: whom it goes to, that it waits behind everything else, and its report.

use crate::rig::{Rig, reached};
use crate::sessions::{Console, inbox};
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::sandbox::{Faults, Handle, Options, Sandbox};
use guichet::wire::Watch;
use serde_json::{Value, json};
use std::time::Duration;

const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;

/// A relay, its platform with a messaging limit, and a supervisor; time stands still.
pub(crate) struct Scene {
    pub(crate) rig: Rig,
    pub(crate) sandbox: Handle,
    clock: Clock,
    pub(crate) ada: Secret,
    _dir: tempfile::TempDir,
}

impl Scene {
    async fn new(limit: usize) -> Self {
        Self::with(limit, Faults::default()).await
    }

    pub(crate) async fn with(limit: usize, faults: Faults) -> Self {
        Self::ruled(limit, faults, "[consent]\nmarketing_per_week = 1\n").await
    }

    /// The same with other rules.
    async fn ruled(limit: usize, faults: Faults, more: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp::from_secs(NOW));
        let bound = Sandbox::bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        let config = reached(dir.path(), &bound.api_url(), more);
        let rig = Rig::start(config, clock.clone()).await;
        let options = Options { limit, faults, ..rig.platform() };
        let sandbox = bound.start(options, clock.clone()).expect("a sandbox");
        let ada = rig.account("ada", Role::Supervisor, &["support"]).await;
        let scene = Self { rig, sandbox, clock, ada, _dir: dir };
        scene
            .until("the templates", |scene| {
                let views = scene.rig.daemon.relay.store.read();
                views.desk().templates.contains_key(&Name::from("2"))
            })
            .await;
        scene
    }

    /// Looks until it is so; what it is about is told if it never is.
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        for _ in 0..6_000 {
            if so(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what} did not come about");
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.rig.ask(Some(&self.ada), &format!("/api/v1/{path}"), body).await
    }

    /// These people agree to marketing; nobody of them has ever written.
    pub(crate) async fn agree(&self, phones: &[String]) {
        for piece in phones.chunks(200) {
            let row = |phone: &String| {
                json!({ "phone": phone, "purpose": "marketing", "granted": true,
                        "at": Timestamp::from_secs(NOW - DAY).to_string(), "why": "a form" })
            };
            let rows: Vec<_> = piece.iter().map(row).collect();
            let (status, answer) = self.post("consents", json!({ "rows": rows })).await;
            assert_eq!((status, &answer["refused"]), (200, &json!([])), "{answer}");
        }
    }

    /// These two contacts are one person; the first one's id.
    async fn merge(&self, one: &str, other: &str) -> Value {
        let (_, all) = self.rig.read(&self.ada, "/api/v1/contacts?limit=0").await;
        let all = all.as_array().cloned().expect("a list");
        let id = |phone: &str| {
            let of = all.iter().find(|of| of["phone"] == *phone).expect("he is known");
            of["id"].clone()
        };
        let path = format!("contacts/{}/merge", id(one));
        let (status, answer) = self.post(&path, json!({ "with": id(other) })).await;
        assert_eq!(status, 200, "{answer}");
        id(one)
    }

    pub(crate) async fn make(&self, name: &str) {
        self.make_with(name, "season_sale").await;
    }

    pub(crate) async fn make_with(&self, name: &str, template: &str) {
        let request =
            json!({ "name": name, "template": template, "language": "it", "digest": "d" });
        let (status, answer) = self.post("campaigns", request).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Gives rows; how many are taken then.
    async fn fill(&self, name: &str, from: usize, rows: &[Value]) -> u64 {
        let request = json!({ "from": from, "rows": rows });
        let (status, answer) = self.post(&format!("campaigns/{name}/recipients"), request).await;
        assert_eq!(status, 200, "{answer}");
        answer["rows"].as_u64().expect("a number")
    }

    pub(crate) async fn fill_all(&self, name: &str, phones: &[String]) {
        let rows: Vec<_> = phones.iter().map(|phone| row(phone)).collect();
        for (nth, piece) in rows.chunks(200).enumerate() {
            self.fill(name, nth * 200, piece).await;
        }
    }

    pub(crate) async fn does(&self, name: &str, what: &str) -> (u16, Value) {
        self.post(&format!("campaigns/{name}/actions"), json!({ "do": what })).await
    }

    async fn report(&self, name: &str) -> Value {
        let (status, report) = self.rig.read(&self.ada, &format!("/api/v1/campaigns/{name}")).await;
        assert_eq!(status, 200, "{report}");
        report
    }

    /// Reports until it is so; the report.
    pub(crate) async fn reports(&self, name: &str, so: impl Fn(&Value) -> bool) -> Value {
        let mut report = Value::Null;
        for _ in 0..3_000 {
            report = self.report(name).await;
            if so(&report) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came so far: {report}");
    }

    /// Desk time goes on so far after the beginning, and everybody who waits for it looks.
    pub(crate) fn at(&self, after: i64) {
        self.clock.set(Timestamp::from_secs(NOW + after));
        self.rig.daemon.relay.wake.sends.notify_one();
    }

    /// A customer writes; his ticket.
    async fn writes(&self, phone: &str) -> u64 {
        let known = self.rig.daemon.relay.store.read().unsolved();
        self.sandbox.say(phone, "ciao").expect("a customer");
        self.until("the ticket", |scene| scene.rig.daemon.relay.store.read().unsolved() > known)
            .await;
        let (_, all) = self.rig.read(&self.ada, "/api/v1/tickets?limit=0").await;
        let of = |ticket: &&Value| ticket["contact"]["phone"] == *phone;
        let ticket = all.as_array().expect("a list").iter().find(of).expect("his ticket");
        ticket["number"].as_u64().expect("a number")
    }

    /// Answers him and waits until the platform has taken it.
    async fn answers(&self, ticket: u64) {
        let reply = json!({ "do": "reply", "text": "eccomi" });
        let (status, answer) = self.rig.act(&self.ada, ticket, reply).await;
        assert_eq!(status, 200, "{answer}");
        let id = answer["outbox"].as_str().expect("an id").to_owned();
        self.until("the answer", |scene| scene.sandbox.record().accepted.contains_key(&id)).await;
    }
}

pub(crate) fn phones(many: usize) -> Vec<String> {
    (0..many).map(|nth| format!("39333{nth:07}")).collect()
}

fn row(phone: &str) -> Value {
    json!({ "phone": phone, "parameters": { "1": "Anna", "2": "20%" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_a_rule_forbids_is_refused_and_the_report_names_the_rule() {
    let scene = Scene::new(100).await;
    let people = phones(3);
    scene.agree(&people).await;
    // The second has had his message of the week already; the third took his word back.
    scene.make("before").await;
    scene.fill_all("before", &people[1..2]).await;
    assert_eq!(scene.does("before", "start").await.0, 200);
    scene.reports("before", |report| report["sent"] == 1).await;
    let stop = json!({ "rows": [{ "phone": people[2], "purpose": "marketing", "granted": false,
        "at": Timestamp::from_secs(NOW - 60).to_string(), "why": "by telephone" }] });
    assert_eq!(scene.post("consents", stop).await.0, 200);

    scene.make("spring").await;
    let rows = [
        row(&people[0]),
        row("+39 333-000.0000"),
        row(&people[1]),
        row(&people[2]),
        row("391110000000"),
        row("12"),
        json!({ "phone": people[0], "parameters": { "1": "Anna" } }),
        json!({ "phone": people[0], "parameters": { "1": "Anna", "2": "a\tb" } }),
    ];
    assert_eq!(scene.fill("spring", 0, &rows).await, 8);
    assert_eq!(scene.fill("spring", 0, &rows).await, 8, "what is taken is not taken again");
    assert_eq!(scene.fill("spring", u32::MAX as usize, &rows).await, 8, "nor what comes too early");
    let report = scene.report("spring").await;
    let turned: Vec<_> = report["turned"].as_array().expect("a list").iter().collect();
    let codes: Vec<_> = turned
        .iter()
        .map(|of| format!("{} {}", of["row"], of["code"].as_str().expect("a word")))
        .collect();
    assert_eq!(
        codes,
        [
            "2 twice",
            "3 marketing_cap",
            "4 consent_missing",
            "5 consent_missing",
            "6 malformed",
            "7 parameters_wrong",
            "8 parameter_malformed",
        ]
    );
    let told = turned[1]["message"].as_str().expect("a sentence");
    let cap = "the customer gets at most 1 marketing messages a week; there is room again at 20";
    assert!(told.starts_with(cap), "{told}");
    let refuses = Timestamp::from_secs(NOW - 60);
    assert_eq!(
        turned[2]["message"],
        format!("the customer has refused marketing messages since {refuses}")
    );
    assert_eq!(report["refused"]["consent_missing"], 2);
    assert_eq!((&report["waiting"], &report["state"]), (&json!(1), &json!("preparing")));

    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    assert_eq!(scene.rig.read(&anna, "/api/v1/campaigns").await.0, 403);
    let start = json!({ "do": "start" });
    let path = "/api/v1/campaigns/spring/actions";
    assert_eq!(scene.rig.ask(Some(&anna), path, start).await.0, 403);
    for (name, what, code) in [
        ("spring", "pause", "campaign_is"),
        ("autumn", "start", "no_campaign"),
        ("spring", "cancel", ""),
        ("spring", "resume", "campaign_is"),
    ] {
        let answer = scene.does(name, what).await.1;
        assert_eq!(answer["code"].as_str().unwrap_or_default(), code, "{name} {what}");
    }
    let report = scene.reports("spring", |report| report["cancelled"] == 1).await;
    assert_eq!((&report["waiting"], &report["sent"]), (&json!(0), &json!(0)));
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_several_contacts_gets_it_once_and_what_he_said_as_one_counts_for_all() {
    let scene = Scene::new(100).await;
    let people = phones(6);
    scene.agree(&people[..4]).await;
    scene.agree(&people[5..]).await;
    let says = async |phone: &str, purpose: &str, granted: bool, ago: i64| {
        let at = Timestamp::from_secs(NOW - ago).to_string();
        let row =
            json!({ "phone": phone, "purpose": purpose, "granted": granted, "at": at, "why": "x" });
        let (status, answer) = scene.post("consents", json!({ "rows": [row] })).await;
        assert_eq!((status, &answer["refused"]), (200, &json!([])), "{answer}");
    };
    // The fourth took his word back, the fifth has only said that he wants to hear of his orders.
    says(&people[3], "marketing", false, 60).await;
    says(&people[4], "utility", true, 60).await;
    for pair in people.chunks(2) {
        scene.merge(&pair[0], &pair[1]).await;
    }
    scene.make("spring").await;
    let rows = [0, 1, 2, 4].map(|nth: usize| row(&people[nth]));
    assert_eq!(scene.fill("spring", 0, &rows).await, 4);
    let report = scene.report("spring").await;
    let turned = report["turned"].as_array().expect("a list").iter();
    let codes: Vec<_> = turned.map(|of| format!("{} {}", of["row"], of["code"])).collect();
    assert_eq!(codes, ["2 \"twice\"", "3 \"consent_missing\""]);
    // Who was refused can be written to as soon as he agrees: nothing was left half done.
    says(&people[2], "marketing", true, 30).await;
    assert_eq!(scene.fill("spring", 4, &[row(&people[2])]).await, 5);
    assert_eq!(scene.does("spring", "start").await.0, 200);
    scene.reports("spring", |report| report["sent"] == 3).await;
    let record = scene.sandbox.record();
    let to: std::collections::BTreeSet<_> =
        record.sends.values().map(|send| send.customer.clone()).collect();
    assert_eq!(to, [0, 2, 4].map(|nth: usize| people[nth].clone()).into());
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// What one of a person's contacts has, or may have, none of the others is sent.
#[tokio::test(flavor = "multi_thread")]
async fn two_contacts_that_become_one_person_before_it_goes_get_it_once() {
    let scene = Scene::ruled(100, Faults::default(), "").await;
    let people = phones(9);
    scene.agree(&people).await;
    scene.merge(&people[6], &people[7]).await;
    scene.make("spring").await;
    scene.fill_all("spring", &people).await;
    let report = scene.report("spring").await;
    assert_eq!(report["refused"], json!({ "twice": 1 }), "{report}");
    scene.merge(&people[0], &people[1]).await;
    scene.merge(&people[2], &people[3]).await;
    // These were not one person after all: each has his own.
    let merged = scene.merge(&people[4], &people[5]).await;
    let (status, answer) = scene.post(&format!("contacts/{merged}/undo"), json!({})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(scene.does("spring", "start").await.0, 200);
    let report = scene.reports("spring", |of| of["waiting"] == 0 && of["sent"] == 6).await;
    let failed = report["failed"].as_array().expect("a list").clone();
    let codes: Vec<_> = failed.iter().map(|of| (&of["code"], &of["count"])).collect();
    assert_eq!(codes, [(&json!(900_000_002), &json!(2))], "{report}");
    let mut had = [0; 9];
    for send in scene.sandbox.record().sends.values() {
        let nth = people.iter().position(|phone| *phone == send.customer).expect("one of them");
        had[nth] += 1;
    }
    let pairs = [had[0] + had[1], had[2] + had[3], had[6] + had[7]];
    assert_eq!((pairs, had[4], had[5], had[8]), ([1, 1, 1], 1, 1, 1), "{had:?}");

    // Another campaign is another message.
    scene.make("summer").await;
    scene.fill("summer", 0, &[row(&people[0])]).await;
    assert_eq!(scene.does("summer", "start").await.0, 200);
    scene.reports("summer", |report| report["sent"] == 1).await;
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// Somebody watches and reads nothing, and the clock is put forward by an hour and back: everybody gets one.
#[tokio::test(flavor = "multi_thread")]
async fn neither_a_console_that_reads_nothing_nor_a_clock_that_jumps_holds_it_up_or_sends_twice() {
    let scene = Scene::new(1_000).await;
    let people = phones(120);
    scene.agree(&people).await;
    scene.make("spring").await;
    scene.fill_all("spring", &people).await;
    let silent = Console::open(&scene.rig, &scene.ada).await;
    silent.watch(1, inbox(200)).await;
    silent.watch(2, Watch::Counts).await;
    assert_eq!(scene.does("spring", "start").await.0, 200);
    for (sent, second) in [(10, 3_600), (40, 0), (70, -3_600), (100, 60)] {
        scene.until("some are sent", |scene| scene.sandbox.record().accepted.len() >= sent).await;
        scene.at(second);
    }
    let report = scene.reports("spring", |report| report["waiting"] == 0).await;
    assert_eq!((&report["sent"], &report["unconfirmed"]), (&json!(120), &json!(0)), "{report}");
    let record = scene.sandbox.record();
    assert_eq!((record.sent_twice().count(), record.sends.len()), (0, 120));
    let to: std::collections::BTreeSet<_> =
        record.sends.values().map(|send| send.customer.clone()).collect();
    assert_eq!(to.len(), 120, "each got his own");
    drop(silent);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_wait_at_the_messaging_limit_and_an_answer_does_not() {
    const LIMIT: usize = 100;
    // A tenth is left to people.
    const OF_CAMPAIGNS: usize = 90;
    let scene = Scene::new(LIMIT).await;
    let people = phones(1_000);
    scene.agree(&people).await;
    scene.make("spring").await;
    scene.fill_all("spring", &people).await;
    assert_eq!(scene.does("spring", "start").await.0, 200);
    let ticket = scene.writes("391112223334").await;
    scene.answers(ticket).await;
    let told = |count: usize| move |report: &Value| report["sent"] == json!(count);
    let report = scene.reports("spring", told(OF_CAMPAIGNS)).await;
    assert_eq!(report["waiting"], json!(1_000 - OF_CAMPAIGNS));
    // At the limit an answer goes, and so does a template that a person sends.
    scene.answers(ticket).await;
    let record = scene.sandbox.record();
    let templates = record.sends.values().filter(|send| send.kind == "template").count();
    assert_eq!(templates, OF_CAMPAIGNS, "an answer brings no more of the campaign with it");

    // One who waits for the campaign writes: he is answered first of all.
    assert_eq!(scene.does("spring", "pause").await.0, 200);
    let waits = {
        let views = scene.rig.daemon.relay.store.read();
        views.unsettled().next().expect("somebody waits").id
    };
    let phone = {
        let relay = &scene.rig.daemon.relay;
        let contact = relay.store.read().conversation(waits).expect("in memory").head.contact;
        let contact = relay.store.read().contact(contact).expect("known").clone();
        relay.opener.address(&contact).expect("opens").expect("he has one").value
    };
    let his = scene.writes(&phone).await;
    scene.answers(his).await;
    let report = scene.report("spring").await;
    assert_eq!(report["waiting"], json!(1_000 - OF_CAMPAIGNS), "his campaign's message waits");
    assert_eq!(scene.does("spring", "resume").await.0, 200);
    // His window is open: the message counts against no limit.
    scene.reports("spring", told(OF_CAMPAIGNS + 1)).await;

    // A day later the limit is free again, as often as it takes.
    scene.at(DAY + 60);
    scene.reports("spring", told(2 * OF_CAMPAIGNS + 1)).await;
    assert_eq!(scene.does("spring", "cancel").await.0, 200);
    let left = 1_000 - 2 * OF_CAMPAIGNS - 1;
    let report = scene.reports("spring", |report| report["waiting"] == 0).await;
    assert_eq!(report["cancelled"], json!(left));
    scene.at(2 * DAY);
    let everybody = |report: &Value| report["delivered"] == json!(2 * OF_CAMPAIGNS + 1);
    scene.reports("spring", everybody).await;
    scene.sandbox.say(&people[999], "no").expect("a customer");
    let record = scene.sandbox.record();
    assert_eq!(record.rejected.get(&131_048), None, "the platform never had to say no");
    assert_eq!(record.sent_twice().count(), 0);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_campaign_is_counted() {
    let scene = Scene::new(100).await;
    let people = phones(3);
    scene.agree(&people).await;
    scene.make("spring").await;
    scene.fill_all("spring", &people).await;
    assert_eq!(scene.does("spring", "start").await.0, 200);
    scene.reports("spring", |report| report["sent"] == 3).await;
    scene.at(2 * DAY);
    scene.reports("spring", |report| report["delivered"] == 3).await;
    let ticket = scene.writes(&people[1]).await;
    let report = scene.report("spring").await;
    assert_eq!((&report["answered"], &report["failed"]), (&json!(1), &json!([])), "{report}");
    let thread = format!("/api/v1/tickets/{ticket}/thread?all=true");
    let (_, thread) = scene.rig.read(&scene.ada, &thread).await;
    let said = thread["entries"].to_string();
    assert!(said.contains("scontato del 20%"), "{said}");
    let (status, all) = scene.rig.read(&scene.ada, "/api/v1/campaigns").await;
    assert_eq!((status, &all[0]["name"], &all[0]["rows"]), (200, &json!("spring"), &json!(3)));
    scene.rig.daemon.stop().await.expect("a clean stop");
}
