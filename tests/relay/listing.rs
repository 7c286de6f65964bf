//! Tickets listed from the command line.

use crate::headers::guichet;
use crate::outbox::Scene;
use guichet::domain::roster::Role;
use guichet::sandbox::Faults;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_listed_by_their_line() {
    let scene = Scene::new(Faults::default()).await;
    let tickets = scene.customers(2).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let output = guichet(&scene.rig, &anna, &["tickets", "--line", "support", "--json"]).await;
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = rows.as_array().expect("rows");
    let mut listed: Vec<_> = rows.iter().filter_map(|row| row["number"].as_u64()).collect();
    listed.sort_unstable();
    let mut known: Vec<_> = tickets.iter().map(|ticket| ticket.0).collect();
    known.sort_unstable();
    assert_eq!(listed, known);
    let output = guichet(&scene.rig, &anna, &["tickets", "--line", "nowhere"]).await;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("there is no line nowhere"), "{error}");
    assert!(error.contains("there are: support"), "{error}");
    scene.end().await;
}
