//! The file of a new template: one name, one purpose, a text for each language.

use super::fault::Source;
use super::section::{Section, Value};
use super::{Fault, read};
use crate::domain::template::{Draft, DraftButton, Purpose};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the file of a new template; one draft for each language, all of which the platform would take.
///
/// # Errors
/// Every fault, each with its line and a hint.
pub fn drafts(path: &Path) -> Result<Vec<Draft>, Vec<Fault>> {
    let text = std::fs::read_to_string(path).map_err(|why| {
        let message = format!("cannot be read: {why}");
        let hint = "name a file that you may read".to_owned();
        vec![Fault { file: path.to_owned(), line: 1, column: 1, message, hint }]
    })?;
    let sources = [Source { path: path.to_owned(), text }];
    read(&sources, |root, _| whole(root)).0
}

fn whole(root: &Section<'_>) -> Option<Vec<Draft>> {
    let name = root.need("name", "such as name = \"order_ready\"");
    let purposes = [("utility", Purpose::Utility), ("marketing", Purpose::Marketing)];
    let category = root.need("category", "\"utility\" or \"marketing\"");
    let category = category.and_then(|value| value.one_of(&purposes));
    let examples = root.get("examples").map(|value| examples(&value));
    let texts = root.sections("text");
    if texts.is_empty() {
        root.need("text", "add a [[text]] with language and body");
    }
    let given = Given {
        name: name.as_ref().and_then(Value::text).map(str::to_owned),
        at: name,
        category,
        examples: examples.unwrap_or_else(|| Some(BTreeMap::new())),
    };
    let drafts: Vec<_> = texts.into_iter().map(|table| given.draft(table)).collect();
    drafts.into_iter().collect()
}

/// What all languages share.
struct Given<'a> {
    at: Option<Value<'a>>,
    name: Option<String>,
    category: Option<Purpose>,
    examples: Option<BTreeMap<String, String>>,
}

impl<'a> Given<'a> {
    fn draft(&self, table: Section<'a>) -> Option<Draft> {
        let language = table.need("language", "such as language = \"it\"");
        let body = table.need("body", "the text, with {{1}} or {{first_name}} for what differs");
        let (header, footer) = (table.get("header"), table.get("footer"));
        let buttons = table.get("buttons");
        let own = table.get("examples");
        let items = match &buttons {
            Some(value) => value.items()?,
            None => Vec::new(),
        };
        let read: Vec<_> = items.iter().map(button).collect();
        let text = |value: &Option<Value<'a>>| match value {
            Some(value) => value.text().map(|text| Some(text.trim().to_owned())),
            None => Some(None),
        };
        let (header_text, footer_text) = (text(&header), text(&footer));
        let body_text = body.as_ref().and_then(Value::text);
        let language_text = language.as_ref().and_then(Value::text);
        let own_examples = own.as_ref().map(examples);
        table.finish();
        let own_examples = own_examples.unwrap_or_else(|| Some(BTreeMap::new()))?;
        let mut draft = Draft {
            name: self.name.clone()?,
            language: language_text?.to_owned(),
            purpose: self.category?,
            header: header_text?,
            body: body_text?.trim().to_owned(),
            footer: footer_text?,
            buttons: read.into_iter().collect::<Option<_>>()?,
            examples: BTreeMap::new(),
        };
        // Of what all languages share each takes what it has variables for.
        let shared = self.examples.clone()?.into_iter().filter(|(key, _)| draft.takes(key));
        draft.examples = shared.chain(own_examples).collect();
        let faults = draft.faults();
        for fault in &faults {
            let place = match fault.part.as_str() {
                "name" => self.at.as_ref(),
                "language" => language.as_ref(),
                "header" => header.as_ref(),
                "footer" => footer.as_ref(),
                "examples" => own.as_ref().or(body.as_ref()),
                "buttons" => buttons.as_ref(),
                part => {
                    let nth = part.strip_prefix("buttons.").and_then(|nth| nth.parse().ok());
                    nth.and_then(|nth: usize| items.get(nth.checked_sub(1)?)).or(body.as_ref())
                }
            };
            // The examples are not where they lack.
            let what = match fault.part.as_str() {
                "examples" => format!("has examples that {}", fault.what),
                _ => fault.what.clone(),
            };
            if let Some(place) = place {
                place.wrong::<()>(&what, &fault.hint);
            }
        }
        faults.is_empty().then_some(draft)
    }
}

fn examples(value: &Value<'_>) -> Option<BTreeMap<String, String>> {
    let entries = value.section()?.entries();
    let read: Vec<_> =
        entries.into_iter().map(|(name, text)| Some((name, text.text()?.to_owned()))).collect();
    read.into_iter().collect()
}

/// `{ reply }`, `{ text, url, example }`, `{ text, phone }` or `{ code }`.
fn button(value: &Value<'_>) -> Option<DraftButton> {
    let table = value.section()?;
    let [reply, text, url, example, phone, code] =
        ["reply", "text", "url", "example", "phone", "code"].map(|key| table.get(key));
    table.finish();
    let words = |value: Option<Value<'_>>| value?.text().map(str::to_owned);
    match (reply, text, url, phone, code) {
        (Some(reply), None, None, None, None) => Some(DraftButton::Reply(words(Some(reply))?)),
        (None, Some(text), Some(url), None, None) => {
            let (text, url) = (words(Some(text))?, words(Some(url))?);
            Some(DraftButton::Url { text, url, example: words(example) })
        }
        (None, Some(text), None, Some(phone), None) => {
            Some(DraftButton::Phone { text: words(Some(text))?, phone: words(Some(phone))? })
        }
        (None, None, None, None, Some(code)) => Some(DraftButton::Code(words(Some(code))?)),
        _ => value.wrong(
            "is no button",
            "{ reply = \"...\" }, { text, url, example }, { text, phone } or { code = \"...\" }",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Vec<Draft>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new.toml");
        std::fs::write(&path, text).expect("written");
        let prefix = format!("{}/", folder.path().display());
        drafts(&path).map_err(|faults| {
            let told = faults.iter().map(|fault| fault.to_string().replace(&prefix, ""));
            told.collect::<Vec<_>>().join("\n")
        })
    }

    const GOOD: &str = r#"name = "order_ready"
category = "utility"
[examples]
first_name = "Anna"
order = "A-17"
[[text]]
language = "it"
header = "Ordine {{order}}"
body = "Ciao {{first_name}}, il tuo ordine {{order}} è pronto."
buttons = [{ reply = "Grazie" }, { text = "Segui", url = "https://x.example/{{1}}", example = "https://x.example/1" }]
[[text]]
language = "en"
body = "Hello {{first_name}}, your order {{order}} is ready."
"#;

    #[test]
    fn a_file_has_a_draft_for_each_language() {
        let drafts = load(GOOD).expect("sound");
        let told: Vec<_> = drafts.iter().map(|one| (&*one.language, one.buttons.len())).collect();
        assert_eq!(told, [("it", 2), ("en", 0)]);
    }

    #[test]
    fn each_fault_has_its_line_and_a_hint() {
        let told = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            load(&GOOD.replacen(from, to, 1)).expect_err("faulty")
        };
        for (from, to, said) in [
            (
                "\"order_ready\"",
                "\"Order ready\"",
                "new.toml:1:1: `name` is no name of a template (lower-case letters, digits and _)",
            ),
            (
                "\"utility\"",
                "\"news\"",
                "new.toml:2:1: `category` has an unknown value (one of \"utility\", \"marketing\")",
            ),
            (
                "è pronto.",
                "{{order}}",
                "new.toml:9:1: `text.body` begins or ends with a variable (put words before and behind: the platform rejects it otherwise)",
            ),
            (
                "first_name = \"Anna\"\n",
                "",
                "new.toml:8:1: `text.body` has examples that lack one for {{first_name}} (the review looks at the text with its examples)",
            ),
            (
                "{ reply = \"Grazie\" }",
                "{ replay = \"Grazie\" }",
                "new.toml:10:14: unknown key `text.buttons.replay` (did you mean `reply`?)",
            ),
            (
                "\"Grazie\"",
                "\"Grazie mille per la pazienza\"",
                "new.toml:10:12: `text.buttons` has 28 characters (WhatsApp takes 1 to 25)",
            ),
            (
                "body = \"Hello",
                "boddy = \"Hello",
                "new.toml:13:1: unknown key `text.boddy` (did you mean `body`?)",
            ),
        ] {
            let told = told(from, to);
            assert!(told.lines().any(|line| line == said), "{told}");
        }
        assert!(
            load("name = 'a'\ncategory = 'utility'")
                .expect_err("faulty")
                .contains("`text` is missing")
        );
    }
}
