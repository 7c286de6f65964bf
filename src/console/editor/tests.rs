use super::*;
use proptest::prelude::*;

/// The text with `|` at the cursor and `[` where the selection began.
fn shown(editor: &Editor) -> String {
    let mut text = editor.text.clone();
    let mut marks = vec![(editor.cursor, '|')];
    marks.extend(editor.anchor.map(|anchor| (anchor, '[')));
    marks.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    for (place, mark) in marks {
        text.insert(place, mark);
    }
    text
}

fn of(shown: &str) -> Editor {
    let cursor = shown.find('|').expect("a cursor");
    let mut editor = Editor::of(shown.replace('|', ""));
    editor.point(cursor);
    editor
}

#[test]
fn what_actions_do() {
    use Action::*;
    for (before, actions, after) in [
        ("uno due|", &[CharLeft][..], "uno du|e"),
        ("|uno due", &[WordRight], "uno| due"),
        ("|uno due", &[WordRight, WordRight], "uno due|"),
        ("uno due|", &[WordLeft], "uno |due"),
        ("uno\ndue|", &[LineStart], "uno\n|due"),
        ("uno\nd|ue", &[LineUp], "u|no\ndue"),
        ("lunga\nb\nlun|ga", &[LineUp, LineUp], "lun|ga\nb\nlunga"),
        ("u|no\ndue", &[LineDown, LineDown], "uno\nd|ue"),
        ("uno due|", &[DeleteWord], "uno |"),
        ("uno d|ue", &[DeleteToEnd], "uno d|"),
        ("uno|\ndue", &[DeleteToEnd], "uno|due"),
        ("uno\nd|ue", &[DeleteToStart], "uno\n|ue"),
        ("a👩‍👩‍👧‍👦|", &[DeleteBack], "a|"),
        ("|a", &[DeleteBack, CharLeft], "|a"),
        ("ab|c", &[SelectLeft, SelectLeft], "|ab[c"),
        ("ab|c", &[SelectLeft, DeleteBack], "a|c"),
        ("ab|c", &[SelectLeft, CutText, TextEnd, UndoEdit], "a|bc"),
        ("ab|c", &[SelectAll, CharLeft], "|abc"),
        ("ab|c", &[Newline], "ab\n|c"),
        ("a|", &[UndoEdit, RedoEdit], "a|"),
    ] {
        let mut editor = of(before);
        for action in actions {
            assert!(editor.perform(*action), "{action:?}");
        }
        assert_eq!(shown(&editor), after, "{before} {actions:?}");
    }
}

#[test]
fn typing_is_undone_by_words() {
    let mut editor = Editor::default();
    for c in "uno due".chars() {
        editor.insert(&c.to_string());
    }
    editor.perform(Action::UndoEdit);
    assert_eq!(shown(&editor), "uno |");
    editor.perform(Action::UndoEdit);
    assert_eq!(shown(&editor), "|");
    editor.perform(Action::RedoEdit);
    editor.perform(Action::RedoEdit);
    assert_eq!(shown(&editor), "uno due|");
}

#[test]
fn ten_thousand_lines_are_one_step() {
    let mut editor = of("a|b");
    let pasted = "riga\n".repeat(10_000);
    editor.insert(&pasted);
    assert_eq!(editor.text().len(), pasted.len() + 2);
    editor.perform(Action::UndoEdit);
    assert_eq!(shown(&editor), "a|b");
}

fn step() -> impl Strategy<Value = Result<Action, String>> {
    let actions: Vec<_> = Action::rows()
        .iter()
        .map(|row| row.action)
        .filter(|action| Editor::default().perform(*action))
        .collect();
    prop_oneof![
        prop::sample::select(actions).prop_map(Ok),
        "[a\u{301} \n👩\u{200d}🇮🇹\r日]{1,4}".prop_map(Err),
    ]
}

proptest! {
    #[test]
    fn the_cursor_stands_between_graphemes_and_all_can_be_undone(
        start in "[ab \n🇮🇹é]{0,12}",
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut editor = Editor::of(start.clone());
        for step in steps {
            match step {
                Ok(action) => { editor.perform(action); }
                Err(text) => editor.insert(&text),
            }
            prop_assert_eq!(place::border(&editor.text, editor.cursor), editor.cursor);
            if let Some(anchor) = editor.anchor {
                prop_assert!(editor.text.is_char_boundary(anchor));
            }
        }
        for _ in 0..200 {
            editor.perform(Action::UndoEdit);
        }
        prop_assert_eq!(&editor.text, &start);
    }
}
