use super::*;

fn message(action: Touch) -> Interactive {
    Interactive { header: None, body: "Which one?".into(), footer: None, action }
}

fn buttons(titles: &[&str]) -> Touch {
    let button = |title: &&str| Button { id: String::new(), title: (*title).to_owned() };
    Touch::Buttons(titles.iter().map(button).collect())
}

fn list(sections: &[(Option<&str>, usize)]) -> Touch {
    let row = Choice { title: "Row".into(), ..Choice::default() };
    let section = |(title, rows): &(Option<&str>, usize)| Section {
        title: title.map(str::to_owned),
        rows: vec![row.clone(); *rows],
    };
    Touch::List { button: "Open".into(), sections: sections.iter().map(section).collect() }
}

fn flow(title: &str) -> Touch {
    Touch::Flow { id: "7".into(), title: title.into(), screen: None, data: BTreeMap::new() }
}

fn link(title: &str, url: &str) -> Touch {
    Touch::Link { title: title.into(), url: url.into() }
}

/// What the check says, with the part and the limit; nothing where it is good.
fn said(message: &Interactive) -> String {
    message.check().map_or_else(|refusal| refusal.to_string(), |()| String::new())
}

#[test]
fn what_not_every_provider_takes_is_named() {
    let long = |id: usize| Touch::Buttons(vec![Button { id: "x".repeat(id), title: "Yes".into() }]);
    let framed = Interactive {
        header: Some(Header::Text("x".into())),
        footer: Some("x".into()),
        ..message(buttons(&["Yes"]))
    };
    for (message, parts) in [
        (message(buttons(&["Yes", "No"])), &[][..]),
        (message(list(&[(None, 3)])), &[]),
        (message(link("Look", "https://a.example")), &[]),
        (framed, &["header", "footer"]),
        (message(list(&[(Some("A"), 1)])), &["sections of a list"]),
        (message(list(&[(None, 1), (None, 1)])), &["sections of a list"]),
        (message(flow("Fill in")), &["form"]),
        (message(Touch::LocationRequest), &["request for a place"]),
        (message(Touch::ContactRequest), &["request for a number"]),
        (message(long(200)), &[]),
        (message(long(201)), &["id of more than 200 characters"]),
        (message(buttons(&["{{1}}"])), &["text with {{"]),
        (message(link("Look", "https://a.example/{{1}}")), &["text with {{"]),
        (Interactive { body: "{{".into(), ..message(list(&[(None, 1)])) }, &["text with {{"]),
    ] {
        assert_eq!(message.parts(), parts, "{message:?}");
    }
}

#[test]
fn what_is_within_the_limits_is_taken() {
    let twenty = "é".repeat(20);
    for action in [
        buttons(&[&twenty]),
        buttons(&["Yes", "No", "Later"]),
        list(&[(None, 10)]),
        list(&[(Some("a"), 4), (Some("b"), 6)]),
        link(&twenty, "https://shop.example/a?b=c"),
        flow(&"é".repeat(30)),
        Touch::LocationRequest,
        Touch::ContactRequest,
    ] {
        assert_eq!(said(&message(action)), "");
    }
    let mut most = message(buttons(&["a"]));
    most.body = "é".repeat(1024);
    most.header = Some(Header::Text("é".repeat(60)));
    most.footer = Some("é".repeat(60));
    assert_eq!(said(&most), "");
}

#[test]
fn what_is_beyond_a_limit_is_refused_with_the_limit() {
    let long = |length: usize| "é".repeat(length);
    let with = |change: &dyn Fn(&mut Interactive)| {
        let mut message = message(buttons(&["Yes"]));
        change(&mut message);
        said(&message)
    };
    let row = |change: &dyn Fn(&mut Choice)| {
        let mut row = Choice { title: "Row".into(), ..Choice::default() };
        change(&mut row);
        let section = Section { title: None, rows: vec![row] };
        said(&message(Touch::List { button: "Open".into(), sections: vec![section] }))
    };
    let id = Touch::Buttons(vec![Button { id: long(257), title: "a".into() }]);
    for (said, wanted) in [
        (with(&|m| m.body = long(1025)), "the text has 1025 characters; WhatsApp takes 1 to 1024"),
        (with(&|m| m.body = " ".into()), "the text has 0 characters; WhatsApp takes 1 to 1024"),
        (
            with(&|m| m.header = Some(Header::Text(long(61)))),
            "the header has 61 characters; WhatsApp takes 1 to 60",
        ),
        (
            with(&|m| m.header = Some(Header::Image(File::Link("ftp://a".into())))),
            "the header's file is no web address: it begins with https://",
        ),
        (
            with(&|m| m.footer = Some(long(61))),
            "the footer has 61 characters; WhatsApp takes 1 to 60",
        ),
        (said(&message(buttons(&[]))), "the message has 0 buttons; WhatsApp takes 1 to 3"),
        (
            said(&message(buttons(&["a", "b", "c", "d"]))),
            "the message has 4 buttons; WhatsApp takes 1 to 3",
        ),
        (
            said(&message(buttons(&["a", &long(21)]))),
            "button 2 has 21 characters; WhatsApp takes 1 to 20",
        ),
        (said(&message(id)), "the id of button 1 has 257 characters; WhatsApp takes 1 to 256"),
        (
            said(&message(list(&[(None, 11)]))),
            "the list has 11 rows in all; WhatsApp takes 1 to 10",
        ),
        (said(&message(list(&[]))), "the list has 0 sections; WhatsApp takes 1 to 10"),
        (
            said(&message(list(&[(Some("a"), 1), (None, 1)]))),
            "section 2 has 0 characters; WhatsApp takes 1 to 24",
        ),
        (
            said(&message(list(&[(Some(&long(25)), 1)]))),
            "section 1 has 25 characters; WhatsApp takes 1 to 24",
        ),
        (row(&|row| row.title = long(25)), "row 1 has 25 characters; WhatsApp takes 1 to 24"),
        (
            row(&|row| row.id = long(201)),
            "the id of row 1 has 201 characters; WhatsApp takes 1 to 200",
        ),
        (
            row(&|row| row.description = Some(long(73))),
            "the description of row 1 has 73 characters; WhatsApp takes 1 to 72",
        ),
        (
            said(&message(link(&long(21), "https://a.example"))),
            "the link's button has 21 characters; WhatsApp takes 1 to 20",
        ),
        (
            said(&message(link("Go", "shop.example"))),
            "the link is no web address: it begins with https://",
        ),
        (
            said(&message(flow(&long(31)))),
            "the form's button has 31 characters; WhatsApp takes 1 to 30",
        ),
        (
            with(&|m| {
                m.action = Touch::LocationRequest;
                m.footer = Some("x".into());
            }),
            "a request for a place or a number has neither header nor footer",
        ),
    ] {
        assert_eq!(said, wanted);
    }
}

#[test]
fn an_answer_tells_which_one_was_chosen() {
    let named = |id: &str| Button { id: id.into(), title: "a".into() };
    let Touch::Buttons(buttons) =
        Touch::Buttons(vec![named(""), named("no"), named("")]).with_ids()
    else {
        panic!("buttons stay buttons");
    };
    let ids: Vec<_> = buttons.iter().map(|button| button.id.as_str()).collect();
    assert_eq!(ids, ["1", "no", "3"]);
    let twice = message(Touch::Buttons(vec![named(""), named("1")]));
    assert_eq!(said(&twice), "the id 1 is given twice");
}
