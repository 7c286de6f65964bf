use super::*;

fn filled(sort: Sort, texts: &[&str]) -> Form {
    let mut form = Form::new(sort, "", None);
    for (place, text) in texts.iter().enumerate() {
        form.fields[place].editor = Editor::of(*text);
        form.grow();
    }
    form
}

fn json(form: &Form) -> String {
    serde_json::to_string(&form.content().expect("it is right")).expect("JSON")
}

#[test]
fn every_sort_becomes_its_message() {
    for (sort, texts, wanted) in [
        (
            Sort::Buttons,
            &["Home or shop?", "Home", "", "Shop", "Delivery", "Free"][..],
            r#"{"interactive":{"header":{"text":"Delivery"},"body":"Home or shop?","footer":"Free","action":{"buttons":[{"title":"Home"},{"title":"Shop"}]}}}"#,
        ),
        (
            Sort::List,
            &["When?", "Choose", "# Morning", "Nine | before ten", "Eleven", "# Later", "Noon |"],
            r#"{"interactive":{"body":"When?","action":{"list":{"button":"Choose","sections":[{"title":"Morning","rows":[{"title":"Nine","description":"before ten"},{"title":"Eleven"}]},{"title":"Later","rows":[{"title":"Noon"}]}]}}}}"#,
        ),
        (
            Sort::Link,
            &["Book", "Go", "https://a.it"],
            r#"{"interactive":{"body":"Book","action":{"link":{"title":"Go","url":"https://a.it"}}}}"#,
        ),
        (
            Sort::Place,
            &["45.4642, 9.19", "Our shop"],
            r#"{"location":{"latitude":45.4642,"longitude":9.19,"name":"Our shop"}}"#,
        ),
        (
            Sort::Card,
            &["Anna Rossi", "+39 333 1, +39 02 2", "a@b.it", ""],
            r#"{"contacts":[{"name":"Anna Rossi","phones":["+39 333 1","+39 02 2"],"emails":["a@b.it"]}]}"#,
        ),
        (
            Sort::AskPlace,
            &["Where?"],
            r#"{"interactive":{"body":"Where?","action":"location_request"}}"#,
        ),
        (
            Sort::AskNumber,
            &["Which?"],
            r#"{"interactive":{"body":"Which?","action":"contact_request"}}"#,
        ),
        (
            Sort::Flow,
            &["Book", "Open", "77", "FIRST"],
            r#"{"interactive":{"body":"Book","action":{"flow":{"id":"77","title":"Open","screen":"FIRST"}}}}"#,
        ),
    ] {
        assert_eq!(json(&filled(sort, texts)), wanted);
        assert_eq!(Sort::of(sort.id()), Some(sort));
    }
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    let long = "x".repeat(73);
    let row = format!("Nine | {long}");
    for (sort, texts, at, wrong) in [
        (Sort::Buttons, &["", "Yes"][..], 0, Wrong::Empty),
        (Sort::Buttons, &["Well?", ""], 1, Wrong::Empty),
        (Sort::Buttons, &["Well?", "Yes", "x".repeat(21).leak()], 2, Wrong::Long(21, 20)),
        (Sort::List, &["When?", "Choose"], 2, Wrong::Empty),
        (Sort::List, &["When?", "Choose", &row], 2, Wrong::Long(73, 72)),
        (Sort::List, &["When?", "Choose", "Nine", &long], 3, Wrong::Long(73, 24)),
        (Sort::Place, &["Milan"], 0, Wrong::Degrees),
        (Sort::Card, &["Anna"], 1, Wrong::Empty),
    ] {
        assert_eq!(filled(sort, texts).content(), Err((at, wrong)), "{texts:?}");
    }
    let link = filled(Sort::Link, &["Book", "Go", "shop"]).content();
    let told = "the link is no web address: it begins with https://".to_owned();
    assert_eq!(link, Err((0, Wrong::Said(told))));
    let rows: Vec<_> = ["When?", "Choose"].into_iter().chain(["Nine"; 11]).collect();
    let list = filled(Sort::List, &rows).content();
    let told = "the list has 11 rows in all; WhatsApp takes 1 to 10".to_owned();
    assert_eq!(list, Err((0, Wrong::Said(told))));
}

#[test]
fn a_list_grows_with_what_is_typed_and_not_for_ever() {
    let mut form = Form::new(Sort::List, "When?", None);
    assert_eq!((form.fields.len(), form.at), (5, 1));
    for place in 2..40 {
        if form.fields[place].part != Part::Line {
            break;
        }
        form.fields[place].editor = Editor::of("Nine");
        form.grow();
    }
    let lines = form.fields.iter().filter(|field| field.part == Part::Line).count();
    assert_eq!(lines, LINES);
}
