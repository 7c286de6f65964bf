use crate::console::context::Context;
use crate::console::effect::Effect;
use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::profile::Settings;
use crate::console::rig::Rig;
use crate::console::sample::template;
use crate::console::theme::{Depth, Theme};

fn last(rig: &Rig) -> String {
    rig.model.told.lines().next_back().map(|line| line.text.clone()).unwrap_or_default()
}

/// A console in a language, with a theme.
fn console(columns: u16, rows: u16, language: Language, theme: &str) -> Rig {
    let settings = Settings { language, ..Settings::default() };
    let (theme, faults) = Theme::load(theme, &settings.library, Depth::True).expect("shipped");
    assert_eq!(faults, []);
    Rig::with(columns, rows, settings, Keymap::default(), theme)
}

#[test]
fn help_shows_what_is_typed_and_does_it() {
    let mut rig = Rig::new(80, 24);
    rig.keys("?");
    assert!(rig.screen().contains("Keys: inbox (default)"), "{}", rig.screen());
    rig.types("notifications");
    assert!(rig.screen().contains("g d"), "{}", rig.screen());
    rig.keys("enter");
    assert!(!rig.model.settings.notify);
    assert!(rig.model.overlays.is_empty());
    rig.keys("? esc");
    assert_eq!(rig.model.context(), Context::Inbox);
    rig.keys("? f1");
    assert!(rig.model.overlays.is_empty(), "the key that opens it closes it");
}

#[test]
fn the_palette_finds_actions_by_letters_of_id_or_text() {
    let mut rig = console(80, 24, Language::It, "mono");
    rig.keys("ctrl-p").types("mouse").keys("enter");
    assert!(!rig.model.settings.mouse);
    assert_eq!(rig.effects(), [Effect::Mouse(false)]);
    rig.keys("ctrl-k").types("scegli tema").keys("enter");
    assert_eq!(rig.model.context(), Context::Prompt, "a theme is asked for");
    rig.types("lig").keys("tab enter");
    assert_eq!(rig.model.theme.name, "light");
}

#[test]
fn actions_of_elsewhere_say_where() {
    let mut rig = Rig::new(100, 24);
    rig.keys("ctrl-p").types("send-and-solve").keys("enter");
    assert_eq!(last(&rig), "only in: composer");
    assert_eq!(rig.model.overlays.len(), 1, "it stays open");
}

#[test]
fn the_command_line_completes_tells_faults_and_remembers() {
    let mut rig = Rig::new(80, 24);
    rig.keys(":").types("thme light").keys("enter");
    let told = "there is no action \"thme\"; do you mean \"theme\"?";
    assert!(rig.screen().contains(told), "{}", rig.screen());
    rig.keys("ctrl-u").types("them").keys("tab").types("col").keys("tab enter");
    assert_eq!(rig.model.theme.name, "colour-blind");
    assert_eq!(rig.effects(), [Effect::Redraw]);
    rig.keys(":").types("language ").keys("down down enter");
    assert_eq!(rig.model.settings.language, Language::It);
    rig.keys(": up up enter");
    assert_eq!(last(&rig), "tema colour-blind");
    rig.keys(":").types("keymap emacss").keys("enter");
    assert_eq!(last(&rig), "there is no keymap \"emacss\"; do you mean `emacs`?");
    rig.keys(":").types("keymap emacs").keys("enter ctrl-g alt-x");
    assert_eq!(rig.model.context(), Context::Palette);
}

#[test]
fn chords_show_what_may_follow_and_are_given_up() {
    let mut rig = Rig::new(80, 24);
    rig.keys("g");
    assert!(!rig.model.chord.is_empty());
    rig.keys("esc");
    assert!(rig.model.chord.is_empty());
    rig.keys("g backspace");
    assert!(rig.model.chord.is_empty());
    rig.keys("g e");
    assert_eq!(rig.model.context(), Context::Help, "the messages");
}

#[test]
fn what_was_chosen_can_be_kept() {
    let mut rig = Rig::new(80, 24);
    rig.ask("keymap vim").ask("save-settings");
    let effects = rig.effects();
    assert!(matches!(&effects[..], [Effect::Save(saved)] if saved.keymap == "vim"), "{effects:?}");
}

#[test]
fn overlays_fit_every_size() {
    for (columns, rows) in [(1, 1), (20, 5), (40, 12), (80, 24), (160, 48), (300, 100)] {
        for keys in ["?", "ctrl-p", ":", "g e", "g", ": f o o enter", "? z z z"] {
            let mut rig = Rig::new(columns, rows);
            rig.keys(keys);
        }
    }
}

#[test]
fn the_palette_in_portuguese() {
    let mut rig = console(80, 24, Language::Pt, "mono");
    rig.keys("ctrl-p");
    insta::assert_snapshot!("palette_pt", rig.screen());
}

/// The picker with these templates, in the form of the first.
fn picked(templates: Vec<crate::wire::TemplateView>) -> Rig {
    use crate::console::model::mirror::watch;
    use crate::console::sample::{eight, frame, rig, whole};
    use crate::wire::Fresh;
    let templates = whole(templates);
    let mut rig = rig(100, 30, eight());
    rig.hears(frame(watch::TEMPLATES, Fresh::Templates { checked_at: None, templates }));
    rig.ask("template").types("first").keys("enter");
    rig.effects();
    rig
}

/// The form of a template that asks for these.
pub(super) fn asking(slots: &[(&str, crate::domain::template::SlotKind)]) -> Rig {
    use crate::wire::SlotView;
    let mut first = template("first");
    let slot = |(name, kind): &(&str, _)| SlotView {
        name: (*name).into(),
        kind: *kind,
        ..SlotView::default()
    };
    first.parameters = slots.iter().map(slot).collect();
    picked(vec![first])
}

/// Two templates of which the first is in a state, and may be replaced by the second.
fn ill(status: &str, quality: Option<&str>) -> Rig {
    let mut first = template("first");
    (first.status, first.sendable) = (status.into(), status == "APPROVED");
    (first.quality, first.instead) = (quality.map(str::to_owned), Some("second".into()));
    picked(vec![first, template("second")])
}

/// The names of the templates that were sent.
fn sent(rig: &mut Rig) -> Vec<String> {
    use crate::wire::{ActionRequest, ClientFrame};
    let said = rig.effects().into_iter().filter_map(|effect| match effect {
        Effect::Say(ClientFrame::Command {
            action: ActionRequest::Template { name, .. }, ..
        }) => Some(name),
        _ => None,
    });
    said.collect()
}

#[test]
fn a_template_that_is_paused_leads_to_the_one_in_its_place() {
    let mut rig = ill("PAUSED", None);
    assert_eq!(last(&rig), "first is PAUSED: this is second instead");
    rig.keys("enter");
    assert_eq!(sent(&mut rig), ["second"]);
}

#[test]
fn a_template_that_is_ill_received_is_sent_when_asked_twice_or_replaced() {
    for (quality, times) in [(None, 1), (Some("GREEN"), 1), (Some("YELLOW"), 2), (Some("RED"), 2)] {
        let mut rig = ill("APPROVED", quality);
        for nth in 1..=times {
            assert_eq!(sent(&mut rig), [""; 0], "{quality:?} {nth}");
            rig.keys("enter");
        }
        assert_eq!(sent(&mut rig), ["first"], "{quality:?}");
    }
    let mut rig = ill("APPROVED", Some("RED"));
    assert!(rig.screen().contains("quality RED · alt-i: second"), "{}", rig.screen());
    rig.keys("alt-i enter");
    assert_eq!(sent(&mut rig), ["second"]);
}

#[test]
fn a_refused_template_is_filled_in_again_as_it_was() {
    use crate::console::update::acts::samples::{commands, refused, told};
    let mut rig = asking(&[("topic", crate::domain::template::SlotKind::Text)]);
    rig.types("the red cups").keys("enter");
    let said = commands(&mut rig);
    assert!(rig.model.overlays.is_empty() && said.len() == 1, "{said:?}");
    refused(&mut rig, said[0].0, "no_consent", "the customer has not consented");
    assert!(told(&rig).contains("has not consented"), "{}", told(&rig));
    assert!(rig.screen().contains("topic: the red cups"), "{}", rig.screen());
    rig.keys("enter");
    assert_eq!(commands(&mut rig).len(), 1, "it can be sent again");
}

/// The form of a template with one value, opened from a composer in which something is written.
fn from_composer(written: &str) -> Rig {
    use crate::console::model::mirror::watch;
    use crate::console::sample::{frame, relay::Relay, whole};
    use crate::wire::{Fresh, SlotView};
    let mut rig = Rig::new(100, 30);
    Relay::new(Vec::new()).opened(&mut rig);
    let mut first = template("first");
    first.parameters = vec![SlotView { name: "topic".into(), ..SlotView::default() }];
    let templates = whole(vec![first]);
    rig.hears(frame(watch::TEMPLATES, Fresh::Templates { checked_at: None, templates }));
    rig.ask("reply").types(written).ask("template").types("first").keys("enter");
    rig.effects();
    rig
}

#[test]
fn what_was_written_since_stays_when_a_refused_template_goes_again() {
    use crate::console::update::acts::samples::{commands, refused};
    for (since, whole) in [("and more", "the red cups\nand more"), ("", "the red cups")] {
        let mut rig = from_composer("the red cups");
        rig.keys("enter");
        assert_eq!(rig.model.composer.editor.text(), "");
        let [(id, ..)] = commands(&mut rig)[..] else { panic!("it is sent") };
        rig.types(since);
        refused(&mut rig, id, "no_consent", "the customer has not consented");
        assert!(rig.screen().contains("topic: the red cups"), "{}", rig.screen());
        assert_eq!(rig.model.composer.editor.text(), whole);
        rig.keys("enter");
        assert_eq!(commands(&mut rig).len(), 1);
        assert_eq!(rig.model.composer.editor.text(), since);
    }
}

#[test]
fn what_another_console_wrote_meanwhile_does_not_go_with_a_template() {
    use crate::console::sample::relay::NUMBER;
    use crate::console::update::{acts::samples::commands, composer};
    for other in ["the red cups, and how they broke", "the red cupsize", "else"] {
        let mut rig = from_composer("the red cups");
        rig.pass(3_000);
        let draft = crate::wire::DraftView {
            text: other.into(),
            note: false,
            at: rig.now,
            console: uuid::Uuid::from_u128(9),
        };
        composer::heard(&mut rig.model, NUMBER, Some(&draft));
        rig.effects();
        rig.keys("enter");
        assert_eq!(commands(&mut rig).len(), 1);
        assert_eq!(rig.model.composer.editor.text(), other);
    }
}

#[test]
fn a_template_names_the_customer_to_whom_it_goes_when_the_list_has_moved() {
    use crate::console::sample::{eight, frame, rows};
    use crate::console::update::acts::samples::commands;
    let mut rig = asking(&[("name", crate::domain::template::SlotKind::Text)]);
    let ticket = rig.model.subject().cloned().expect("one is under the cursor");
    rig.keys("esc");
    let rest: Vec<_> = eight().into_iter().filter(|of| of.number != ticket.number).collect();
    let watch = rig.model.inbox.watch;
    rig.hears(frame(watch, rows(rest.len(), 0, rest)));
    assert_ne!(rig.model.subject_number(), Some(ticket.number));
    rig.keys("enter enter");
    let said = commands(&mut rig);
    let [(_, to, crate::wire::ActionRequest::Template { parameters, .. })] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!((*to, parameters.get("name")), (ticket.number.0, ticket.contact.name.as_ref()));
}

/// The picker over these templates, where the customer has said this about marketing.
fn heard(
    templates: Vec<crate::wire::TemplateView>,
    said: &[(crate::domain::consent::Said, bool)],
) -> Rig {
    use crate::console::model::mirror::watch;
    use crate::console::msg::{Ledger, Msg};
    use crate::console::sample::{eight, frame, rig, whole};
    use crate::domain::{consent::Source, template::Purpose};
    use crate::wire::{ConsentEntry, Fresh};
    let templates = whole(templates);
    let mut rig = rig(100, 30, eight());
    rig.hears(frame(watch::TEMPLATES, Fresh::Templates { checked_at: None, templates }));
    rig.effects();
    rig.ask("template");
    let asked = rig.effects();
    let [Effect::Consents { contact, write: None }] = asked[..] else { panic!("{asked:?}") };
    let entry = |(said, counts): &(_, bool)| ConsentEntry {
        purpose: Purpose::Marketing,
        said: *said,
        at: crate::console::rig::START,
        source: Source::Message,
        entered_at: crate::console::rig::START,
        by: None,
        proof: None,
        counts: *counts,
    };
    let entries = Some(Ok(said.iter().map(entry).collect()));
    rig.msg(Msg::Ledger(Ledger { contact, written: None, entries }));
    rig
}

/// What is told of the template `promo`, which is marketing, where the customer has said this.
fn promoted(said: &[(crate::domain::consent::Said, bool)]) -> (String, bool) {
    let mut promo = template("promo");
    promo.purpose = crate::domain::template::Purpose::Marketing;
    let mut rig = heard(vec![promo, template("zzz_last")], said);
    rig.types("promo");
    let listed = rig.screen();
    rig.keys("enter");
    let told = rig.model.told.lines().next_back().map(|line| line.text.clone());
    let told = told.unwrap_or_default();
    let why = told.strip_prefix("it cannot be sent: ").unwrap_or_default();
    let begins = why.split(": ").next().unwrap_or_default();
    assert!(listed.contains(begins), "{why}: {listed}");
    (why.to_owned(), rig.screen().contains("enter sends it"))
}

#[test]
fn a_template_that_the_customer_did_not_agree_to_is_not_filled_in() {
    use crate::domain::consent::Said::{Agreed, Asked, Refused};
    let since = crate::console::thread::day::moment(
        crate::console::rig::START,
        &Settings::default().zone,
        Language::En,
    );
    let refused = format!("refused since {since}: marketing");
    for (said, why) in [
        (&[][..], "no consent to marketing"),
        (&[(Asked, false)], "no consent to marketing"),
        (&[(Agreed, false), (Refused, true)], &refused),
        (&[(Refused, false), (Agreed, true)], ""),
    ] {
        assert_eq!(promoted(said), (why.to_owned(), why.is_empty()), "{said:?}");
    }
}

#[test]
fn the_one_in_its_place_is_only_for_who_agreed_to_what_it_is_for() {
    use crate::domain::consent::Said::Agreed;
    let templates = |status: &str, quality: Option<&str>| {
        let (mut first, mut second) = (template("first"), template("second"));
        (first.status, first.sendable) = (status.into(), status == "APPROVED");
        (first.quality, first.instead) = (quality.map(str::to_owned), Some("second".into()));
        second.purpose = crate::domain::template::Purpose::Marketing;
        vec![first, second]
    };
    for (said, told) in [
        (&[][..], "it cannot be sent: PAUSED"),
        (&[(Agreed, true)], "first is PAUSED: this is second instead"),
    ] {
        let mut rig = heard(templates("PAUSED", None), said);
        rig.types("first").keys("enter");
        assert_eq!(last(&rig), told);
    }
    let mut rig = heard(templates("APPROVED", Some("RED")), &[]);
    rig.effects();
    rig.types("first").keys("enter");
    assert!(!rig.screen().contains("second"), "{}", rig.screen());
    rig.keys("alt-i enter enter");
    assert_eq!(sent(&mut rig), ["first"]);
}

#[test]
fn in_a_thread_the_consents_are_known_and_what_is_not_known_is_left_to_the_relay() {
    use crate::console::model::mirror::watch;
    use crate::console::sample::relay::Relay;
    use crate::console::sample::{eight, frame, rig, whole};
    use crate::domain::template::Purpose;
    use crate::wire::{ContactView, Fresh};
    let promo = || {
        let mut promo = template("promo");
        promo.purpose = Purpose::Marketing;
        let templates = whole(vec![promo]);
        frame(watch::TEMPLATES, Fresh::Templates { checked_at: None, templates })
    };
    let mut rig_of_inbox = rig(100, 30, eight());
    rig_of_inbox.hears(promo());
    rig_of_inbox.ask("template").keys("enter");
    assert!(rig_of_inbox.screen().contains("enter sends it"), "nothing has come yet");
    let mut rig = Rig::new(100, 30);
    let mut relay = Relay::new(Vec::new());
    let brief = relay.ticket.contact.clone();
    relay.contact = Some(ContactView {
        id: brief.id,
        name: brief.name,
        phone: None,
        user_id: None,
        username: None,
        conversations: Vec::new(),
        consents: Vec::new(),
        same: Vec::new(),
        erased_at: None,
    });
    relay.opened(&mut rig);
    rig.hears(promo());
    rig.effects();
    rig.ask("template");
    assert_eq!(rig.effects(), []);
    assert!(rig.screen().contains("no consent to marketing"), "{}", rig.screen());
}

#[test]
fn names_and_reasons_of_strangers_do_nothing_to_a_terminal() {
    use crate::console::model::mirror::watch;
    use crate::console::sample::{eight, frame, rig, whole};
    use crate::kit::text::is_hostile;
    use crate::wire::{CannedView, Fresh};
    for bad in [
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "\u{202e}\u{2066}gnp.exe",
        "\u{9b}31m\r\nx\t",
        "a\u{0}\u{7f}\u{feff}",
    ] {
        let long = format!("{bad}{}", "\u{301}LOUD".repeat(900));
        let mut ill = template(&format!("first {long}"));
        (ill.status, ill.sendable) = (long.clone(), false);
        (ill.reason, ill.instead) = (Some(long.clone()), Some(format!("second {bad}")));
        let mut falling = template(&format!("second {bad}"));
        falling.quality = Some("RED".into());
        falling.instead = Some(ill.name.clone());
        falling.parameters = vec![crate::wire::SlotView {
            name: long.clone(),
            example: Some(long.clone()),
            ..Default::default()
        }];
        let canned = CannedView {
            name: format!("canned {long}"),
            language: "en".into(),
            text: format!("hello {long}"),
            ..CannedView::default()
        };
        let mut rig = rig(100, 30, eight());
        let templates = whole(vec![ill, falling]);
        rig.hears(frame(watch::TEMPLATES, Fresh::Templates { checked_at: None, templates }));
        rig.hears(frame(watch::CANNED, Fresh::Canned(whole(vec![canned]))));
        let mut seen = 0;
        for (asked, keys) in [
            ("template first", ""),
            ("template first", "enter"),
            ("template second", "enter"),
            ("template second", "enter enter"),
            ("canned", ""),
            ("messages", ""),
        ] {
            rig.ask(asked);
            if !keys.is_empty() {
                rig.keys(keys);
            }
            let screen = rig.screen();
            let found = screen.chars().find(|c| is_hostile(*c));
            assert_eq!(found, None, "{asked} {keys}: {screen:?}");
            assert!(
                screen.lines().all(|row| crate::console::canvas::width(row) <= 100),
                "{screen}"
            );
            seen += usize::from(screen.contains('\u{fffd}'));
            rig.keys("esc esc esc");
        }
        assert!(seen > 2, "they were shown: {bad:?}");
    }
}
