//! Texts that agents take, and for which tickets.

use super::{SMALLEST, load};

#[test]
fn canned_replies_have_languages_and_say_what_they_are_for() {
    let text = "[[canned]]\nname = 'greeting'\nqueues = ['support']\ntags = ['vip']\nstates = ['new']\n\
        template = 'hello'\ntext = { en = 'Hi {{first_name|there}}', pt_BR = \"\"\"\nOlá {{contact}}!\n\"\"\" }";
    let canned = load(&[SMALLEST, text]).expect("sound").policy.canned;
    let [one] = &canned[..] else { panic!("{canned:?}") };
    assert_eq!(one.texts["pt_BR"], "Olá {{contact}}!");
    assert_eq!((one.name.as_str(), one.template.as_deref()), ("greeting", Some("hello")));
    let told = load(&[
        SMALLEST,
        "[[canned]]\nname = 'a'\nqueues = ['nope']\nstates = ['asleep']\ntext = { en = 'Hi {{first_nam}}', Italian = 'x', it = '{{contact' }\n\
         [[canned]]\nname = 'b'\ntext = {}\n[[canned]]\nname = 'c'\ntxt = 'Hi'\n[[canned]]\nname = 'd'\ntext = { en = 'Hi' }\n[[canned]]\nname = 'd'\ntext = { it = 'Ciao' }",
    ]);
    assert_eq!(
        told.expect_err("unsound"),
        "relay.d/1.toml:3:11: `canned.queues` names the unknown queue \"nope\" (add a [[queue]] table, or correct the name)\n\
         relay.d/1.toml:4:11: `canned.states` has an unknown value (one of \"new\", \"open\", \"pending\", \"on_hold\", \"snoozed\", \"solved\")\n\
         relay.d/1.toml:5:10: `canned.text.en` has the unknown variable \"first_nam\" (did you mean `first_name`?)\n\
         relay.d/1.toml:5:35: `canned.text.Italian` is no language (a code such as en, it, pt_BR)\n\
         relay.d/1.toml:5:50: `canned.text.it` opens a variable that has no end (write }} behind it)\n\
         relay.d/1.toml:8:8: `canned.text` has no language (such as text = { en = \"...\" })\n\
         relay.d/1.toml:9:1: `canned.text` is missing (write text = { en = \"...\", it = \"...\" })\n\
         relay.d/1.toml:11:1: unknown key `canned.txt` (did you mean `text`?)\n\
         relay.d/1.toml:15:1: two [[canned]] have the name \"d\" (the other is at relay.d/1.toml:12:1)"
    );
}

#[test]
fn queues_tags_and_states_say_what_is_suggested() {
    let text = "[[queue]]\nname = 'billing'\nsuggest = ['greeting', 'order_update']\n\
        [[template]]\nname = 'order_update'\ntags = ['order']\nstates = ['pending', 'on_hold']\ninstead = 'order_news'";
    let policy = load(&[SMALLEST, text]).expect("sound").policy;
    assert_eq!(policy.queue("billing").expect("there").suggest, ["greeting", "order_update"]);
    assert_eq!(policy.templates["order_update"].fit.tags, ["order"]);
    assert_eq!(policy.templates["order_update"].instead.as_deref(), Some("order_news"));
    let told =
        load(&[SMALLEST, "[[template]]\ntags = 'order'\n[[template]]\nname = 'a'\nstatus = 'x'"]);
    assert_eq!(
        told.expect_err("unsound"),
        "relay.d/1.toml:1:1: `template.name` is missing (the template's name at the platform)\n\
         relay.d/1.toml:2:1: `template.tags` must be an array, not text (write `template.tags = [...]`)\n\
         relay.d/1.toml:5:1: unknown key `template.status` (did you mean `states`?)"
    );
}
