//! The file of a new template: one name, one purpose, a text for each language.

use super::fault::Source;
use super::section::{Section, Value};
use super::{Fault, read};
use crate::domain::file::sendable;
use crate::domain::message::Kind;
use crate::domain::template::{Draft, DraftButton, DraftCard, DraftFile, DraftOffer, Purpose};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// Bytes of a file's beginning, by which it is known.
const HEAD: u64 = 64 * 1024;
/// Bytes of an example at most: the relay holds it in memory on its way to the platform.
const EXAMPLE_MOST: u64 = 16 << 20;

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

/// The buttons that there are.
const BUTTONS: &str = "{ reply }, { text, url, example }, { text, phone }, { code }, { text, flow, screen }, { call }, { catalog }, { products } or { contact_request = true }";

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
        let (above, file) = file(&table);
        let (place, offer) = (table.get("place"), table.get("offer"));
        let cards = Cards::read(&table);
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
        let in_place = match &place {
            Some(value) => value.flag(),
            None => Some(false),
        };
        let offered = match &offer {
            Some(value) => read_offer(value).map(Some),
            None => Some(None),
        };
        table.finish();
        let own_examples = own_examples.unwrap_or_else(|| Some(BTreeMap::new()))?;
        let mut draft = Draft {
            name: self.name.clone()?,
            language: language_text?.to_owned(),
            purpose: self.category?,
            header: header_text?,
            file: file?,
            place: in_place?,
            offer: offered?,
            cards: cards.read.clone()?,
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
                "file" => above.as_ref(),
                "place" => place.as_ref(),
                "offer" => offer.as_ref(),
                "footer" => footer.as_ref(),
                "examples" => own.as_ref().or(body.as_ref()),
                "buttons" => buttons.as_ref(),
                part if part.starts_with("cards") => cards.place(part).or(body.as_ref()),
                part => nth(part, "buttons", &items).or(body.as_ref()),
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

/// The item that a part names: `buttons.2` is the second.
fn nth<'v, 'a>(part: &str, of: &str, items: &'v [Value<'a>]) -> Option<&'v Value<'a>> {
    let nth = part.strip_prefix(of)?.strip_prefix('.')?.split('.').next()?;
    items.get(nth.parse::<usize>().ok()?.checked_sub(1)?)
}

/// The cards, and where they stand.
struct Cards<'a> {
    at: Option<Value<'a>>,
    items: Vec<Value<'a>>,
    read: Option<Vec<DraftCard>>,
}

impl<'a> Cards<'a> {
    fn read(table: &Section<'a>) -> Self {
        let at = table.get("cards");
        let items = at.as_ref().map_or_else(|| Some(Vec::new()), Value::items);
        let read = items.as_ref().and_then(|items| {
            let read: Vec<_> = items.iter().map(card).collect();
            read.into_iter().collect()
        });
        Self { at, items: items.unwrap_or_default(), read }
    }

    /// Where a fault of a part is told: at its card.
    fn place(&self, part: &str) -> Option<&Value<'a>> {
        nth(part, "cards", &self.items).or(self.at.as_ref())
    }
}

fn card(value: &Value<'_>) -> Option<DraftCard> {
    let table = value.section()?;
    let (_, file) = file(&table);
    let body = table.get("body").map_or(Some(""), |value| value.text());
    let buttons = table.get("buttons").map_or_else(
        || Some(Vec::new()),
        |all| {
            let read: Vec<_> = all.items()?.iter().map(button).collect();
            read.into_iter().collect()
        },
    );
    let given = table.get("examples").map_or_else(|| Some(BTreeMap::new()), |all| examples(&all));
    table.finish();
    match file? {
        Some(file) => {
            Some(DraftCard { file, body: body?.to_owned(), buttons: buttons?, examples: given? })
        }
        None => value.wrong("has no file", "name one: image = \"...\" or video = \"...\""),
    }
}

fn read_offer(value: &Value<'_>) -> Option<DraftOffer> {
    let table = value.section()?;
    let text = table.need("text", "such as text = \"Solo oggi\"");
    let ends = table.get("ends").map_or(Some(false), |value| value.flag());
    table.finish();
    Some(DraftOffer { text: text?.text()?.to_owned(), ends: ends? })
}

/// The file that a template or a card has above its text, and where it is named. It is looked at here, so that what the
/// platform would refuse of it has a line.
fn file<'a>(table: &Section<'a>) -> (Option<Value<'a>>, Option<Option<DraftFile>>) {
    type Make = fn(String) -> DraftFile;
    let kinds: [(&'static str, Make); 3] = [
        ("image", DraftFile::Image),
        ("video", DraftFile::Video),
        ("document", DraftFile::Document),
    ];
    let named = kinds.map(|(key, make)| table.get(key).map(|value| (value, make)));
    let mut named = named.into_iter().flatten();
    let Some((value, make)) = named.next() else { return (None, Some(None)) };
    if let Some((second, _)) = named.next() {
        let none = second.wrong("is a second file", "keep one of image, video and document");
        return (Some(second), none);
    }
    let read = value.path().and_then(|path| {
        let file = make(path.display().to_string());
        match looked_at(&path, file.kind()) {
            Ok(()) => Some(Some(file)),
            Err((what, hint)) => value.wrong(&what, hint),
        }
    });
    (Some(value), read)
}

/// What the platform would refuse of a file.
fn looked_at(path: &Path, kind: Kind) -> Result<(), (String, &'static str)> {
    let unread = |why: std::io::Error| {
        (format!("cannot be read: {why}"), "name a file that you may read, from this file's folder")
    };
    let file = std::fs::File::open(path).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(unread)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    let fits = "images are JPEG or PNG up to 5 MB, videos MP4 or 3GPP up to 16 MB, documents PDF";
    let judged = sendable(Some(kind), name.as_deref(), &head, bytes);
    let (_, mime) = judged.map_err(|refusal| (format!("is not taken: {refusal}"), fits))?;
    if kind == Kind::Document && mime != "application/pdf" {
        return Err((format!("is not taken: this file is {mime}"), fits));
    }
    if bytes > EXAMPLE_MOST {
        return Err(("has more than 16 MB".to_owned(), "hand in a smaller example"));
    }
    Ok(())
}

fn examples(value: &Value<'_>) -> Option<BTreeMap<String, String>> {
    let entries = value.section()?.entries();
    let read: Vec<_> =
        entries.into_iter().map(|(name, text)| Some((name, text.text()?.to_owned()))).collect();
    read.into_iter().collect()
}

/// Which keys it has says which kind it is: see [`BUTTONS`].
fn button(value: &Value<'_>) -> Option<DraftButton> {
    let table = value.section()?;
    let keys = [
        "reply",
        "text",
        "url",
        "example",
        "phone",
        "code",
        "flow",
        "screen",
        "call",
        "catalog",
        "products",
        "contact_request",
    ];
    let given = keys.map(|key| (key, table.get(key)));
    table.finish();
    let words = |key: &str| {
        let value = given.iter().find(|(known, _)| *known == key)?.1.as_ref()?;
        value.text().map(str::to_owned)
    };
    let there: Vec<_> =
        given.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| *key).collect();
    match there[..] {
        ["reply"] => Some(DraftButton::Reply(words("reply")?)),
        ["text", "url"] | ["text", "url", "example"] => {
            let example = if there.len() > 2 { Some(words("example")?) } else { None };
            Some(DraftButton::Url { text: words("text")?, url: words("url")?, example })
        }
        ["text", "phone"] => {
            Some(DraftButton::Phone { text: words("text")?, phone: words("phone")? })
        }
        ["code"] => Some(DraftButton::Code(words("code")?)),
        ["text", "flow"] | ["text", "flow", "screen"] => {
            let screen = if there.len() > 2 { Some(words("screen")?) } else { None };
            Some(DraftButton::Flow { text: words("text")?, flow: words("flow")?, screen })
        }
        ["call"] => Some(DraftButton::Call(words("call")?)),
        ["catalog"] => Some(DraftButton::Catalog(words("catalog")?)),
        ["products"] => Some(DraftButton::Products(words("products")?)),
        ["contact_request"] => {
            let (_, asked) = &given[keys.len() - 1];
            asked.as_ref()?.flag()?.then_some(DraftButton::ContactRequest)
        }
        _ => value.wrong("is no button", BUTTONS),
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
    fn a_carousel_names_its_files_from_its_own_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cards.toml");
        let text = r#"name = "cups"
category = "marketing"
[[text]]
language = "it"
body = "Le tazze di oggi:"
[[text.cards]]
image = "cup.png"
body = "Rossa, per {{1}} oggi"
examples = { 1 = "Anna" }
buttons = [{ reply = "Questa" }]
[[text.cards]]
image = "cup.png"
body = "Blu"
buttons = [{ reply = "Questa" }]
"#;
        std::fs::write(&path, text).expect("written");
        std::fs::write(folder.path().join("cup.png"), b"\x89PNG\r\n\x1a\n").expect("written");
        let drafts = drafts(&path).expect("sound");
        let files: Vec<_> = drafts[0].files().map(DraftFile::example).collect();
        let cup = folder.path().join("cup.png").display().to_string();
        assert_eq!(files, [cup.as_str(), cup.as_str()]);
        std::fs::write(&path, text.replacen("\"Questa\" }", "\"Questa\" }, { code = \"X\" }", 1))
            .expect("written");
        let faults = super::drafts(&path).expect_err("a card takes no code");
        let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [6, 11], "{faults:?}");
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
        for (from, to, said) in [
            (
                "header = \"Ordine {{order}}\"",
                "image = \"nothing.png\"",
                "new.toml:8:1: `text.image` cannot be read: No such file or directory (os error 2) (name a file that you may read, from this file's folder)",
            ),
            (
                "header = \"Ordine {{order}}\"",
                "image = \"new.toml\"",
                "new.toml:8:1: `text.image` is not taken: an image must be image/jpeg, image/png; this file is application/octet-stream (images are JPEG or PNG up to 5 MB, videos MP4 or 3GPP up to 16 MB, documents PDF)",
            ),
            (
                "header = \"Ordine {{order}}\"",
                "header = \"Ordine {{order}}\"\nplace = true",
                "new.toml:9:1: `text.place` is a second header (a template has one header)",
            ),
            (
                "header = \"Ordine {{order}}\"",
                "offer = { text = \"Questa offerta dura poco\" }",
                "new.toml:8:9: `text.offer` has 24 characters (WhatsApp takes 1 to 16)",
            ),
            (
                "{ reply = \"Grazie\" }",
                "{ text = \"Apri\", flow = \"seven\" }",
                "new.toml:10:12: `text.buttons` has a form that is none (its id, digits only)",
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
