//! Colleagues named in a note: `@anna`.

use super::name::Name;

/// Which of `names` a text calls by `@name`, whatever the case, in the order of `names`, each once. A name that
/// goes on with a letter, a digit or `_` is another one; of two names that both fit the longer one is meant.
pub fn mentioned<'a>(text: &str, names: impl Iterator<Item = &'a Name>) -> Vec<Name> {
    let names: Vec<_> = names.collect();
    let called: Vec<_> = calls(text, &names).into_iter().map(|(_, nth)| nth).collect();
    let called = names.iter().enumerate().filter(|(nth, _)| called.contains(&Some(*nth)));
    called.map(|(_, name)| (*name).clone()).collect()
}

/// The first word that a text calls by `@word` although none of `names` is meant, in lower case.
pub fn stranger<'a>(text: &str, names: impl Iterator<Item = &'a Name>) -> Option<String> {
    let names: Vec<_> = names.collect();
    let unknown = calls(text, &names).into_iter().find(|(_, nth)| nth.is_none());
    unknown.map(|(word, _)| word)
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every word after an `@` that begins one, in lower case, and which of the names it is.
fn calls(text: &str, names: &[&Name]) -> Vec<(String, Option<usize>)> {
    if !text.contains('@') {
        return Vec::new();
    }
    let text = text.to_lowercase();
    let names: Vec<_> = names.iter().map(|name| name.as_str().to_lowercase()).collect();
    let mut calls = Vec::new();
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let word: String = rest.chars().take_while(|c| goes_on(*c)).collect();
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) || word.is_empty() {
            continue;
        }
        let fits = |(_, name): &(usize, &String)| {
            let after = rest.strip_prefix(name.as_str());
            after.is_some_and(|after| !after.starts_with(goes_on))
        };
        let longest = names.iter().enumerate().filter(fits).max_by_key(|(_, name)| name.len());
        calls.push((word, longest.map(|(nth, _)| nth)));
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_called() {
        let names = ["anna", "anna maria", "bruno", "Zoë"].map(Name::from);
        for (text, wanted, unknown) in [
            ("@anna look", "anna", None),
            ("see (@Bruno), @ANNA.", "anna bruno", None),
            ("@anna maria knows", "anna maria", None),
            ("@annabel", "", Some("annabel")),
            ("@anna, @Bru: @carla", "anna", Some("bru")),
            ("anna@bruno.example", "", None),
            ("@zoë? @zoë!", "Zoë", None),
            ("no one", "", None),
            ("@ @@ (@)", "", None),
        ] {
            let called = mentioned(text, names.iter());
            let called: Vec<_> = called.iter().map(Name::as_str).collect();
            assert_eq!(called.join(" "), wanted, "{text}");
            assert_eq!(stranger(text, names.iter()).as_deref(), unknown, "{text}");
        }
    }
}
