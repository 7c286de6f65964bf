//! The variables in a template's text.

pub(super) fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_variable(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(plain)
}

/// The variables of a text, each once, in the order in which they come.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let inside = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    for (name, _) in inside {
        let name = name.trim();
        if is_variable(name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The same in the order in which their examples are given: numbers by their size.
pub(super) fn ordered(text: &str) -> Vec<&str> {
    let mut names = variables(text);
    names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    names
}
