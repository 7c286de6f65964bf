//! Colleagues named in a note: `@anna`.

use super::name::Name;

/// Which of `names` a text calls by `@name`, whatever the case, in the order of `names`, each once. A name that
/// goes on with a letter, a digit or `_` is another one; of two names that both fit the longer one is meant.
pub fn mentioned<'a>(text: &str, names: impl Iterator<Item = &'a Name>) -> Vec<Name> {
    if !text.contains('@') {
        return Vec::new();
    }
    let text = text.to_lowercase();
    let names: Vec<_> = names.map(|name| (name, name.as_str().to_lowercase())).collect();
    let mut called = vec![false; names.len()];
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let before = text[..at].chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let fits = |(_, (_, name)): &(usize, &(&Name, String))| {
            let next = rest.strip_prefix(name.as_str()).map(|rest| rest.chars().next());
            next.is_some_and(|next| !next.is_some_and(|c| c.is_alphanumeric() || c == '_'))
        };
        let longest = names.iter().enumerate().filter(fits).max_by_key(|(_, (_, name))| name.len());
        if let Some((nth, _)) = longest {
            called[nth] = true;
        }
    }
    names
        .iter()
        .zip(called)
        .filter(|(_, called)| *called)
        .map(|((name, _), _)| (*name).clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_called() {
        let names = ["anna", "anna maria", "bruno", "Zoë"].map(Name::from);
        for (text, wanted) in [
            ("@anna look", "anna"),
            ("see (@Bruno), @ANNA.", "anna bruno"),
            ("@anna maria knows", "anna maria"),
            ("@annabel", ""),
            ("anna@bruno.example", ""),
            ("@zoë? @zoë!", "Zoë"),
            ("no one", ""),
            ("@", ""),
        ] {
            let called = mentioned(text, names.iter());
            let called: Vec<_> = called.iter().map(Name::as_str).collect();
            assert_eq!(called.join(" "), wanted, "{text}");
        }
    }
}
