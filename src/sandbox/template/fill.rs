//! Whether the values of a send fit the components of a template, those of a carousel's cards too: 132000 for their
//! number, 132012 for their format, 132005 for their length, 131008 for what is missing, 132018 for what the
//! template has not (page templates/template-management and the send page of each component).

use super::slots;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::{Component, File, Parameter, TemplateCard};
use serde_json::Value;

fn mismatch(details: String) -> Refusal {
    Refusal::new(132_012, details)
}

fn strange(details: impl Into<String>) -> Refusal {
    Refusal::new(132_018, details)
}

fn missing(details: impl Into<String>) -> Refusal {
    Refusal::new(131_008, details)
}

fn part<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|part| part["type"] == kind)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn buttons(components: &[Value]) -> &[Value] {
    part(components, "BUTTONS").map_or(&[], |part| list(&part["buttons"]))
}

/// The components of each card of a carousel.
pub(super) fn cards(components: &[Value]) -> Vec<&[Value]> {
    let cards = part(components, "CAROUSEL").map_or(&[][..], |part| list(&part["cards"]));
    cards.iter().map(|card| list(&card["components"])).collect()
}

/// The text of a part; empty where there is none.
pub(super) fn text<'a>(components: &'a [Value], kind: &str) -> &'a str {
    part(components, kind).and_then(|part| part["text"].as_str()).unwrap_or_default()
}

/// What a press of each quick reply sends back, and its words.
pub(super) fn quick_replies(components: &[Value], asked: &[Component]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (nth, button) in buttons(components).iter().enumerate() {
        let Some(text) = button["text"].as_str().filter(|_| button["type"] == "QUICK_REPLY") else {
            continue;
        };
        let given = asked.iter().find(|one| {
            one.sub_type.as_deref() == Some("quick_reply")
                && one.index.as_deref() == Some(nth.to_string().as_str())
        });
        let payload = given.and_then(|one| one.parameters.first()?.payload.clone());
        found.push((payload.unwrap_or_else(|| text.to_owned()), text.to_owned()));
    }
    found
}

/// The text that the customer reads.
pub(super) fn fill(listed: &[Value], asked: &[Component], named: bool) -> Result<String, Refusal> {
    let (mut header, mut body, mut offer, mut carousel) = (None, None, None, None);
    let mut pressed = Vec::new();
    for component in asked {
        if component.kind != "carousel" && !component.cards.is_empty() {
            return Err(strange("only a carousel has cards"));
        }
        match component.kind.as_str() {
            "header" => once(&mut header, component)?,
            "body" => once(&mut body, component)?,
            "limited_time_offer" => once(&mut offer, component)?,
            "carousel" => once(&mut carousel, component)?,
            "button" => pressed.push(button(buttons(listed), component)?),
            other => return Err(strange(format!("the template has no component {other}"))),
        }
    }
    for (nth, button) in buttons(listed).iter().enumerate() {
        if asks(button) && !pressed.contains(&nth) {
            let kind = button["type"].as_str().unwrap_or_default();
            let details =
                format!("buttons: Button at index {nth} of type {kind} requires a parameter");
            return Err(missing(details));
        }
    }
    fill_header(part(listed, "HEADER"), header, named)?;
    fill_offer(part(listed, "LIMITED_TIME_OFFER"), offer)?;
    fill_cards(&cards(listed), carousel, named)?;
    let text = part(listed, "BODY").and_then(|body| body["text"].as_str()).unwrap_or_default();
    hydrate("body", text, values(body), 1024, named)
}

fn fill_header(
    listed: Option<&Value>,
    given: Option<&Component>,
    named: bool,
) -> Result<(), Refusal> {
    let Some(listed) = listed else {
        return match given {
            Some(_) => Err(strange("the template has no header")),
            None => Ok(()),
        };
    };
    let format = listed["format"].as_str().unwrap_or("TEXT");
    if format == "TEXT" {
        let text = listed["text"].as_str().unwrap_or_default();
        return hydrate("header", text, values(given), 60, named).map(|_| ());
    }
    let wanted = format.to_lowercase();
    let [one] = values(given) else {
        let count = values(given).len();
        let details =
            format!("header: Format mismatch, expected {format}, {count} parameters given");
        return Err(mismatch(details));
    };
    if one.kind != wanted {
        return Err(mismatch(format!(
            "header: Format mismatch, expected {format}, received {}",
            one.kind
        )));
    }
    let only = |file: &Option<File>| match file {
        Some(file) => file.check("header"),
        None => Err(missing(format!("header: the parameter {wanted} is missing"))),
    };
    match format {
        "IMAGE" => only(&one.image),
        "VIDEO" => only(&one.video),
        "DOCUMENT" => only(&one.document),
        "LOCATION" => {
            let place = one.location.as_ref().ok_or_else(|| missing("header: location"))?;
            let degrees = |text: &str, most: f64| {
                text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most)
            };
            if place.name.is_empty() || place.address.is_empty() {
                return Err(missing("header: the location needs a name and an address"));
            }
            match degrees(&place.latitude, 90.0) && degrees(&place.longitude, 180.0) {
                true => Ok(()),
                false => Err(mismatch("header: the location is not on this planet".into())),
            }
        }
        other => Err(strange(format!("a header {other} is not known here"))),
    }
}

fn fill_offer(listed: Option<&Value>, given: Option<&Component>) -> Result<(), Refusal> {
    let ends = listed.is_some_and(|part| part["limited_time_offer"]["has_expiration"] == true);
    match (values(given), ends) {
        ([], false) if given.is_none() => Ok(()),
        ([], true) => Err(missing("limited_time_offer: the expiration is missing")),
        ([one], true) => match &one.limited_time_offer {
            Some(offer) if one.kind == "limited_time_offer" && offer.expiration_time_ms > 0 => {
                Ok(())
            }
            _ => Err(mismatch("limited_time_offer: expiration_time_ms is needed".into())),
        },
        _ => Err(strange("the template has no offer that ends")),
    }
}

fn fill_cards(listed: &[&[Value]], given: Option<&Component>, named: bool) -> Result<(), Refusal> {
    let asked: &[TemplateCard] = given.map_or(&[], |given| &given.cards);
    if asked.len() != listed.len() {
        let details = format!("carousel: {} cards given, {} expected", asked.len(), listed.len());
        return Err(Refusal::new(132_000, details));
    }
    for (nth, listed) in listed.iter().enumerate() {
        let card = asked.iter().find(|card| card.card_index == nth);
        let card = card.ok_or_else(|| strange(format!("carousel: no card has the index {nth}")))?;
        fill(listed, &card.components, named)?;
    }
    Ok(())
}

/// Whether a button cannot be sent without a parameter.
fn asks(button: &Value) -> bool {
    matches!(button["type"].as_str(), Some("COPY_CODE" | "FLOW"))
        || button["url"].as_str().is_some_and(|url| !slots(url).is_empty())
}

/// The place of the button that a component fills; refused if there is no such button.
fn button(listed: &[Value], component: &Component) -> Result<usize, Refusal> {
    let index = component.index.as_deref().and_then(|index| index.parse::<usize>().ok());
    let index = index.ok_or_else(|| missing("A button needs its index."))?;
    let none = || strange(format!("the template has no such button at {index}"));
    let button = listed.get(index).ok_or_else(none)?;
    let wrong = |details: &str| Err(mismatch(format!("buttons: {details}")));
    let [one] = component.parameters.as_slice() else {
        return wrong("a button takes one parameter");
    };
    match (component.sub_type.as_deref(), button["type"].as_str()) {
        (Some("url"), Some("URL")) if asks(button) => match &one.text {
            Some(text) if one.kind == "text" && !text.is_empty() => {
                let url = button["url"].as_str().unwrap_or_default();
                match url.chars().count() + text.chars().count() {
                    ..=2000 => Ok(index),
                    _ => wrong("the URL is longer than 2000"),
                }
            }
            _ => wrong("a URL takes one text parameter"),
        },
        (Some("quick_reply"), Some("QUICK_REPLY")) => match &one.payload {
            Some(_) if one.kind == "payload" => Ok(index),
            _ => wrong("a quick reply takes one payload"),
        },
        (Some("copy_code"), Some("COPY_CODE")) => match &one.coupon_code {
            Some(code) if one.kind == "coupon_code" && (1..=15).contains(&code.chars().count()) => {
                Ok(index)
            }
            _ => wrong("a code has 1 to 15 characters"),
        },
        (Some("flow"), Some("FLOW")) => match &one.action {
            Some(action)
                if one.kind == "action"
                    && action.flow_token.as_ref().is_some_and(|token| !token.is_empty())
                    && action.thumbnail_product_retailer_id.is_none() =>
            {
                Ok(index)
            }
            _ => wrong("a form takes one action with its flow_token"),
        },
        (Some("catalog"), Some("CATALOG")) => match &one.action {
            Some(action)
                if one.kind == "action"
                    && action.flow_token.is_none()
                    && action.thumbnail_product_retailer_id.is_some() =>
            {
                Ok(index)
            }
            _ => wrong("a catalogue takes one action with the product that is shown"),
        },
        _ => Err(none()),
    }
}

fn values(part: Option<&Component>) -> &[Parameter] {
    part.map_or(&[], |part| &part.parameters)
}

fn once<'a>(place: &mut Option<&'a Component>, component: &'a Component) -> Result<(), Refusal> {
    if component.sub_type.is_some() || component.index.is_some() {
        return Err(strange("only a button has sub_type and index"));
    }
    match place.replace(component) {
        None => Ok(()),
        Some(_) => Err(strange("a component is given twice")),
    }
}

fn hydrate(
    part: &str,
    text: &str,
    given: &[Parameter],
    most: usize,
    named: bool,
) -> Result<String, Refusal> {
    let wanted = slots(text);
    if wanted.len() != given.len() {
        let (given, wanted) = (given.len(), wanted.len());
        let details = format!(
            "{part}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
        );
        return Err(Refusal::new(132_000, details));
    }
    let mismatch = |details: String| mismatch(format!("{part}: {details}"));
    let mut full = text.to_owned();
    for (n, slot) in wanted.iter().enumerate() {
        let value = if named {
            let find = |one: &&Parameter| one.parameter_name.as_deref() == Some(slot);
            let found = given.iter().find(find);
            found.ok_or_else(|| mismatch(format!("Parameter name {slot} is missing")))?
        } else {
            &given[n]
        };
        if !named && value.parameter_name.is_some() {
            return Err(mismatch("a positional template takes no parameter_name".into()));
        }
        let value = match (value.kind.as_str(), &value.text, &value.payload) {
            ("text", Some(value), None) if !value.trim().is_empty() => value,
            ("text", _, None) => return Err(missing("Parameter text is empty.")),
            _ => return Err(mismatch(format!("expected TEXT, received {}", value.kind))),
        };
        if value.contains(['\n', '\r', '\t']) || value.contains("     ") {
            let details =
                "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
            return Err(strange(details));
        }
        full = full.replace(&format!("{{{{{slot}}}}}"), value);
    }
    if full.chars().count() > most {
        let details = format!("{part}: the translated text is longer than {most}");
        return Err(Refusal::new(132_005, details));
    }
    Ok(full)
}
