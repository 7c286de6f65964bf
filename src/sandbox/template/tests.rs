use super::*;

fn fill(name: &str, language: &str, components: Value) -> Result<String, i32> {
    let catalogue = Catalogue::shipped();
    let asked: Asked = serde_json::from_value(json!({
        "name": name, "language": {"code": language}, "components": components
    }))
    .expect("a template");
    let template = catalogue.find(name, language).map_err(|refusal| refusal.code)?;
    template.fill(&asked).map_err(|refusal| refusal.code)
}

fn text(value: &str) -> Value {
    json!({"type": "text", "text": value})
}

fn named(name: &str, value: &str) -> Value {
    json!({"type": "text", "text": value, "parameter_name": name})
}

fn body(parameters: &[Value]) -> Value {
    json!([{"type": "body", "parameters": parameters}])
}

#[test]
fn fits_or_says_why_not() {
    let three = [text("Anna"), text("A-1"), text("venerdì")];
    let two_named = [named("topic", "la fattura"), named("first_name", "Anna")];
    let url =
        json!({"type": "button", "sub_type": "url", "index": "0", "parameters": [text("A-1")]});
    let tracking = |button: Value| {
        json!([
            {"type": "header", "parameters": [text("A-1")]},
            {"type": "body", "parameters": [text("Anna")]},
            button
        ])
    };
    let quick = |index: &str| {
        json!([
            {"type": "body", "parameters": [text("Anna")]},
            {"type": "button", "sub_type": "quick_reply", "index": index,
             "parameters": [{"type": "payload", "payload": "yes"}]}
        ])
    };
    let cases = [
        (
            "order_update",
            "it",
            body(&three),
            Ok(
                "Buongiorno Anna, il suo ordine A-1 è partito dal magazzino e dovrebbe arrivare venerdì.",
            ),
        ),
        ("order_update", "it", body(&three[..2]), Err(132_000)),
        ("order_update", "it", json!([]), Err(132_000)),
        ("order_update", "it_IT", body(&three), Err(132_001)),
        ("no_such_template", "it", json!([]), Err(132_001)),
        ("order_update", "it", body(&[named("a", "x"), text("y"), text("z")]), Err(132_012)),
        (
            "order_update",
            "it",
            body(&[json!({"type": "payload", "payload": "x"}), text("y"), text("z")]),
            Err(132_012),
        ),
        ("order_update", "it", body(&[text("a\nb"), text("y"), text("z")]), Err(132_018)),
        (
            "order_update",
            "it",
            body(&[text(&"x".repeat(1000)), text("y"), text("z")]),
            Err(132_005),
        ),
        (
            "continue_conversation",
            "it",
            body(&two_named),
            Ok(
                "Buongiorno Anna, abbiamo una risposta su la fattura. Risponda a questo messaggio e riprendiamo da qui.",
            ),
        ),
        ("continue_conversation", "it", body(&[text("Anna"), text("x")]), Err(132_012)),
        ("continue_conversation", "it", body(&[named("first_name", "Anna")]), Err(132_000)),
        (
            "delivery_tracking",
            "en",
            tracking(url.clone()),
            Ok("Hello Anna, follow your parcel with the button below."),
        ),
        (
            "delivery_tracking",
            "en",
            json!([{"type": "header", "parameters": [text("A")]}, {"type": "body", "parameters": [text("B")]}]),
            Err(131_008),
        ),
        ("order_update", "it", json!([{"type": "body", "parameters": three}, url]), Err(132_018)),
        (
            "still_there",
            "pt_BR",
            quick("1"),
            Ok("Olá Anna, você ainda precisa de ajuda com a sua solicitação?"),
        ),
        ("still_there", "pt_BR", quick("2"), Err(132_018)),
        (
            "opening_hours",
            "es",
            json!([]),
            Ok(
                "Abrimos de lunes a viernes de 9 a 18. Respondemos a su mensaje en cuanto volvamos.",
            ),
        ),
        ("loyalty_points", "en", body(&[text("a"), text("b")]), Err(132_015)),
        ("prize_draw", "en", json!([]), Err(132_001)),
    ];
    for (name, language, components, wanted) in cases {
        let filled = fill(name, language, components.clone());
        assert_eq!(filled.as_deref().map_err(|code| *code), wanted, "{name} {components}");
    }
}

#[test]
fn the_listing_needs_three_pages() {
    let catalogue = Catalogue::shipped();
    let mut after: Option<String> = None;
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = catalogue
            .page(|_| true, after.as_deref(), 1_000, |cursor| format!("next={cursor}"))
            .expect("a page");
        pages += 1;
        for row in page["data"].as_array().expect("rows") {
            names.push(format!("{} {}", row["name"], row["language"]));
        }
        if page["paging"].get("next").is_none() {
            break;
        }
        after = page["paging"]["cursors"]["after"].as_str().map(str::to_owned);
    }
    assert!(pages >= 3, "{pages}");
    assert_eq!(names.len(), 40);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 40);
    let lost = catalogue.page(|_| true, Some("nonsense"), 10, str::to_owned);
    assert_eq!(lost.map_err(|refusal| refusal.code), Err(100));
}

#[test]
fn a_listed_template_looks_like_the_platforms() {
    let page = Catalogue::shipped()
        .page(|one| one.name == "delivery_tracking" && one.language == "en", None, 5, str::to_owned)
        .expect("a page");
    assert_eq!(
        page["data"][0]["components"],
        json!([
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["A-1042"]}},
            {"type": "BODY", "text": "Hello {{1}}, follow your parcel with the button below.", "example": {"body_text": [["A-1042"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track the parcel", "url": "https://shop.example/track/{{1}}",
              "example": ["https://shop.example/track/A-1042"]}]}
        ])
    );
    assert!(page["paging"].get("next").is_none());
}
