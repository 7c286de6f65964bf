//! The variables of a template's text: `{{1}}`, `{{first_name}}`.

/// The pieces of a text: words, and the names of variables between `{{` and `}}`.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let named = rest.strip_prefix("{{").and_then(|inner| inner.split_once("}}"));
        if let Some((name, after)) = named.filter(|(name, _)| is_name(name.trim())) {
            rest = after;
            return Some(Piece::Variable(name.trim()));
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find("{{").map_or(rest.len(), |at| first + at);
        let (words, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Words(words))
    })
}

enum Piece<'a> {
    Words(&'a str),
    Variable(&'a str),
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The names of a text's variables, each once; numbers in their order, names as they come.
pub(in super::super) fn variables(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Variable(name) if !names.contains(&name) => names.push(name),
            Piece::Variable(_) | Piece::Words(_) => {}
        }
    }
    names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    names
}

/// The same text with its variables written without blanks: `{{ 1 }}` becomes `{{1}}`.
pub fn normal(text: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned(),
            Piece::Variable(name) => format!("{{{{{name}}}}}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn text_without_variables_stays_as_it_is(text in "[{}a1 é]{0,40}") {
            if variables(&text).is_empty() {
                proptest::prop_assert_eq!(normal(&text), text);
            }
        }
    }

    #[test]
    fn variables_come_once_and_numbers_in_order() {
        assert_eq!(
            variables("{{2}} {{ 1 }} {{2}} {{10}} {{a_b}} {{}} {{x y}} {{{3}}}"),
            ["1", "2", "3", "10", "a_b"]
        );
        assert_eq!(variables("{{{{3}}}}"), ["3"]);
        assert_eq!(normal("{{ 1 }}, {{a}} {{}} {x}"), "{{1}}, {{a}} {{}} {x}");
    }
}
