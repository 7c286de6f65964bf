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
            &["Book", "Open", "77", "FIRST", "day = Friday; code=a=b;", "Shop"],
            r#"{"interactive":{"header":{"text":"Shop"},"body":"Book","action":{"flow":{"id":"77","title":"Open","screen":"FIRST","data":{"code":"a=b","day":"Friday"}}}}}"#,
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
        (Sort::List, &["When?", "Choose", "# Morning", "# Later", "Nine"], 2, Wrong::NoRows),
        (Sort::List, &["When?", "Choose", "Nine", "# Later", "Noon"], 2, Wrong::Untitled),
        (Sort::List, &["When?", "Choose", "# Morning", "Nine", "# Later"], 4, Wrong::NoRows),
        (Sort::List, &["When?", "Choose", "#", "Nine"], 2, Wrong::Empty),
        (Sort::List, &["When?", "Choose", "Nine", "| before ten"], 3, Wrong::Empty),
        (Sort::Link, &["Book", "Go", "shop"], 2, Wrong::Address),
        (Sort::Link, &["Book", "Go", "https://shop.it/a b"], 2, Wrong::Address),
        (Sort::Place, &["Milan"], 0, Wrong::Degrees),
        (Sort::Place, &["91, 9.19"], 0, Wrong::Earth),
        (Sort::Place, &["45, NaN"], 0, Wrong::Earth),
        (Sort::Card, &["Anna"], 1, Wrong::Empty),
        (Sort::Flow, &["Book", "Open", "77", "FIRST", "Friday"], 4, Wrong::Pairs),
        (Sort::Flow, &["Book", "Open", "77", "FIRST", "= Friday"], 4, Wrong::Pairs),
        (Sort::Flow, &["Book", "Open", "77", "", "day=Friday"], 3, Wrong::Empty),
    ] {
        assert_eq!(filled(sort, texts).content(), Err((at, wrong)), "{texts:?}");
    }
    let rows: Vec<_> = ["When?", "Choose"].into_iter().chain(["Nine"; 11]).collect();
    let list = filled(Sort::List, &rows).content();
    assert_eq!(list, Err((12, Wrong::Rows(10))));
}

proptest::proptest! {
    /// The form knows all that the desk would refuse, so that it is told in the person's language.
    #[test]
    fn nothing_is_left_to_the_desk(
        sort in 0..Sort::ALL.len(),
        texts in proptest::collection::vec("[ #|]{0,2}[a-z,:/0-9. ]{0,30}|([a-z]?=[a-z]?;? ?){1,2}|https://a/[b ]?|-?[0-9]{1,3}, ?[0-9]{1,3}", 1..16),
    ) {
        let mut form = Form::new(Sort::ALL[sort], "", None);
        for (place, text) in texts.iter().enumerate().take_while(|(place, _)| *place < 12) {
            if let Some(field) = form.fields.get_mut(place) {
                field.editor = Editor::of(text.as_str());
            }
            form.grow();
        }
        let told = form.content();
        proptest::prop_assert!(!matches!(told, Err((_, Wrong::Said(_)))), "{:?}", told);
    }
}

#[test]
fn the_sorts_are_found_by_their_words_in_the_language() {
    let all = Sort::ALL.to_vec();
    for (typed, language, found) in [
        ("", Language::En, all),
        ("butt", Language::En, vec![Sort::Buttons, Sort::Link]),
        ("luogo", Language::It, vec![Sort::Place]),
        ("número", Language::Es, vec![Sort::AskNumber]),
        ("xyz", Language::Pt, Vec::new()),
    ] {
        let search = Editor::of(typed);
        let insert = Insert { ticket: TicketNumber(1), search, chosen: 0, form: None };
        assert_eq!(insert.found(language), found, "{typed}");
    }
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
