use super::*;
use clap::Parser;
use serde_json::{Value, json};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    compose: Compose,
}

/// What the relay is asked, or why not.
fn asked(words: &[&str]) -> Result<Value, String> {
    let line = Line::try_parse_from([&["send"], words].concat());
    let line = line.map_err(|error| error.to_string())?;
    let action = line.compose.action().map_err(|failure| format!("{failure:?}"))?;
    Ok(serde_json::to_value(action).expect("JSON"))
}

#[test]
fn every_kind_can_be_said_on_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("a path").to_owned()
    };
    let list = file(
        "list.toml",
        "button = \"Open\"\n[[sections]]\ntitle = \"S\"\n[[sections.rows]]\ntitle = \"R\"\nid = \"r\"\n",
    );
    let content = file("content.json", r#"{"reaction": {"emoji": "👍"}}"#);
    let send = |content: Value| json!({"do": "send", "content": content});
    let touch = |action: Value| send(json!({"interactive": {"body": "b", "action": action}}));
    for (words, wanted) in [
        (&["ciao"][..], json!({"do": "reply", "text": "ciao"})),
        (&["ciao", "--quote", "w"], json!({"do": "reply", "text": "ciao", "quote": "w"})),
        (&["ciao", "--no-preview"], send(json!({"text": {"body": "ciao", "preview": false}}))),
        (
            &["--react", "👍", "--to", "w"],
            json!({"do": "send", "content": {"reaction": {"emoji": "👍"}}, "about": "w"}),
        ),
        (
            &["--react", "", "--to", "w"],
            json!({"do": "send", "content": {"reaction": {"emoji": ""}}, "about": "w"}),
        ),
        (
            &["--location", "-33.5,151", "--name", "Shop"],
            send(json!({"location": {"latitude": -33.5, "longitude": 151.0, "name": "Shop"}})),
        ),
        (
            &["--contact", "Anna Rossi, +39 333,+39 02", "--contact", "B,1"],
            send(json!({"contacts": [
                {"name": "Anna Rossi", "phones": ["+39 333", "+39 02"]}, {"name": "B", "phones": ["1"]}]})),
        ),
        (
            &["b", "--button", "Yes", "--button", "n=No", "--header", "H", "--footer", "F"],
            send(json!({"interactive": {"header": {"text": "H"}, "body": "b", "footer": "F",
                "action": {"buttons": [{"title": "Yes"}, {"id": "n", "title": "No"}]}}})),
        ),
        (
            &["b", "--list", &list],
            touch(
                json!({"list": {"button": "Open", "sections": [{"title": "S", "rows": [{"id": "r", "title": "R"}]}]}}),
            ),
        ),
        (
            &["b", "--link", "https://a.example", "--label", "Go"],
            touch(json!({"link": {"title": "Go", "url": "https://a.example"}})),
        ),
        (
            &["b", "--flow", "7", "--label", "Go", "--screen", "S", "--data", "a=1"],
            touch(json!({"flow": {"id": "7", "title": "Go", "screen": "S", "data": {"a": "1"}}})),
        ),
        (
            &["b", "--flow", "7", "--label", "Go"],
            touch(json!({"flow": {"id": "7", "title": "Go"}})),
        ),
        (&["b", "--ask", "location"], touch(json!("location_request"))),
        (&["b", "--ask", "contact"], touch(json!("contact_request"))),
        (
            &["--content", &content, "--quote", "w"],
            json!({"do": "send", "content": {"reaction": {"emoji": "👍"}}, "about": "w"}),
        ),
    ] {
        assert_eq!(asked(words), Ok(wanted), "{words:?}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (words, says) in [
        (&[][..], "give a text"),
        (&["b", "--button", "a", "--link", "https://a.example", "--label", "x"], "cannot be used"),
        (&["--button", "a"], "<TEXT>"),
        (&["b", "--link", "https://a.example"], "--label"),
        (&["b", "--label", "x"], "--label goes with"),
        (&["b", "--header", "x"], "--header and --footer go with"),
        (&["--react", "👍"], "--to"),
        (&["--location", "north"], "45.4642,9.19"),
        (&["--contact", "Anna"], "is no card"),
        (&["b", "--list", "/nowhere/list.toml"], "/nowhere/list.toml"),
    ] {
        let said = asked(words).expect_err("refused");
        assert!(said.contains(says), "{words:?}: {said}");
    }
}
