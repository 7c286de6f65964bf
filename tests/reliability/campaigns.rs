//! The relay is killed while a campaign's list is taken and while it sends: everybody gets one message at most,
//! and who got none is still waiting for his or shown as unconfirmed.

use crate::child::Child;
use crate::inside::opened;
use crate::office::Clerk;
use crate::replies::{killable, until};
use crate::setup::{ACCOUNT, hire, rounds};
use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::template::{Catalogue, Purpose, Template};
use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use serde_json::{Value, json};

const PEOPLE: usize = 240;

/// Makes a supervisor in a store that nobody has open; a token of his. The template is there from the beginning.
async fn prepare(config: &Config) -> Secret {
    let core = opened(config, Clock::system()).await;
    let secret = hire(&core, "ada").await;
    let sale = Template {
        name: "season_sale".into(),
        language: "it".into(),
        status: "APPROVED".into(),
        purpose: Purpose::Marketing,
        header: None,
        body: "{{1}} {{2}}".into(),
        footer: None,
        slots: ["1", "2"]
            .map(|name| guichet::domain::template::Slot { name: name.into(), ..Default::default() })
            .to_vec(),
        unsendable: None,
        buttons: Vec::new(),
        quality: None,
        offer: None,
        cards: Vec::new(),
        rejected: None,
    };
    let fetched = DeskEvent::TemplatesFetched {
        at: Clock::system().now(),
        account: Name::from(ACCOUNT),
        catalogue: Box::new(Catalogue { templates: vec![sale] }),
    };
    core.relay.desk.record("-test", vec![fetched]).await.expect("recorded");
    core.close().await.expect("it closes");
    secret
}

async fn rows(clerk: &Clerk, from: usize, rows: &[Value]) -> Option<usize> {
    let given = json!({ "from": from, "rows": rows });
    let (status, answer) = clerk.post("/campaigns/spring/recipients", given).await?;
    (status == 200).then(|| answer["rows"].as_u64().expect("a number") as usize)
}

/// The campaign's report, once nothing waits but what is unconfirmed.
async fn ended(clerk: &Clerk) -> Option<Value> {
    let report = clerk.read("/campaigns/spring").await?;
    (report["waiting"] == report["unconfirmed"]).then_some(report)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_campaign_is_taken_and_sent_nobody_gets_it_twice() {
    let temp = tempfile::tempdir().expect("a folder");
    let (config, platform) = killable(temp.path()).await;
    let path = temp.path().join("relay.toml");
    let token = prepare(&config).await;

    let (mut child, mut doors) = Child::ready(&path);
    let mut clerk = Clerk::at(doors.consoles, &token);
    let people: Vec<_> = (0..PEOPLE).map(|nth| format!("39333{nth:07}")).collect();
    let agree = |phone: &String| {
        json!({ "phone": phone, "purpose": "marketing", "granted": true,
                "at": "2026-01-01T00:00:00Z", "why": "a form" })
    };
    for piece in people.chunks(100) {
        let agreed: Vec<_> = piece.iter().map(agree).collect();
        let entered = clerk.post("/consents", json!({ "rows": agreed })).await;
        assert_eq!(entered.expect("an answer").0, 200);
    }
    let plan =
        json!({ "name": "spring", "template": "season_sale", "language": "it", "digest": "d" });
    assert_eq!(clerk.post("/campaigns", plan.clone()).await.expect("an answer").0, 200);

    // The list: the relay is killed in the middle of it, and what it says to be taken is.
    let list: Vec<_> = people
        .iter()
        .map(|phone| json!({ "phone": phone, "parameters": { "1": "Anna", "2": "20%" } }))
        .collect();
    let mut taken = rows(&clerk, 0, &list[..50]).await.expect("an answer");
    assert_eq!(taken, 50);
    let filling = {
        let (clerk, list) = (clerk.clone(), list.clone());
        tokio::spawn(async move { rows(&clerk, 50, &list[50..200]).await })
    };
    until("the middle of the list", async || {
        let known = clerk.read("/campaigns").await?[0]["rows"].as_u64()?;
        (known > 50).then_some(())
    })
    .await;
    child.kill();
    let acknowledged = filling.await.expect("no panic");
    (child, doors) = Child::ready(&path);
    clerk = Clerk::at(doors.consoles, &token);
    assert_eq!(clerk.post("/campaigns", plan).await.expect("an answer").0, 200, "it is known");
    let known = rows(&clerk, 0, &[]).await.expect("an answer");
    assert!(known > 50 && known >= acknowledged.unwrap_or(0), "{known} {acknowledged:?}");
    taken = known;
    while taken < list.len() {
        let most = (taken + 100).min(list.len());
        taken = rows(&clerk, taken, &list[taken..most]).await.expect("an answer");
    }

    // The sending.
    let start = clerk.post("/campaigns/spring/actions", json!({ "do": "start" })).await;
    assert_eq!(start.expect("an answer").0, 200);
    let rounds = rounds() as usize;
    for round in 0..rounds {
        let most = (round + 1) * PEOPLE / (rounds + 1);
        // After many kills so many are unconfirmed that no more may be left to send.
        until("some messages", async || {
            let done = platform.record().accepted.len() >= most || ended(&clerk).await.is_some();
            done.then_some(())
        })
        .await;
        child.kill();
        (child, doors) = Child::ready(&path);
        clerk = Clerk::at(doors.consoles, &token);
    }
    let report = until("the end of the campaign", async || ended(&clerk).await).await;
    let record = platform.record();
    assert_eq!(record.sent_twice().count(), 0);
    let mut times = std::collections::BTreeMap::<&str, usize>::new();
    for send in record.sends.values() {
        *times.entry(&send.customer).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let (sent, unconfirmed) = (&report["sent"], &report["unconfirmed"]);
    let all = sent.as_u64().unwrap_or(0) + unconfirmed.as_u64().unwrap_or(0);
    assert_eq!(all, PEOPLE as u64, "{report}");
    child.kill();
    println!("kill -9 in a campaign: {rounds} rounds, {sent} sent once, {unconfirmed} unconfirmed");
}
