//! The walls between the modules. In one package nothing but this test holds them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module, what of ours it may import, and what from outside it may not. `None`: anything of ours.
type Wall = (&'static str, Option<&'static [&'static str]>, &'static [&'static str]);

const SHELLS: &[&str] =
    &["tokio", "axum", "sled", "ratatui", "reqwest", "tracing", "hyper", "rustls", "metrics"];

const WALLS: &[Wall] = &[
    ("kit", Some(&[]), &[]),
    ("domain", Some(&["kit"]), SHELLS),
    ("journal", Some(&["kit", "domain", "vault"]), &["axum", "ratatui", "reqwest"]),
    ("vault", Some(&["kit", "domain", "journal"]), &["axum", "ratatui", "reqwest"]),
    ("wire", Some(&["kit", "domain"]), SHELLS),
    ("whatsapp", Some(&["kit"]), &["axum", "sled", "ratatui"]),
    ("relay", Some(&["kit", "domain", "journal", "vault", "wire", "whatsapp"]), &["ratatui"]),
    ("console", Some(&["kit", "domain", "wire"]), &["sled", "axum"]),
    ("sandbox", Some(&["kit"]), &["sled", "ratatui"]),
    ("cli", None, &[]),
];

/// Of `domain`, `wire` and `console` may use ids, value enums and what is shared with the relay: never its
/// events and states.
const DOMAIN_INSIDE: &[&str] = &["event", "conversation", "contact", "desk", "effect", "thread"];

const VAGUE: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "types", "base", "misc"];

const LINES_MOST: usize = 500;

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Every file under `src`, as its path from there and its text.
fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "the sources are not where they were");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("sources can be read");
        (path.strip_prefix(&root).expect("below src").to_owned(), text)
    };
    paths.into_iter().map(read).collect()
}

/// The first word of the path below `src`: the module.
fn module(path: &Path) -> String {
    let first = path.components().next().expect("a path").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The text without comments: walls are about code.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Paths that begin after `prefix`, with the groups of a `use` taken apart: `crate::{a, b::c}` is `a`, `b::c`.
fn paths_after(code: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
            continue;
        }
        expand(&code[at + prefix.len()..], "", &mut found);
    }
    found
}

fn expand(rest: &str, stem: &str, found: &mut Vec<String>) {
    let Some(group) = rest.strip_prefix('{') else {
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let path: String = rest.chars().take_while(|c| is_path(*c)).collect();
        match rest[path.len()..].strip_prefix('{') {
            Some(_) => expand(&rest[path.len()..], &format!("{stem}{path}"), found),
            None => found.push(format!("{stem}{path}")),
        }
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = group[start..at].trim();
                if !item.is_empty() {
                    expand(item, stem, found);
                }
                start = at + 1;
                if c == '}' {
                    return;
                }
            }
            _ => {}
        }
    }
}

#[test]
fn paths_are_found_in_all_their_forms() {
    let code =
        "use crate::a::b;\nuse crate::{c::{d, e::f}, g};\nlet x = crate::h::i();\nnotcrate::z";
    let found = paths_after(code, "crate::");
    assert_eq!(found, ["a::b", "c::d", "c::e::f", "g", "h::i"]);
}

#[test]
fn no_module_reaches_through_a_wall() {
    let mut faults = BTreeSet::new();
    for (path, text) in files() {
        let (from, code) = (module(&path), code(&text));
        let Some((_, ours, foreign)) = WALLS.iter().find(|(name, ..)| *name == from) else {
            continue;
        };
        for to in paths_after(&code, "crate::") {
            let mut parts = to.split("::");
            let (first, second) =
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let known = WALLS.iter().any(|(name, ..)| *name == first);
            let allowed = first == from || ours.is_none_or(|ours| ours.contains(&first));
            if known && !allowed {
                faults.insert(format!("{}: {from} must not import {first}", path.display()));
            }
            let inside = first == "domain" && DOMAIN_INSIDE.contains(&second);
            if inside && (from == "wire" || from == "console") {
                faults
                    .insert(format!("{}: {from} must not import domain::{second}", path.display()));
            }
        }
        for krate in *foreign {
            if !paths_after(&code, &format!("{krate}::")).is_empty() {
                faults.insert(format!("{}: {from} must not use the crate {krate}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_module_is_behind_a_wall() {
    for (path, _) in files() {
        let module = module(&path);
        let known = WALLS.iter().any(|(name, ..)| *name == module);
        assert!(known || module == "lib" || module == "main", "{module} has no wall");
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short_and_well_named() {
    let mut faults = Vec::new();
    for (path, text) in files() {
        let shown = path.display();
        // Tests beside the code are tables: their parent says what they are of.
        let of_tests = path.ends_with("tests.rs");
        if !of_tests && !text.starts_with("//!") {
            faults.push(format!("{shown}: does not begin with //!"));
        }
        let lines = text.lines().count();
        if lines > LINES_MOST && !of_tests {
            faults.push(format!("{shown}: {lines} lines; the most is {LINES_MOST}"));
        }
        for part in path.components() {
            let part = part.as_os_str().to_string_lossy();
            if VAGUE.contains(&part.trim_end_matches(".rs")) {
                faults.push(format!("{shown}: {part} says nothing"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
