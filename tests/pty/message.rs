//! What a message holds, read as it was posted, and saved.

use crate::desk::Desk;
use guichet::kit::Clock;
use rustix::process::Signal;
use serde_json::json;

#[test]
fn cards_are_read_as_they_were_posted_and_saved_where_files_go() {
    let desk = Desk::open();
    let card = json!({"name": {"formatted_name": "Carla; Bianchi"}, "phones": [{"phone": "+39 02 2"}],
        "org": {"company": "Rossi", "title": "Capo"}, "addresses": [{"street": "Via Roma 1", "city": "Lecce"}],
        "urls": [{"url": "https://b.example"}], "birthday": "1970-01-01"});
    let at = Clock::system().now().secs().to_string();
    let message = json!({"from": "393331112222", "id": "wamid.2", "timestamp": at, "type": "contacts",
        "contacts": [card]});
    desk.gets(message.to_string());
    let downloads = tempfile::tempdir().expect("a folder");
    let mut tty = desk.console(&[("XDG_DOWNLOAD_DIR", &downloads.path().display().to_string())]);
    tty.types("\r");
    tty.until("the cards", |tty| tty.shown().contains("+39 02 2"));
    tty.types("V");
    tty.until("their raw form", |tty| tty.shown().contains("\"birthday\": \"1970-01-01\""));
    tty.types("\x1b");
    tty.until("the thread again", |tty| !tty.shown().contains("\"birthday\""));
    tty.types("B");
    tty.until("that they are saved", |tty| tty.shown().contains("saved: "));
    let saved = std::fs::read_to_string(downloads.path().join("Carla_ Bianchi.vcf"));
    let name = "Carla\\; Bianchi";
    let more = "ORG:Rossi\r\nTITLE:Capo\r\nADR:;;Via Roma 1;Lecce;;;\r\nURL:https://b.example\r\nBDAY:1970-01-01\r\n";
    let lines = format!("FN:{name}\r\nN:;{name};;;\r\nTEL:+39 02 2\r\n{more}");
    assert_eq!(
        saved.expect("the file"),
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}END:VCARD\r\n")
    );
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}
