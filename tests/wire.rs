//! The JSON between relay and consoles, held by files: what is written there is a contract.
//!
//! After a change made on purpose: `GUICHET_WRITE_GOLDEN=1 cargo test --test wire`.

use guichet::wire::{
    Act, Acted, ClientFrame, ContactView, LoggedIn, Login, Refused, RelayFrame, TemplateView,
    ThreadView, TicketView,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;

/// Reads a golden file of lines, each one value; reads each also with a field that nobody knows; and writes
/// it again just as it stands.
fn holds<T: Serialize + DeserializeOwned>(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/wire")
        .join(name)
        .with_extension("jsonl");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let mut again = String::new();
    for line in text.lines() {
        let value: T = serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}: {line}"));
        let written = serde_json::to_string(&value).expect("JSON");
        let mut newer: Value = serde_json::from_str(line).expect("JSON");
        newer["a_field_of_tomorrow"] = Value::from(1);
        assert!(serde_json::from_value::<T>(newer).is_ok(), "{name}: {line}");
        again += &written;
        again.push('\n');
    }
    if std::env::var_os("GUICHET_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &again).expect("written");
    }
    assert_eq!(again, text, "{name}");
}

#[test]
fn what_is_said_stays_what_it_was() {
    holds::<TicketView>("ticket");
    holds::<ThreadView>("thread");
    holds::<ContactView>("contact");
    holds::<TemplateView>("template");
    holds::<Login>("login");
    holds::<LoggedIn>("logged_in");
    holds::<Act>("act");
    holds::<Acted>("acted");
    holds::<Refused>("refused");
    holds::<ClientFrame>("client_frame");
    holds::<RelayFrame>("relay_frame");
}

#[test]
fn kinds_of_tomorrow_are_read_as_unknown() {
    let client: ClientFrame = serde_json::from_str(r#"{"kind":"dance","steps":3}"#).expect("read");
    assert_eq!(client, ClientFrame::Unknown);
    let relay: RelayFrame = serde_json::from_str(r#"{"kind":"dance","steps":3}"#).expect("read");
    assert_eq!(relay, RelayFrame::Unknown);
}

#[test]
fn a_password_and_a_token_are_not_printed() {
    let login = Login { name: "anna".into(), password: "hunter2".into(), totp: Some("1".into()) };
    let shown = format!("{login:?}");
    assert!(shown.contains("anna") && !shown.contains("hunter2"), "{shown}");
}
