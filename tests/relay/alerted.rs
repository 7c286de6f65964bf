//! Alerts by rule: raised and cleared once, also across restarts, told at consoles, by mail, from a shell and in the
//! metrics.

use crate::alerts::until;
use crate::escalation::NOW;
use crate::headers::guichet;
use crate::rig::{Rig, reached};
use crate::sessions::Console;
use crate::smtp::Server;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::wire::Watch;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// One that watches how long customers wait, and one how many.
fn config(dir: &Path, port: u16) -> Config {
    let more = format!(
        "[[alert]]\nname = 'unanswered'\nwatch = 'unanswered'\nover = '5m'\nrepeat = '1h'\n\
         email = ['boss@example.org']\n\
         [[alert]]\nname = 'many'\nwatch = 'waiting'\nqueue = 'support'\nover = 4\n\
         [smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nfrom = 'desk@example.org'\n"
    );
    reached(dir, "http://127.0.0.1:9", &more)
}

fn at(minutes: i64) -> Clock {
    Clock::manual(Timestamp::from_secs(NOW + minutes * 60))
}

impl Rig {
    /// Names of the alerts that are raised.
    fn raised(&self) -> Vec<String> {
        let views = self.daemon.relay.store.read();
        views.desk().alerts.running.keys().map(ToString::to_string).collect()
    }

    /// Waits until just these are raised.
    async fn raises(&self, wanted: &[&str]) {
        until(&format!("{wanted:?}"), || (self.raised() == wanted).then_some(())).await;
    }

    /// How often each alert was raised, told again or cleared, since the desk began.
    fn turns(&self) -> Vec<(String, &'static str)> {
        use guichet::domain::desk::DeskEvent;
        use guichet::journal::codec::StreamEvent;
        let reader = self.daemon.relay.store.reader();
        let records = reader.scan(guichet::journal::Position::START, 100_000).expect("it reads");
        let changes = records
            .iter()
            .flat_map(|record| guichet::relay::views::changes(record).expect("it reads"));
        let events = changes.flat_map(|change| change.events);
        let turned = events.filter_map(|event| match event {
            StreamEvent::Desk(DeskEvent::AlertTurned(of)) => {
                Some((of.name.to_string(), of.turn.word()))
            }
            _ => None,
        });
        turned.collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_raised_once_over_restarts_and_mailed_once_for_each_turn() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let port = server.start().await;
    let rig = Rig::start(config(dir.path(), port), at(0)).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW, "il mio segreto").await;
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 300));
    rig.daemon.stop().await.expect("a clean stop");
    // It has become too long while the relay was down.
    let rig = Rig::start(config(dir.path(), port), at(6)).await;
    rig.raises(&["unanswered"]).await;
    let settled =
        |rig: &Rig| rig.daemon.relay.store.read().desk().alerts.owed.is_empty().then_some(());
    until("the mail is sent", || settled(&rig)).await;
    rig.daemon.stop().await.expect("a clean stop");

    let rig = Rig::start(config(dir.path(), port), at(7)).await;
    rig.raises(&["unanswered"]).await;
    rig.act(&anna, 1, json!({"do": "take"})).await;
    rig.act(&anna, 1, json!({"do": "solve"})).await;
    rig.raises(&[]).await;
    until("the second mail is sent", || settled(&rig)).await;
    let turns: Vec<_> = rig.turns().into_iter().map(|(_, turn)| turn).collect();
    assert_eq!(turns, ["raised", "cleared"]);
    rig.daemon.stop().await.expect("a clean stop");
    let mails = server.mails();
    let lines = mails.iter().flat_map(|mail| mail.text.lines());
    let subjects = lines.filter_map(|line| line.strip_prefix("Subject: Guichet: "));
    let subjects: Vec<_> = subjects.collect();
    let [raised, cleared] = &subjects[..] else { panic!("two mails: {subjects:?}") };
    assert!(raised.starts_with("alert unanswered: a customer waits for 6 min"), "{raised}");
    assert!(
        cleared.starts_with("alert unanswered: cleared: a customer waits for 0 s"),
        "{cleared}"
    );
    assert!(mails.iter().all(|mail| !mail.text.contains("segreto")), "a customer's word");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_care_is_told_to_all_and_nothing_is_told_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let port = server.start().await;
    let rig = Rig::start(config(dir.path(), port), at(0)).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    let mut hers = Console::open(&rig, &carla).await;
    hers.watch(1, Watch::Wall).await;
    for nth in 1..=5 {
        rig.hears(&format!("39333000000{nth}"), &format!("wamid.{nth}"), NOW, "ciao").await;
    }
    let names = |of: &Console| {
        let alerts = of.walls.get(&1).map_or(&[][..], |(_, wall)| &wall.alerts);
        alerts.iter().map(|of| (of.name.clone(), of.acknowledged_by.clone())).collect::<Vec<_>>()
    };
    hers.until(|of| names(of) == [("many".to_owned(), None)]).await;

    let (status, refused) = rig.read(&anna, "/api/v1/alerts").await;
    assert_eq!((status, &refused["code"]), (403, &json!("role_missing")));
    let path = "/api/v1/alerts/acknowledge";
    let (status, refused) = rig.ask(Some(&carla), path, json!({"name": "few"})).await;
    assert_eq!((status, &refused["code"]), (404, &json!("no_alert")));
    let ran = guichet(&rig, &carla, &["alerts", "ack", "many", "--json"]).await;
    let acked: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(acked["running"][0]["acknowledged_by"], "carla");
    hers.until(|of| names(of) == [("many".to_owned(), Some("carla".to_owned()))]).await;
    let ran = guichet(&rig, &carla, &["alerts"]).await;
    let said = String::from_utf8(ran.stdout).expect("text");
    assert!(said.contains("many") && said.contains("customers who wait: 5"), "{said}");
    let shown = async || rig.http.get(rig.api("/metrics")).send().await.expect("an answer");
    let gauge = r#"guichet_alert_raised{alert="many",watch="waiting"} 1"#;
    let mut shows = false;
    for _ in 0..600 {
        shows = shown().await.text().await.expect("text").contains(gauge);
        if shows {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(shows, "the gauge");

    // The other is told again after an hour, until she takes care of it too.
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 400));
    rig.raises(&["many", "unanswered"]).await;
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 4_100));
    let again = |rig: &Rig| rig.turns().iter().filter(|(_, turn)| *turn == "again").count();
    until("it is told again", || (again(&rig) == 1).then_some(())).await;
    let (status, _) = rig.ask(Some(&carla), path, json!({})).await;
    assert_eq!(status, 200);
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 40_000));
    for nth in 1..=5 {
        rig.act(&anna, nth, json!({"do": "take"})).await;
        rig.act(&anna, nth, json!({"do": "solve"})).await;
    }
    rig.raises(&[]).await;
    assert_eq!(again(&rig), 1);
    let (_, all) = rig.read(&carla, "/api/v1/alerts").await;
    assert_eq!(all["ended"].as_array().map(Vec::len), Some(2));
    rig.daemon.stop().await.expect("a clean stop");
}
