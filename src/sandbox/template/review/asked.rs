//! A request for a new template, read strictly: its parts and what may stand beside what (pages
//! templates/template-management and template components).

use super::invalid;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::template::slots;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A part of a template.
#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields, rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Component {
    Header { format: Format, text: Option<String>, example: Option<Example> },
    Body { text: String, example: Option<Example> },
    Footer { text: String },
    Buttons { buttons: Vec<Button> },
    LimitedTimeOffer { limited_time_offer: Offer },
    Carousel { cards: Vec<Card> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Format {
    Text,
    Image,
    Video,
    Document,
    Location,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Example {
    header_text: Vec<String>,
    header_text_named_params: Vec<Named>,
    header_handle: Vec<String>,
    body_text: Vec<Vec<String>>,
    body_text_named_params: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    param_name: String,
    example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    text: String,
    has_expiration: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    components: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields, rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Button {
    QuickReply {
        text: String,
    },
    Url {
        text: String,
        url: String,
        #[serde(default)]
        example: Vec<String>,
    },
    PhoneNumber {
        text: String,
        phone_number: String,
    },
    CopyCode {
        example: String,
    },
    Flow {
        text: String,
        flow_id: String,
        flow_action: Option<String>,
        navigate_screen: Option<String>,
    },
    VoiceCall {
        text: String,
    },
    Catalog {
        text: String,
    },
    Mpm {
        text: String,
    },
    RequestContactInfo {},
}

/// What is asked for, as far as its parts are judged by it.
pub(super) struct Judge<'a> {
    pub(super) category: &'a str,
    pub(super) named: bool,
    /// The type of the file that was handed in under a handle.
    pub(super) handed: &'a dyn Fn(&str) -> Option<String>,
}

type Judged = Result<(), Refusal>;

fn no<T>(details: impl Into<String>) -> Result<T, Refusal> {
    Err(invalid(details))
}

fn length(part: &str, text: &str, most: usize) -> Judged {
    match text.chars().count() {
        count if (1..=most).contains(&count) => Ok(()),
        _ => no(format!("{part}: 1 to {most} characters")),
    }
}

impl Judge<'_> {
    /// Judges all parts of a template.
    pub(super) fn whole(&self, all: &[Component]) -> Judged {
        let words: Vec<_> = all.iter().map(Component::word).collect();
        if words.iter().collect::<BTreeSet<_>>().len() != words.len() {
            return no("a component stands twice");
        }
        if !words.contains(&"BODY") {
            return no("a template has one BODY");
        }
        let offers = words.contains(&"LIMITED_TIME_OFFER");
        if (offers || words.contains(&"CAROUSEL")) && self.category != "MARKETING" {
            return no("offers and carousels are for MARKETING only");
        }
        if words.contains(&"CAROUSEL") && words.len() != 2 {
            return no("a carousel has a BODY and cards only");
        }
        if offers && words.contains(&"FOOTER") {
            return no("an offer takes no FOOTER");
        }
        for part in all {
            match part {
                Component::Body { text, example } => {
                    let most = if offers { 600 } else { 1_024 };
                    self.text("body", text, most, example.as_ref())?;
                }
                Component::Header { format, .. }
                    if offers && !matches!(format, Format::Image | Format::Video) =>
                {
                    return no("the header of an offer is an IMAGE or a VIDEO");
                }
                Component::Header { format, text, example } => {
                    self.header(*format, text.as_deref(), example.as_ref())?;
                }
                Component::Footer { text } => {
                    length("footer", text, 60)?;
                    if !slots(text).is_empty() {
                        return no("the footer takes no variables");
                    }
                }
                Component::Buttons { buttons } => {
                    buttons_of(buttons, 10)?;
                    let kinds: Vec<_> = buttons.iter().map(Button::word).collect();
                    if offers && !matches!(kinds[..], ["URL"] | ["COPY_CODE", "URL"]) {
                        return no("an offer has a URL, and before it a COPY_CODE if any");
                    }
                }
                Component::LimitedTimeOffer {
                    limited_time_offer: Offer { text, has_expiration },
                } => {
                    length("offer", text, 16)?;
                    let codes = all.iter().any(|part| {
                        matches!(part, Component::Buttons { buttons } if buttons.iter().any(|of| of.word() == "URL"))
                    });
                    if *has_expiration && !codes {
                        return no("an offer that ends has a URL");
                    }
                }
                Component::Carousel { cards } => self.cards(cards)?,
            }
        }
        Ok(())
    }

    fn cards(&self, cards: &[Card]) -> Judged {
        if !(2..=10).contains(&cards.len()) {
            return no("a carousel has 2 to 10 cards");
        }
        let mut shapes = BTreeSet::new();
        for card in cards {
            let mut shape = Vec::new();
            for part in &card.components {
                match part {
                    Component::Header { format, text, example }
                        if matches!(format, Format::Image | Format::Video) =>
                    {
                        self.header(*format, text.as_deref(), example.as_ref())?;
                        shape.push(format!("{format:?}"));
                    }
                    Component::Body { text, example } => {
                        self.text("body", text, 160, example.as_ref())?;
                        shape.push("BODY".into());
                    }
                    Component::Buttons { buttons } => {
                        buttons_of(buttons, 2)?;
                        let kinds: Vec<_> = buttons.iter().map(Button::word).collect();
                        if kinds
                            .iter()
                            .any(|of| !matches!(*of, "QUICK_REPLY" | "URL" | "PHONE_NUMBER"))
                        {
                            return no("a card's button is a QUICK_REPLY, a URL or a PHONE_NUMBER");
                        }
                        shape.push(kinds.join(" "));
                    }
                    other => return no(format!("a card takes no {}", other.word())),
                }
            }
            if !matches!(card.components.first(), Some(Component::Header { .. })) {
                return no("a card begins with its HEADER");
            }
            shapes.insert(shape);
        }
        if shapes.len() == 1 { Ok(()) } else { no("all cards have the same components") }
    }

    fn header(&self, format: Format, text: Option<&str>, example: Option<&Example>) -> Judged {
        let wanted: &[&str] = match format {
            Format::Text => {
                let text = text.unwrap_or_default();
                if slots(text).len() > 1 {
                    return no("header: one variable at most");
                }
                return self.text("header", text, 60, example);
            }
            Format::Location if text.is_some() || example.is_some() => {
                return no("a LOCATION takes neither text nor example");
            }
            Format::Location => return Ok(()),
            Format::Image => &["image/jpeg", "image/png"],
            Format::Video => &["video/mp4", "video/3gpp"],
            Format::Document => &["application/pdf"],
        };
        let handles = example.map_or(&[][..], |example| &example.header_handle);
        let [handle] = handles else {
            return no("header: one header_handle as its example");
        };
        match (self.handed)(handle) {
            Some(mime) if wanted.contains(&mime.as_str()) => Ok(()),
            Some(mime) => no(format!("header: a file of type {mime} is no {format:?}")),
            None => no("header: the header_handle is unknown"),
        }
    }

    /// A text within its length, its variables alike, each with an example.
    fn text(&self, part: &str, text: &str, most: usize, example: Option<&Example>) -> Judged {
        length(part, text, most)?;
        let found = slots(text);
        let is_number = |slot: &&str| slot.bytes().all(|byte| byte.is_ascii_digit());
        if found.iter().any(|slot| is_number(slot) == self.named) {
            return no(format!("{part}: its variables do not fit parameter_format"));
        }
        let none = Example::default();
        let example = example.unwrap_or(&none);
        let (plain, named) = match part {
            "header" => (&example.header_text[..], &example.header_text_named_params),
            _ => (
                example.body_text.first().map_or(&[][..], Vec::as_slice),
                &example.body_text_named_params,
            ),
        };
        let given = if self.named { named.len() } else { plain.len() };
        if given != found.len() {
            let wanted = found.len();
            return no(format!("{part}: {given} examples for {wanted} variables"));
        }
        let of =
            |named: &Named| found.contains(&named.param_name.as_str()) && !named.example.is_empty();
        if self.named && !named.iter().all(of) || plain.iter().any(String::is_empty) {
            return no(format!("{part}: an example is empty or of no variable"));
        }
        Ok(())
    }
}

impl Component {
    fn word(&self) -> &'static str {
        match self {
            Self::Header { .. } => "HEADER",
            Self::Body { .. } => "BODY",
            Self::Footer { .. } => "FOOTER",
            Self::Buttons { .. } => "BUTTONS",
            Self::LimitedTimeOffer { .. } => "LIMITED_TIME_OFFER",
            Self::Carousel { .. } => "CAROUSEL",
        }
    }
}

impl Button {
    fn word(&self) -> &'static str {
        match self {
            Self::QuickReply { .. } => "QUICK_REPLY",
            Self::Url { .. } => "URL",
            Self::PhoneNumber { .. } => "PHONE_NUMBER",
            Self::CopyCode { .. } => "COPY_CODE",
            Self::Flow { .. } => "FLOW",
            Self::VoiceCall { .. } => "VOICE_CALL",
            Self::Catalog { .. } => "CATALOG",
            Self::Mpm { .. } => "MPM",
            Self::RequestContactInfo {} => "REQUEST_CONTACT_INFO",
        }
    }
}

fn buttons_of(all: &[Button], most: usize) -> Judged {
    if all.is_empty() || all.len() > most {
        return no(format!("1 to {most} buttons"));
    }
    let count = |word| all.iter().filter(|button| button.word() == word).count();
    let single = [
        "PHONE_NUMBER",
        "COPY_CODE",
        "FLOW",
        "VOICE_CALL",
        "CATALOG",
        "MPM",
        "REQUEST_CONTACT_INFO",
    ];
    if count("URL") > 2 || single.iter().any(|word| count(word) > 1) {
        return no("too many buttons of one type");
    }
    if all.len() > 1 && count("CATALOG") + count("MPM") > 0 {
        return no("a CATALOG or MPM button stands alone");
    }
    let replies: Vec<_> = all.iter().map(|button| button.word() == "QUICK_REPLY").collect();
    if replies.windows(2).filter(|two| two[0] != two[1]).count() > 1 {
        return no("quick replies stand together");
    }
    all.iter().try_for_each(|button| match button {
        Button::QuickReply { text }
        | Button::VoiceCall { text }
        | Button::Catalog { text }
        | Button::Mpm { text } => length("button text", text, 25),
        Button::Url { text, url, example } => {
            length("button text", text, 25)?;
            length("url", url, 2_000)?;
            let found = slots(url).len();
            if found > 1 || found == 1 && !url.ends_with("}}") || example.len() != found {
                return no("url: one variable at its end, with an example");
            }
            Ok(())
        }
        Button::PhoneNumber { text, phone_number } => {
            length("button text", text, 25)?;
            length("phone_number", phone_number, 20)
        }
        Button::CopyCode { example } => length("a code", example, 15),
        Button::Flow { text, flow_id, flow_action, navigate_screen } => {
            length("button text", text, 25)?;
            if flow_id.is_empty() || !flow_id.bytes().all(|byte| byte.is_ascii_digit()) {
                return no("flow_id is no id");
            }
            match (flow_action.as_deref(), navigate_screen) {
                (Some("navigate"), _) | (None | Some("data_exchange"), None) => Ok(()),
                _ => no("navigate_screen goes with flow_action navigate"),
            }
        }
        Button::RequestContactInfo {} => Ok(()),
    })
}
