//! New templates on their way to the platform, and what became of those that were sent.

use crate::headers::guichet;
use crate::outbox::Scene;
use crate::templates::until;
use guichet::domain::command::Action;
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::sandbox::Faults;
use serde_json::{Value, json};

fn draft() -> Value {
    json!({
        "name": "order_ready", "language": "it", "purpose": "utility", "header": "Ordine {{order}}",
        "body": "Ciao {{first_name}}, il tuo ordine {{order}} è pronto.", "footer": "Bottega",
        "examples": { "first_name": "Anna", "order": "A-17" },
        "buttons": [
            { "reply": "Grazie" },
            { "url": { "text": "Segui", "url": "https://x.example/{{1}}", "example": "https://x.example/1" } },
            { "phone": { "text": "Chiamaci", "phone": "+390212345678" } },
            { "code": "SAVE20" },
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_template_is_submitted_and_its_review_is_followed() {
    let scene = Scene::new(Faults::default()).await;
    let rig = &scene.rig;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let boss = rig.account("boss", Role::Supervisor, &["support"]).await;
    let path = "/api/v1/templates";
    let wish = |template: Value| json!({ "template": template });
    let (status, told) = rig.ask(Some(&anna), path, wish(draft())).await;
    assert_eq!((status, &told["code"]), (403, &json!("role_missing")), "{told}");
    let mut hanging = draft();
    hanging["body"] = "Ciao {{first_name}}, il tuo ordine {{order}}".into();
    let (_, told) = rig.ask(Some(&boss), path, wish(hanging)).await;
    assert_eq!(told["message"], "body begins or ends with a variable");
    let (_, told) =
        rig.ask(Some(&boss), path, json!({ "line": "nowhere", "template": draft() })).await;
    assert_eq!(told["hint"], "name one of the lines: support");

    let (status, told) = rig.ask(Some(&boss), path, wish(draft())).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!((&told["status"], &told["category"]), (&json!("PENDING"), &json!("UTILITY")));
    until(&scene, "order_ready", "it", |one| one.status == "APPROVED").await;
    let (_, told) = rig.ask(Some(&boss), path, wish(draft())).await;
    assert_eq!(told["code"], "platform", "one name in one language is taken once: {told}");
    assert_eq!(told["hint"], "Choose another name, or edit the one that is there.");

    let change = json!({"name": "order_ready", "language": "it", "status": "REJECTED", "reason": "INVALID_FORMAT"});
    assert!(scene.sandbox.alter(change));
    until(&scene, "order_ready", "it", |one| one.rejected.is_some()).await;
    let (_, all) = rig.read(&anna, path).await;
    let all = all.as_array().expect("an array");
    let one = all.iter().find(|one| one["name"] == "order_ready").expect("there");
    assert_eq!(one["reason"], "it is REJECTED (INVALID_FORMAT), not APPROVED");
    scene.end().await;
}

/// Each shape, from the file over the relay to the simulated platform, which reads it strictly and judges it.
#[tokio::test(flavor = "multi_thread")]
async fn each_shape_goes_from_its_file_to_the_platforms_review() {
    const SHAPES: [(&str, &str, &str); 9] = [
        ("picture", "utility", "image = 'a.png'"),
        ("film", "utility", "video = 'a.mp4'"),
        ("document", "utility", "document = 'a.pdf'"),
        ("place", "utility", "place = true"),
        (
            "offer",
            "marketing",
            "image = 'a.png'\noffer = { text = 'Solo oggi', ends = true }\nbuttons = [{ code = 'SAVE20' }, { text = 'Vai', url = 'https://x.example' }]",
        ),
        (
            "carousel",
            "marketing",
            "[[text.cards]]\nimage = 'a.png'\nbody = 'Rossa, per {{1}} oggi'\nexamples = { 1 = 'Anna' }\nbuttons = [{ reply = 'Questa' }]\n\
             [[text.cards]]\nimage = 'a.png'\nbody = 'Blu'\nbuttons = [{ reply = 'Questa' }]",
        ),
        ("flow", "utility", "buttons = [{ text = 'Prenota', flow = '123', screen = 'HOME' }]"),
        ("catalog", "marketing", "buttons = [{ catalog = 'Guarda' }]"),
        ("contact", "utility", "buttons = [{ call = 'Chiama' }, { contact_request = true }]"),
    ];
    let scene = Scene::new(Faults::default()).await;
    let boss = scene.rig.account("boss", Role::Supervisor, &["support"]).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    for (name, bytes) in [
        ("a.png", &b"\x89PNG\r\n\x1a\n rest"[..]),
        ("a.mp4", b"\0\0\0\x18ftypmp42 rest"),
        ("a.pdf", b"%PDF-1.4 rest"),
    ] {
        std::fs::write(file(name), bytes).expect("written");
    }
    for (name, category, rest) in SHAPES {
        let text = format!(
            "name = 'new_{name}'\ncategory = '{category}'\n[[text]]\nlanguage = 'it'\nbody = 'Ciao a tutti'\n{rest}\n"
        );
        std::fs::write(file("new.toml"), text).expect("written");
        let checked = guichet(&scene.rig, &boss, &["templates", "check", &file("new.toml")]).await;
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stdout));
        let output = guichet(&scene.rig, &boss, &["templates", "submit", &file("new.toml")]).await;
        let (out, err) = (&output.stdout, &output.stderr);
        let (out, err) = (String::from_utf8_lossy(out), String::from_utf8_lossy(err));
        assert_eq!(out.trim(), format!("new_{name} it PENDING"), "{name}: {err}");
        until(&scene, &format!("new_{name}"), "it", |one| one.status == "APPROVED").await;
    }
    let (_, all) = scene.rig.read(&anna, "/api/v1/templates").await;
    let all = all.as_array().expect("an array");
    let one = |name: &str| all.iter().find(|one| one["name"] == name).expect("it is there");
    assert_eq!(one("new_carousel")["cards"].as_array().map(Vec::len), Some(2));
    assert_eq!(one("new_offer")["offer"], "Solo oggi");
    assert_eq!(one("new_film")["parameters"][0]["kind"], "video");
    assert_eq!(one("new_place")["parameters"][0]["kind"], "place");
    let form = &one("new_flow")["parameters"][0];
    assert_eq!((&form["kind"], &form["optional"]), (&json!("flow"), &json!(true)));

    // Who may not, and what is none, is told so before anything is handed in.
    let path = "/api/v1/templates/files?kind=image&name=a.png";
    let before = scene.sandbox.record().requests.uploads;
    for (who, bytes, status, code) in [
        (&anna, &b"\x89PNG\r\n\x1a\n rest"[..], 403, "role_missing"),
        (&boss, b"%PDF-1.4 rest", 422, "malformed"),
    ] {
        let request = scene.rig.http.post(scene.rig.api(path)).bearer_auth(who.expose());
        let answer = request.body(bytes).send().await.expect("an answer");
        let answered = answer.status().as_u16();
        let told: Value = answer.json().await.expect("JSON");
        assert_eq!((answered, &told["code"]), (status, &json!(code)), "{told}");
    }
    assert_eq!(scene.sandbox.record().requests.uploads, before);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_tells_who_sent_which_template_and_what_came_of_it() {
    let scene = Scene::new(Faults::default()).await;
    until(&scene, "opening_hours", "it", |one| one.status == "APPROVED").await;
    let boss = scene.rig.account("boss", Role::Supervisor, &["support"]).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let (status, _) = scene.rig.read(&anna, "/api/v1/templates/audit").await;
    assert_eq!(status, 403);
    let tickets = scene.customers(2).await;
    let mut sends = Vec::new();
    for ticket in &tickets {
        let (name, language) = ("opening_hours".to_owned(), "it".to_owned());
        let action = Action::Template { name, language, parameters: Vec::new() };
        sends.push(scene.act(*ticket, action).await.expect("a message"));
    }
    scene.settled(&sends).await;
    // Of one the customer answers and the ticket is solved.
    let row = async |rig: &crate::rig::Rig| {
        let (status, rows) = rig.read(&boss, "/api/v1/templates/audit").await;
        assert_eq!(status, 200, "{rows}");
        rows
    };
    scene.sandbox.say("393330000000", "grazie").expect("a customer");
    let mut position = scene.rig.daemon.relay.position.clone();
    loop {
        let rows = row(&scene.rig).await;
        if rows[0]["answered"] == 1 && rows[0]["delivered"] == 2 {
            break;
        }
        assert!(scene.sandbox.drain(std::time::Duration::from_secs(5)).await);
        position.changed().await.expect("the journal is open");
    }
    scene.act(tickets[0], Action::Solve).await;
    let rows = row(&scene.rig).await;
    let one = &rows[0];
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!((&one["name"], &one["by"]), (&json!("opening_hours"), &json!("ada")));
    assert_eq!((&one["sent"], &one["recipients"]), (&json!(2), &json!(2)));
    assert_eq!((&one["failed"], &one["solved"]), (&json!({}), &json!(1)));
    let cost = one["cost"].as_object().expect("counts");
    assert_eq!(cost.values().filter_map(Value::as_u64).sum::<u64>(), 2, "{one}");
    let path = "/api/v1/templates/audit?until=2020-01-01T00:00:00Z";
    assert_eq!(scene.rig.read(&boss, path).await, (200, json!([])));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_counts_failures_by_their_code() {
    // One that the platform refuses at once, and one that it tells after it took the message.
    for code in [131_026, 131_049] {
        let faults = Faults { fail: vec![(code, 1.0)], ..Faults::default() };
        let scene = Scene::new(faults).await;
        until(&scene, "opening_hours", "it", |one| one.status == "APPROVED").await;
        let boss = scene.rig.account("boss", Role::Supervisor, &["support"]).await;
        let mut sends = Vec::new();
        for ticket in scene.customers(3).await {
            let (name, language) = ("opening_hours".to_owned(), "it".to_owned());
            let action = Action::Template { name, language, parameters: Vec::new() };
            sends.push(scene.act(ticket, action).await.expect("a message"));
        }
        let mut position = scene.rig.daemon.relay.position.clone();
        while !sends.iter().all(|send| scene.status(*send) == Status::Failed) {
            position.changed().await.expect("the journal is open");
        }
        let (status, rows) = scene.rig.read(&boss, "/api/v1/templates/audit").await;
        assert_eq!(status, 200, "{rows}");
        let [one] = &rows.as_array().expect("rows")[..] else { panic!("one row: {rows}") };
        let by_code = json!({ code.to_string(): 3 });
        assert_eq!((&one["sent"], &one["failed"]), (&json!(3), &by_code), "{one}");
        assert_eq!((&one["delivered"], &one["read"]), (&json!(0), &json!(0)), "{one}");
        let output = guichet(&scene.rig, &boss, &["templates", "audit"]).await;
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(table.contains(&format!("{code}: 3")), "{table}");
        scene.end().await;
    }
}
