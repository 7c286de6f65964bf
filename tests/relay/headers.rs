//! Files above templates, from the command line and through the API.

use crate::outbox::Scene;
use crate::rig::Rig;
use crate::templates::until;
use guichet::domain::id::TicketNumber;
use guichet::domain::roster::Role;
use guichet::kit::Secret;
use guichet::sandbox::Faults;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// Runs the program as somebody.
pub(crate) async fn guichet(rig: &Rig, token: &Secret, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(args);
    command.env("GUICHET_RELAY", rig.api("/").trim_end_matches('/'));
    command.env("GUICHET_TOKEN", token.expose());
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    ran.expect("it ends").expect("it runs")
}

/// A customer who has written, and an agent.
async fn asked(scene: &Scene) -> (TicketNumber, Secret) {
    until(scene, "invoice_ready", "it", |one| one.status == "APPROVED").await;
    let tickets = scene.customers(1).await;
    (tickets[0], scene.rig.account("anna", Role::Agent, &["support"]).await)
}

/// Waits until the platform has taken a template; what it was given.
async fn sent(scene: &Scene, name: &str) -> Value {
    let mut position = scene.rig.daemon.relay.position.clone();
    loop {
        let record = scene.sandbox.record();
        assert_eq!(record.rejected.len(), 0, "{:?}", record.rejected);
        let mut sent = record.sends.values().filter_map(|send| send.template.clone());
        if let Some(sent) = sent.find(|sent| sent["name"] == name) {
            return sent;
        }
        position.changed().await.expect("the journal is open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_disk_goes_above_a_template_and_ill_reception_is_told() {
    let scene = Scene::new(Faults::default()).await;
    let (ticket, anna) = asked(&scene).await;
    let change = json!({"name": "invoice_ready", "language": "it", "quality": "RED"});
    assert!(scene.sandbox.alter(change));
    until(&scene, "invoice_ready", "it", |one| one.quality.as_deref() == Some("RED")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let pdf = path("fattura 42.pdf", b"%PDF-1.4\n");
    let empty = path("empty.pdf", b"");
    let ticket = ticket.to_string();
    let invoice = ["send", &ticket, "--template", "invoice_ready", "--language", "it"];
    let values = ["--param", "first_name=Anna", "--param", "order=A-1042"];
    let base = [&invoice[..], &values].concat();

    for (args, told) in [
        ([&base[..], &["--header-file", &empty]].concat(), "the file is empty"),
        ([&base[..], &["--header-file", &pdf, "--param", "header=7"]].concat(), "not both"),
        (
            vec![
                "send",
                &ticket,
                "--template",
                "still_there",
                "--language",
                "it",
                "--header-file",
                &pdf,
            ],
            "has no file above it",
        ),
        (
            vec![
                "send",
                &ticket,
                "--template",
                "parcel_photo",
                "--language",
                "it",
                "--header-file",
                &pdf,
            ],
            "an image must be image/jpeg, image/png; this file is application/pdf",
        ),
    ] {
        let output = guichet(&scene.rig, &anna, &args).await;
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains(told), "{args:?}: {error}");
    }
    assert_eq!(scene.sandbox.record().requests.uploads, 0, "nothing was handed in");

    let output = guichet(&scene.rig, &anna, &[&base[..], &["--header-file", &pdf]].concat()).await;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    assert_eq!(error, "invoice_ready (it) has the quality RED: WhatsApp may pause it\n");
    let sent = sent(&scene, "invoice_ready").await;
    let document = &sent["components"][0]["parameters"][0]["document"];
    assert_eq!(document["filename"], "fattura 42.pdf", "{sent}");
    assert!(document["id"].as_str().is_some_and(|id| !id.contains("upload")), "{sent}");
    assert_eq!(scene.sandbox.record().requests.uploads, 1);
    let (_, thread) = scene.rig.read(&anna, &format!("/api/v1/tickets/{ticket}/thread")).await;
    let texts: Vec<_> = thread["entries"].as_array().into_iter().flatten().collect();
    let preview = |entry: &&Value| {
        entry["text"].as_str().unwrap_or_default().contains("[document] fattura 42.pdf")
    };
    assert!(texts.into_iter().any(|entry| preview(&entry)), "{thread}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_kind_or_of_nobody_is_refused() {
    let scene = Scene::new(Faults::default()).await;
    let (ticket, anna) = asked(&scene).await;
    let url = scene.rig.api(&format!("/api/v1/tickets/{ticket}/media?name=a.pdf"));
    let request = scene.rig.http.post(url).bearer_auth(anna.expose()).body(b"%PDF-1.4".to_vec());
    let file: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    let upload = file["upload"].as_str().expect("its number");
    for (value, told) in [
        (format!("upload:{upload}"), "must be of the kind image; the file is of the kind document"),
        ("upload:00000000000000000000000000000001".to_owned(), "there is no such file"),
        ("upload:1".to_owned(), "neither an https address nor the id of a file"),
    ] {
        let action = json!({"do": "template", "name": "parcel_photo", "language": "it",
            "parameters": {"header": value, "1": "Anna"}});
        let (status, refused) = scene.rig.act(&anna, ticket.0, action).await;
        let message = refused["message"].as_str().unwrap_or_default();
        assert!(status == 422 && message.contains(told), "{value}: {status} {refused}");
    }
    scene.end().await;
}

/// The platform must know the file by its own id, or it refuses the message.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_disk_goes_above_buttons() {
    let scene = Scene::new(Faults::default()).await;
    let ticket = scene.customers(1).await[0].to_string();
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let pdf = path("fattura.pdf", b"%PDF-1.4\n");
    let voice = path(
        "voice.ogg",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01",
    );
    let base = ["send", &ticket, "This one?"];
    for (more, told) in [
        (&["--button", "Yes", "--header-file", &voice][..], "stands above no text"),
        (&["--header-file", &pdf], "--header-file goes with"),
        (&["--button", "Yes", "--header", "H", "--header-file", &pdf], "not both"),
    ] {
        let output = guichet(&scene.rig, &anna, &[&base[..], more].concat()).await;
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains(told), "{more:?}: {error}");
    }
    assert_eq!(scene.sandbox.record().requests.uploads, 0, "nothing was handed in");
    for kind in ["image", "document"] {
        let header = json!({kind: {"id": "upload:67e5504410b1426f9247bb680e5fe0c8"}});
        let action = json!({"buttons": [{"title": "Yes"}]});
        let content = json!({"interactive": {"header": header, "body": "b", "action": action}});
        let asked = json!({"do": "send", "content": content});
        let (status, told) = scene.rig.act(&anna, ticket.parse().expect("a number"), asked).await;
        assert_eq!((status, &told["code"]), (422, &json!("malformed")), "of nobody: {told}");
    }
    let args = [&base[..], &["--button", "Yes", "--header-file", &pdf]].concat();
    let output = guichet(&scene.rig, &anna, &args).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut position = scene.rig.daemon.relay.position.clone();
    let record = loop {
        let record = scene.sandbox.record();
        assert_eq!(record.rejected.len(), 0, "{:?}", record.rejected);
        if record.sends.values().any(|send| send.kind == "interactive") {
            break record;
        }
        position.changed().await.expect("the journal is open");
    };
    assert_eq!(record.requests.uploads, 1);
    scene.end().await;
}
