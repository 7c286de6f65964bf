//! A template of each component: chosen and filled in at a console, key by key, and the exact JSON that reaches the
//! platform. What is expected is written after the platform's own pages: send messages, template object.

use crate::seat::Seat;
use crate::stage::Stage;
use guichet::console::context::Context;
use guichet::console::model::overlay::Overlay;
use guichet::console::rig::Rig;
use guichet::domain::roster::Role;
use guichet::wire::TicketView;
use serde_json::{Value, json};

/// A template, what is typed into its fields, and the parts that the platform gets.
struct Shape {
    /// What the snapshot is called.
    told: &'static str,
    template: &'static str,
    /// A value for each field; an empty one leaves it out.
    values: &'static [&'static str],
    components: Value,
}

fn text(value: &str) -> Value {
    json!({"type": "text", "text": value})
}

fn button(kind: &str, index: &str, parameter: Value) -> Value {
    json!({"type": "button", "sub_type": kind, "index": index, "parameters": [parameter]})
}

fn header(parameter: Value) -> Value {
    json!({"type": "header", "parameters": [parameter]})
}

fn anna() -> Value {
    json!({"type": "body", "parameters": [text("Anna")]})
}

fn shapes() -> Vec<Shape> {
    let payload = |payload: &str| json!({"type": "payload", "payload": payload});
    let action = |action: Value| json!({"type": "action", "action": action});
    let code = json!({"type": "coupon_code", "coupon_code": "SAVE20"});
    let image = |id: &str| header(json!({"type": "image", "image": {"id": id}}));
    let named =
        |name: &str, value: &str| json!({"type": "text", "parameter_name": name, "text": value});
    vec![
        Shape {
            told: "positional",
            template: "order_update",
            values: &["Anna", "A-1042", "domani"],
            components: json!([
                {"type": "body", "parameters": [text("Anna"), text("A-1042"), text("domani")]}
            ]),
        },
        Shape {
            told: "named",
            template: "continue_conversation",
            values: &["Anna", "la fattura"],
            components: json!([{"type": "body", "parameters":
                [named("first_name", "Anna"), named("topic", "la fattura")]}]),
        },
        Shape {
            told: "text_header_and_url_suffix",
            template: "delivery_tracking",
            values: &["A-1042", "Anna", "a-1042"],
            components: json!(
                [header(text("A-1042")), anna(), button("url", "0", text("a-1042")),]
            ),
        },
        Shape {
            told: "image_header",
            template: "parcel_photo",
            values: &["https://shop.example/photo.jpg", "Anna"],
            components: json!([
                header(
                    json!({"type": "image", "image": {"link": "https://shop.example/photo.jpg"}})
                ),
                anna(),
            ]),
        },
        Shape {
            told: "video_header",
            template: "how_to",
            values: &["1013859600285441"],
            components: json!([header(
                json!({"type": "video", "video": {"id": "1013859600285441"}})
            )]),
        },
        Shape {
            told: "document_header",
            template: "invoice_ready",
            values: &["https://shop.example/invoice.pdf", "Anna", "A-1042"],
            components: json!([
                header(json!({"type": "document", "document": {"link": "https://shop.example/invoice.pdf"}})),
                {"type": "body", "parameters": [named("first_name", "Anna"), named("order", "A-1042")]},
            ]),
        },
        Shape {
            told: "location_header",
            template: "where_we_are",
            values: &["45.0703", "7.6869", "Bottega Guichet", "Via Po 12, Torino"],
            components: json!([header(json!({"type": "location", "location": {
                "latitude": "45.0703", "longitude": "7.6869",
                "name": "Bottega Guichet", "address": "Via Po 12, Torino"}}))]),
        },
        Shape {
            told: "quick_replies",
            template: "still_there",
            values: &["Anna", "help:yes", "help:no"],
            components: json!([
                anna(),
                button("quick_reply", "0", payload("help:yes")),
                button("quick_reply", "1", payload("help:no")),
            ]),
        },
        Shape {
            told: "copy_code",
            template: "coupon",
            values: &["Anna", "SAVE20", "", "kitchen"],
            components: json!([
                anna(),
                button("copy_code", "0", code.clone()),
                button("url", "2", text("kitchen")),
            ]),
        },
        Shape {
            told: "form",
            template: "how_was_it",
            values: &[""],
            components: json!([button("flow", "0", action(json!({"flow_token": "unused"})))]),
        },
        Shape {
            told: "catalogue",
            template: "our_catalogue",
            values: &["Anna", "tazza-7"],
            components: json!([
                anna(),
                button("catalog", "0", action(json!({"thumbnail_product_retailer_id": "tazza-7"}))),
            ]),
        },
        Shape {
            told: "limited_time_offer",
            template: "flash_sale",
            values: &["7", "Anna", "2026-12-24T18:00:00Z", "SAVE20", "kitchen"],
            components: json!([
                image("7"),
                anna(),
                {"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
                    "limited_time_offer": {"expiration_time_ms": 1_798_135_200_000_i64}}]},
                button("copy_code", "0", code),
                button("url", "1", text("kitchen")),
            ]),
        },
        Shape {
            told: "carousel",
            template: "new_in_shop",
            values: &["Anna", "11", "tazze", "keep:cups", "cups", "12", "piatti", "", "plates"],
            components: json!([
                anna(),
                {"type": "carousel", "cards": [
                    {"card_index": 0, "components": [
                        image("11"),
                        {"type": "body", "parameters": [text("tazze")]},
                        button("quick_reply", "0", payload("keep:cups")),
                        button("url", "1", text("cups")),
                    ]},
                    {"card_index": 1, "components": [
                        image("12"),
                        {"type": "body", "parameters": [text("piatti")]},
                        button("url", "1", text("plates")),
                    ]},
                ]},
            ]),
        },
    ]
}

/// What stands in the picker's window, without the age of the templates: of the rest of the screen not all is the same
/// each time.
fn window(rig: &Rig) -> String {
    let screen = rig.screen();
    let rows = screen.lines().skip(1).take(32);
    let cut = |row: &str| {
        let row = row.chars().skip(4).take(112).collect::<String>();
        let row = match (row.split_once("checked "), row.split_once(" ago")) {
            (Some((before, _)), Some((_, after))) => format!("{before}checked N ago{after}"),
            _ => row,
        };
        row.trim_end().to_owned()
    };
    let rows: Vec<_> = rows.map(cut).filter(|row| !row.is_empty()).collect();
    rows.join("\n")
}

fn picker(rig: &Rig) -> Option<&guichet::console::model::picker::Picker> {
    match rig.model.overlays.last() {
        Some(Overlay::Picker(picker)) => Some(picker),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_component_is_filled_in_by_keys_and_sent_as_the_platform_wants_it() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _kept = settings.bind_to_scope();
    let stage = Stage::open(1.0, &[], 0).await;
    let sandbox = stage.sandbox.as_ref().expect("it plays");
    // Marketing needs his word.
    sandbox.say("393331234567", "start").expect("a customer");
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    let his = |rig: &Rig| {
        let of = |ticket: &&TicketView| ticket.contact.phone.as_deref() == Some("393331234567");
        rig.model.inbox.shown.iter().find(of).map(|ticket| ticket.number)
    };
    anna.until("his ticket and the templates", |rig| {
        his(rig).is_some() && rig.model.mirror.templates.iter().count() > 50
    });
    let number = his(&anna.rig).expect("it is shown");
    anna.goes_to(number).keys("enter").until("the thread", |rig| {
        rig.model.context() == Context::Thread && rig.model.subject_number() == Some(number)
    });
    for shape in shapes() {
        anna.keys("t").until("the picker", |rig| picker(rig).is_some());
        anna.types(shape.template);
        insta::assert_snapshot!(format!("picker_{}", shape.told), window(&anna.rig));
        anna.keys("enter");
        let form = |rig: &Rig| picker(rig).and_then(|picker| picker.form.clone());
        let filled = form(&anna.rig).expect("the values are asked for");
        assert_eq!(filled.template.name, shape.template);
        assert_eq!(filled.fields.len(), shape.values.len(), "{}", shape.template);
        for _ in 0..filled.at {
            anna.keys("shift-tab");
        }
        for (nth, value) in shape.values.iter().enumerate() {
            if nth > 0 {
                anna.keys("tab");
            }
            anna.keys("end ctrl-u").types(value);
        }
        insta::assert_snapshot!(format!("form_{}", shape.told), window(&anna.rig));
        anna.keys("enter");
        anna.until("the picker to be left", |rig| rig.model.overlays.is_empty());
        let wanted = json!({
            "name": shape.template, "language": {"policy": "deterministic", "code": "it"},
            "components": shape.components,
        });
        anna.until(shape.told, |_| {
            let record = sandbox.record();
            assert_eq!(record.rejected.len(), 0, "{}: {:?}", shape.told, record.rejected);
            record.sends.values().any(|send| {
                let template = send.template.as_ref();
                template.is_some_and(|sent| sent["name"] == shape.template)
            })
        });
        let record = sandbox.record();
        let sent = record.sends.values().filter_map(|send| send.template.clone());
        let sent: Vec<_> = sent.filter(|sent| sent["name"] == shape.template).collect();
        assert_eq!(sent, [wanted], "{}", shape.told);
    }
    // A picture of the disk: it goes up first, and the platform gets it by its own id.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("il pacco.png");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").expect("written");
    anna.keys("t").until("the picker", |rig| picker(rig).is_some());
    anna.types("parcel_photo").keys("enter");
    let at = picker(&anna.rig).and_then(|of| of.form.as_ref()).expect("the form").at;
    for _ in 0..at {
        anna.keys("shift-tab");
    }
    anna.keys("end ctrl-u").types(&path.display().to_string());
    anna.keys("tab").keys("end ctrl-u").types("Anna").keys("enter");
    anna.until("the picture to be sent", |rig| {
        let record = sandbox.record();
        assert_eq!(record.rejected.len(), 0, "{:?}", record.rejected);
        let sent = record.sends.values().filter_map(|send| send.template.as_ref());
        let photos = sent.filter(|sent| sent["name"] == "parcel_photo");
        let ids = photos
            .filter_map(|sent| sent["components"][0]["parameters"][0]["image"]["id"].as_str());
        ids.count() == 1 && record.requests.uploads == 1 && rig.model.overlays.is_empty()
    });
    assert_eq!(stage.close().await, Vec::<String>::new());
}
