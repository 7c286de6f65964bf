//! `docs/inbound.md` tells the truth: it has every kind of message, and the tests that it names are there.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of all tables: the first cell, and the tests by file and name.
fn rows(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs` `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let tests = quoted(cells[2]);
        let tests = tests.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned()));
        (cells[0].to_owned(), tests.collect())
    })
    .collect()
}

#[test]
fn every_kind_has_its_row() {
    let source = read("src/domain/message.rs");
    let words = source.lines().filter_map(|line| line.trim().strip_prefix("Self::"));
    let known: BTreeSet<_> =
        words.filter_map(|line| line.split_once(" => \"")?.1.strip_suffix("\",")).collect();
    assert!(known.len() > 20 && known.contains("text"), "{known:?}");
    let page = read("docs/inbound.md");
    let rows = rows(&page);
    let told: BTreeSet<_> =
        rows.iter().filter_map(|(cell, _)| quoted(cell).first().copied()).collect();
    assert_eq!(told, known);
}

#[test]
fn every_test_that_is_named_is_there_and_is_about_the_kind() {
    let page = read("docs/inbound.md");
    for (cell, tests) in rows(&page) {
        assert!(!tests.is_empty(), "{cell}");
        for (file, test) in tests {
            let source = read(&file);
            let at = source.find(&format!("fn {test}()"));
            let at = at.unwrap_or_else(|| panic!("{cell}: {file} has no {test}"));
            let before: Vec<_> = source[..at].lines().rev().take(2).collect();
            let marked = before.iter().any(|line| line.contains("test"));
            assert!(marked, "{file}: {test} is no test");
            for kind in quoted(&cell) {
                assert!(source.contains(kind), "{file} says nothing of {kind}");
            }
        }
    }
}
