//! `docs/platform.md` tells the truth: every row of the platform's own tables is in it, and the tests that it names are
//! there. The README has the rows in brief.

use guichet::sandbox::FIELDS;
use guichet::whatsapp::error::{Class, explain};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/platform.md";
const BEGIN: &str = "<!-- codes: made by `GUICHET_WRITE=1 cargo test --test platform` -->\n";
const END: &str = "<!-- end of codes -->";

/// Types of messages and of what is inside them, and statuses. Source: webhooks/reference/messages.
const KINDS: [&str; 29] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "button_reply",
    "list_reply",
    "nfm_reply",
    "call_permission_reply",
    "button",
    "order",
    "system",
    "request_welcome",
    "unsupported",
    "edit",
    "revoke",
    "group_id",
    "sent",
    "failed",
    "delivered",
    "read",
    "played",
    "deleted",
    "warning",
];

/// Codes and ranges of codes. Source: support/error-codes.
const CODES: &[(u32, u32)] = &[
    (0, 0),
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (10, 10),
    (33, 33),
    (100, 100),
    (190, 190),
    (200, 299),
    (368, 368),
    (613, 613),
    (80_007, 80_007),
    (130_403, 130_403),
    (130_429, 130_429),
    (130_472, 130_472),
    (130_497, 130_497),
    (131_000, 131_000),
    (131_005, 131_005),
    (131_008, 131_008),
    (131_009, 131_009),
    (131_016, 131_016),
    (131_020, 131_020),
    (131_021, 131_021),
    (131_026, 131_026),
    (131_030, 131_030),
    (131_031, 131_031),
    (131_037, 131_037),
    (131_041, 131_041),
    (131_042, 131_042),
    (131_044, 131_044),
    (131_045, 131_045),
    (131_047, 131_047),
    (131_048, 131_048),
    (131_049, 131_049),
    (131_050, 131_050),
    (131_051, 131_051),
    (131_052, 131_052),
    (131_053, 131_053),
    (131_055, 131_055),
    (131_056, 131_056),
    (131_057, 131_057),
    (131_059, 131_059),
    (131_062, 131_062),
    (131_063, 131_063),
    (131_064, 131_064),
    (131_201, 131_207),
    (131_208, 131_208),
    (131_209, 131_215),
    (132_000, 132_000),
    (132_001, 132_001),
    (132_005, 132_005),
    (132_007, 132_007),
    (132_008, 132_008),
    (132_012, 132_012),
    (132_015, 132_015),
    (132_016, 132_016),
    (132_018, 132_018),
    (132_068, 132_068),
    (132_069, 132_069),
    (133_000, 133_000),
    (133_004, 133_004),
    (133_005, 133_005),
    (133_006, 133_006),
    (133_008, 133_009),
    (133_010, 133_010),
    (133_015, 133_015),
    (133_016, 133_016),
    (134_011, 134_011),
    (134_100, 134_100),
    (134_101, 134_101),
    (134_102, 134_102),
    (135_000, 135_000),
    (137_000, 137_000),
    (138_000, 138_018),
    (139_100, 139_102),
    (139_103, 139_103),
    (147_001, 147_005),
    (2_388_019, 2_388_019),
    (2_388_024, 2_388_024),
    (2_388_039, 2_388_039),
    (2_388_040, 2_388_040),
    (2_388_047, 2_388_047),
    (2_388_072, 2_388_072),
    (2_388_073, 2_388_073),
    (2_388_293, 2_388_293),
    (2_388_299, 2_388_299),
    (2_494_055, 2_494_055),
    (2_593_107, 2_593_107),
    (2_593_108, 2_593_108),
];

fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    let path = place(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// First and last cell of each row of each table.
fn rows(page: &str) -> Vec<(&str, &str)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs` `"));
    rows.filter_map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        Some((*cells.first()?, *cells.last()?))
    })
    .collect()
}

fn word(class: Class) -> &'static str {
    match class {
        Class::Account => "the line is stopped until the operator has mended it",
        Class::Wait => "the line waits and tries again",
        Class::Message => "this message waits and is tried again",
        Class::Pair => "waits for this customer and tries again",
        Class::Never => "fails",
        Class::Template => "fails, and the template is fetched again",
        Class::Unknown => "unconfirmed, never sent again by itself",
    }
}

fn codes() -> String {
    let mut made = "| code | what it means | a send | tests |\n|---|---|---|---|\n".to_owned();
    let table = read("tests/relay/codes.rs");
    for (first, last) in CODES {
        let explained = explain(*first);
        assert!(table.contains(&format!("({first}, {last},")), "{first} is injected nowhere");
        let test = "`tests/relay/errors.rs` `each_code_has_its_outcome_and_is_told_to_the_agent`";
        let shown =
            if first == last { format!("`{first}`") } else { format!("`{first}` to `{last}`") };
        let (title, class) = (explained.title, word(explained.class));
        writeln!(made, "| {shown} | {title} | {class} | {test} |").expect("a string takes all");
    }
    made
}

#[test]
fn every_code_has_its_row_and_says_what_is_done() {
    let page = read(PAGE);
    let from = page.find(BEGIN).expect("the page has a place for the codes") + BEGIN.len();
    let to = page[from..].find(END).expect("the table has an end") + from;
    let made = codes();
    if std::env::var_os("GUICHET_WRITE").is_some() {
        let written = format!("{}{made}{}", &page[..from], &page[to..]);
        std::fs::write(place(PAGE), written).expect("the page can be written");
    } else {
        let stale = "the codes have changed: GUICHET_WRITE=1 cargo test --test platform";
        assert!(page[from..to] == made, "{stale}");
    }
    for (first, last) in CODES {
        for code in [*first, *last] {
            assert!(
                !explain(code).title.contains("that this version does not know"),
                "{code} is not explained"
            );
        }
    }
}

#[test]
fn every_field_and_every_kind_has_its_row() {
    let page = read(PAGE);
    let told: BTreeSet<_> = rows(&page).iter().flat_map(|(cell, _)| quoted(cell)).collect();
    for word in FIELDS.iter().chain(&KINDS) {
        assert!(told.contains(word), "{word} has no row");
    }
}

/// Kinds of messages to customers. Source: reference/messages, "interactive" types and the rest.
const SENT: [&str; 11] = [
    "text",
    "reaction",
    "location",
    "contacts",
    "buttons",
    "list",
    "link",
    "flow",
    "location_request",
    "contact_request",
    "template",
];

/// What the platform takes and Guichet does not send.
const NOT_SENT: [&str; 7] = [
    "product",
    "product_list",
    "catalog_message",
    "carousel",
    "address_message",
    "call_permission_request",
    "voice_call",
];

#[test]
fn what_is_not_sent_cannot_be_asked_for() {
    use guichet::domain::content::Content;
    use guichet::domain::interactive::Touch;
    let page = read(PAGE);
    let told: BTreeSet<_> = rows(&page).iter().flat_map(|(cell, _)| quoted(cell)).collect();
    for kind in NOT_SENT {
        assert!(told.contains(kind), "{kind} has no row");
        let asked = format!(r#"{{"{kind}":{{}}}}"#);
        let refused = [
            serde_json::from_str::<Content>(&asked).expect_err("no content").to_string(),
            serde_json::from_str::<Touch>(&asked).expect_err("nothing to touch").to_string(),
        ];
        for error in refused {
            assert!(error.starts_with("unknown variant"), "{kind}: {error}");
        }
    }
}

const README_BEGIN: &str = "<!-- rows: made by `GUICHET_WRITE=1 cargo test --test platform` -->\n";
const README_END: &str = "<!-- end of rows -->";

/// The rows below a heading in brief: what it is, and the first test that holds it.
fn brief(page: &str, heading: &str, first: &str) -> String {
    let part = page.split("\n## ").find(|part| part.starts_with(heading)).expect("the heading");
    let mut made = format!("| {first} | held by |\n|---|---|\n");
    for (cell, tests) in rows(part) {
        let named = quoted(tests);
        let (file, test) = (named[0], named[1]);
        writeln!(made, "| {cell} | `{file}` `{test}` |").expect("a string takes all");
    }
    made
}

/// The tables of the README: all that comes in, and all that goes out.
#[test]
fn the_readme_has_every_kind_and_field_with_a_test() {
    let (platform, outbound) = (read(PAGE), read("docs/outbound.md"));
    let tables = [
        brief(&platform, "Messages of customers", "message of a customer"),
        brief(&platform, "Statuses", "status"),
        brief(&platform, "Webhook fields", "webhook field"),
        brief(&outbound, "# What agents send", "message to a customer"),
        brief(&platform, "What is sent", "what else is sent, or not"),
    ];
    let made = format!("\n{}\n", tables.join("\n"));
    let page = read("README.md");
    let from =
        page.find(README_BEGIN).expect("the README has a place for rows") + README_BEGIN.len();
    let to = page[from..].find(README_END).expect("the rows have an end") + from;
    if std::env::var_os("GUICHET_WRITE").is_some() {
        let written = format!("{}{made}{}", &page[..from], &page[to..]);
        std::fs::write(place("README.md"), written).expect("the README can be written");
    } else {
        let stale = "the rows have changed: GUICHET_WRITE=1 cargo test --test platform";
        assert!(page[from..to] == made, "{stale}");
    }
    let told: BTreeSet<_> = rows(&made).iter().flat_map(|(cell, _)| quoted(cell)).collect();
    let all = FIELDS.iter().chain(&KINDS).chain(&SENT).chain(&NOT_SENT);
    for word in all {
        assert!(told.contains(word), "{word} has no row in the README");
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    for page in [PAGE, "docs/identity.md"] {
        let page = read(page);
        let rows = rows(&page);
        assert!(rows.len() > 7);
        for (cell, tests) in rows {
            let mut file = None;
            for word in quoted(tests) {
                if word.ends_with(".rs") {
                    file = Some(read(word));
                    continue;
                }
                let source = file.as_ref().unwrap_or_else(|| panic!("{cell}: {word} of no file"));
                let there = source.contains(&format!("fn {word}("))
                    || source.contains(&format!("#[case::{word}("));
                assert!(there, "{cell}: there is no test {word}");
            }
        }
    }
}
