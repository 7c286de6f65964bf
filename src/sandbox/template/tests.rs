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
    assert_eq!(names.len(), 58);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 58);
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

#[test]
fn files_places_codes_offers_and_cards_fit_or_not() {
    let header = |parameter: Value| json!({"type": "header", "parameters": [parameter]});
    let image = json!({"type": "image", "image": {"link": "https://a.example/b.png"}});
    let place = |latitude: &str| {
        json!({"type": "location", "location":
            {"latitude": latitude, "longitude": "9", "name": "Shop", "address": "Via Po 12"}})
    };
    let code = |code: &str| {
        json!({"type": "button", "sub_type": "copy_code", "index": "0",
            "parameters": [{"type": "coupon_code", "coupon_code": code}]})
    };
    let url = |index: &str| json!({"type": "button", "sub_type": "url", "index": index, "parameters": [text("7")]});
    let offer = json!({"type": "limited_time_offer", "parameters": [
        {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_800_000_000_000_i64}}]});
    let body = json!({"type": "body", "parameters": [text("Anna")]});
    let card = |index: usize| json!({"card_index": index, "components": [header(image.clone()), body, url("1")]});
    let cards = |cards: &[Value]| json!([body, {"type": "carousel", "cards": cards}]);
    let opens = |kind: &str, action: Value| {
        json!([{"type": "button", "sub_type": kind, "index": "0",
            "parameters": [{"type": "action", "action": action}]}])
    };
    let (token, thumb) = ("flow_token", "thumbnail_product_retailer_id");
    for (name, components, code) in [
        ("how_was_it", opens("flow", json!({token: "unused"})), 0),
        ("how_was_it", opens("flow", json!({token: ""})), 132_012),
        ("how_was_it", opens("flow", json!({token: "7", thumb: "7"})), 132_012),
        ("how_was_it", opens("catalog", json!({thumb: "7"})), 132_018),
        ("how_was_it", json!([]), 131_008),
        ("our_catalogue", json!([body]), 0),
        ("our_catalogue", json!([body, opens("catalog", json!({thumb: "7"}))[0]]), 0),
        ("our_catalogue", json!([body, opens("catalog", json!({}))[0]]), 132_012),
        ("parcel_photo", json!([header(image.clone()), body]), 0),
        ("parcel_photo", json!([body]), 132_012),
        ("parcel_photo", json!([header(text("x")), body]), 132_012),
        (
            "parcel_photo",
            json!([header(json!({"type": "image", "image": {"link": "b.png"}})), body]),
            131_009,
        ),
        ("where_we_are", json!([header(place("45.1"))]), 0),
        ("where_we_are", json!([header(place("91"))]), 132_012),
        ("coupon", json!([body, code("SAVE20"), url("2")]), 0),
        ("coupon", json!([body, url("2")]), 131_008),
        ("coupon", json!([body, code("SAVE20")]), 131_008),
        ("coupon", json!([body, code(&"x".repeat(16)), url("2")]), 132_012),
        ("flash_sale", json!([header(image.clone()), offer, body, code("SAVE20"), url("1")]), 0),
        ("flash_sale", json!([header(image.clone()), body, code("SAVE20"), url("1")]), 131_008),
        ("coupon", json!([offer, body, code("SAVE20"), url("2")]), 132_018),
        ("new_in_shop", cards(&[card(0), card(1)]), 0),
        ("new_in_shop", cards(&[card(0)]), 132_000),
        ("new_in_shop", cards(&[card(0), card(0)]), 132_018),
        ("new_in_shop", cards(&[card(0), json!({"card_index": 1})]), 131_008),
        ("new_in_shop", json!([body]), 132_000),
        ("coupon", json!([body, {"type": "body", "cards": [card(0)]}]), 132_018),
    ] {
        let filled = fill(name, "it", components.clone()).map(|_| 0);
        assert_eq!(filled.unwrap_or_else(|code| code), code, "{name} {components}");
    }
}

#[test]
fn a_press_sends_back_its_payload_on_a_card_too() {
    let catalogue = Catalogue::shipped();
    let template = catalogue.find("new_in_shop", "en").expect("a template");
    let press = json!({"type": "button", "sub_type": "quick_reply", "index": "0",
        "parameters": [{"type": "payload", "payload": "cups"}]});
    let asked = serde_json::from_value(json!({"name": "new_in_shop", "language": {"code": "en"},
        "components": [{"type": "carousel", "cards": [{"card_index": 1, "components": [press]}]}]}));
    let presses = template.quick_replies(&asked.expect("a template"));
    let wanted = [("Keep one for me", "Keep one for me"), ("cups", "Keep one for me")];
    assert_eq!(presses, wanted.map(|(payload, text)| (payload.to_owned(), text.to_owned())));
}
