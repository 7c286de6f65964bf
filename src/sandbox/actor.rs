//! One customer: who it is, where in the story it stands, and what it does when it hears something.

use super::dice::Dice;
use super::script::{Act, Crowd, Customer, Deed, Hears, Lang, Marketing, On, Step};
use crate::kit::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// A customer at work.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) id: String,
    pub(super) lang: Lang,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) also: Vec<String>,
    pub(super) user_id: Option<String>,
    pub(super) username: Option<String>,
    pub(super) reads: bool,
    pub(super) reachable: bool,
    /// When it last wrote, by the platform's timestamp: what the window is counted from.
    pub(super) wrote: Option<Timestamp>,
    /// Whether the sandbox met it only as a recipient, so that nothing is known about its window.
    pub(super) stranger: bool,
    /// Whether it has turned marketing messages off.
    pub(super) no_marketing: bool,
    /// Whether the platform's own agent holds its conversation.
    pub(super) held: bool,
    /// The business' last message that it read.
    pub(super) heard: Option<String>,
    pub(super) dice: Dice,
    order: String,
    item: String,
    steps: Vec<Step>,
    at: usize,
    armed: u64,
    answering: bool,
    patient: bool,
    thanked: bool,
    pressed: bool,
    answered: Vec<usize>,
}

/// Something that a customer will do by itself, unless it hears something first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) after: Duration,
    pub(super) armed: u64,
}

/// A message of the business, as the customer sees it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) id: String,
    pub(super) text: String,
    /// What can be pressed under it.
    pub(super) deeds: Vec<Deed>,
}

/// What a customer does after it heard something: by plan, or out of turn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Planned(Plan),
    Now(Duration, Act),
}

impl Actor {
    /// A customer of the script.
    pub(super) fn new(who: &Customer, crowd: Option<&Crowd>, seed: u64) -> Self {
        let mut dice = Dice::new(seed, &who.id);
        let order = format!("A-{}", 1_000 + dice.below(9_000));
        let items = crowd.map_or(&[][..], |crowd| &crowd.items);
        let item = items.get(dice.below(items.len())).map_or("?", String::as_str).to_owned();
        let made =
            || format!("{}.{}", country(who), Dice::new(seed, &format!("{}.uid", who.id)).bits());
        Self {
            id: who.id.clone(),
            lang: who.lang,
            name: who.name.clone(),
            phone: who.phone.clone(),
            also: who.also.clone(),
            user_id: Some(who.user_id.clone().unwrap_or_else(made)),
            username: who.username.clone(),
            reads: who.reads,
            reachable: who.reachable,
            wrote: None,
            stranger: false,
            no_marketing: false,
            held: false,
            heard: None,
            dice,
            order,
            item,
            steps: who.steps.clone(),
            at: 0,
            armed: 0,
            answering: false,
            patient: false,
            thanked: false,
            pressed: false,
            answered: Vec::new(),
        }
    }

    /// A group, which nobody is: it only has a window.
    pub(super) fn group(id: &str, seed: u64) -> Self {
        let nobody = Self::stranger(None, None, seed);
        Self { id: id.to_owned(), stranger: false, ..nobody }
    }

    /// Somebody who is only known by the address that a message went to.
    pub(super) fn stranger(phone: Option<&str>, user_id: Option<&str>, seed: u64) -> Self {
        let id = phone.or(user_id).unwrap_or_default().to_owned();
        let who = Customer {
            id,
            lang: Lang::En,
            name: None,
            phone: phone.map(str::to_owned),
            also: Vec::new(),
            user_id: Some(String::new()),
            username: None,
            reads: true,
            reachable: true,
            again: false,
            steps: Vec::new(),
        };
        let user_id = user_id.map(str::to_owned);
        Self { stranger: true, user_id, thanked: true, ..Self::new(&who, None, seed) }
    }

    /// Waits for an answer and does nothing else before.
    pub(super) fn be_patient(&mut self) {
        self.patient = true;
    }

    /// What it plans next by itself. Each plan replaces the one before.
    pub(super) fn plan(&mut self) -> Option<Plan> {
        self.armed += 1;
        self.answering = false;
        while self.patient && self.steps.get(self.at).is_some_and(|step| step.on != On::Answer) {
            self.at += 1;
        }
        let step = self.steps.get(self.at)?;
        if step.on == On::Answer {
            return None;
        }
        let after = vary(&mut self.dice, step.after);
        Some(Plan { after, armed: self.armed })
    }

    /// The plan's moment has come: what it does, unless the plan was replaced.
    pub(super) fn act(&mut self, armed: u64) -> Option<Act> {
        if armed != self.armed {
            return None;
        }
        let act = self.steps.get(self.at)?.act.clone();
        self.at += 1;
        Some(self.spoken(act))
    }

    /// It reads a message of the business.
    pub(super) fn hear(
        &mut self,
        heard: &Heard,
        hears: &[Hears],
        thanks: &[String],
    ) -> Vec<Answer> {
        self.heard = Some(heard.id.clone());
        self.patient = false;
        let mut answers = Vec::new();
        if !heard.deeds.is_empty() && !self.pressed && self.dice.chance(0.8) {
            self.pressed = true;
            let deed = heard.deeds[self.dice.below(heard.deeds.len())].clone();
            let after = self.think(20);
            answers.push(Answer::Now(after, Act { what: deed, quote: true, marketing: None }));
        }
        if let Some(said) = self.reply(&heard.text, hears) {
            let after = self.think(40);
            answers.push(Answer::Now(after, said));
        }
        while self.steps.get(self.at).is_some_and(|step| step.on == On::Silence) {
            self.at += 1;
            self.armed += 1;
        }
        match self.steps.get(self.at) {
            Some(step) if step.on == On::Answer && !self.answering => {
                self.answering = true;
                self.armed += 1;
                let after = vary(&mut self.dice, step.after);
                answers.push(Answer::Planned(Plan { after, armed: self.armed }));
            }
            Some(_) => {}
            None if !self.thanked && !thanks.is_empty() && answers.is_empty() => {
                self.thanked = true;
                let text = thanks[self.dice.below(thanks.len())].clone();
                let act = Act { what: Deed::Say(text), quote: false, marketing: None };
                let after = self.think(30);
                answers.push(Answer::Now(after, act));
            }
            None => {}
        }
        answers
    }

    fn reply(&mut self, text: &str, hears: &[Hears]) -> Option<Act> {
        let text = text.to_lowercase();
        let lang = self.lang;
        let fits = |rule: &Hears| {
            rule.lang == lang && rule.words.iter().any(|word| text.contains(&word.to_lowercase()))
        };
        let (n, rule) =
            hears.iter().enumerate().find(|(n, rule)| !self.answered.contains(n) && fits(rule))?;
        self.answered.push(n);
        let act = Act { what: Deed::Say(rule.say.clone()), quote: false, marketing: None };
        Some(self.spoken(act))
    }

    fn think(&mut self, seconds: u64) -> Duration {
        self.dice.around(Duration::from_secs(seconds))
    }

    fn spoken(&self, mut act: Act) -> Act {
        if let Deed::Say(text) | Deed::Image(text) | Deed::Document(text) = &mut act.what {
            *text = text.replace("{order}", &self.order).replace("{item}", &self.item);
        }
        act
    }

    /// The entry in `contacts`; the username only where `with_username` says so.
    pub(super) fn contact(&self, with_username: bool) -> Value {
        let mut profile = json!({});
        if let Some(name) = &self.name {
            profile["name"] = name.as_str().into();
        }
        if let (Some(username), true) = (&self.username, with_username) {
            profile["username"] = username.as_str().into();
        }
        let mut contact = json!({ "profile": profile });
        if let Some(user_id) = &self.user_id {
            contact["user_id"] = user_id.as_str().into();
        }
        if let Some(phone) = &self.phone {
            contact["wa_id"] = phone.as_str().into();
        }
        contact
    }

    /// The entry in `user_preferences` after it turned the switch.
    pub(super) fn preference(&self, marketing: Marketing, at: Timestamp) -> Value {
        let (value, detail) = match marketing {
            Marketing::Stop => ("stop", "User requested to stop marketing messages"),
            Marketing::Resume => ("resume", "User requested to resume marketing messages"),
        };
        let mut body = json!({
            "detail": detail, "category": "marketing_messages", "value": value, "timestamp": at.secs(),
        });
        if let Some(user_id) = &self.user_id {
            body["user_id"] = user_id.as_str().into();
        }
        if let Some(phone) = &self.phone {
            body["wa_id"] = phone.as_str().into();
        }
        body
    }
}

/// A span made a little uneven.
fn vary(dice: &mut Dice, span: Duration) -> Duration {
    dice.between(span.mul_f64(0.7), span.mul_f64(1.3))
}

fn country(who: &Customer) -> &'static str {
    let phone = who.phone.as_deref().unwrap_or_default();
    let known = [
        ("39", "IT"),
        ("44", "GB"),
        ("1", "US"),
        ("55", "BR"),
        ("351", "PT"),
        ("54", "AR"),
        ("34", "ES"),
    ];
    known.iter().find(|(prefix, _)| phone.starts_with(prefix)).map_or("US", |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::script::Script;

    fn actor(steps: &str) -> Actor {
        let text = format!(
            "[[customer]]\nid = \"a\"\nlang = \"it\"\nphone = \"393331234567\"\nsteps = {steps}"
        );
        let script = Script::parse(&text, "test").expect("a script");
        Actor::new(&script.customers[0], None, 1)
    }

    fn heard(text: &str) -> Heard {
        Heard { id: "wamid.1".into(), text: text.into(), deeds: Vec::new() }
    }

    fn said(act: Option<Act>) -> Option<String> {
        act.and_then(|act| match act.what {
            Deed::Say(text) => Some(text),
            _ => None,
        })
    }

    #[test]
    fn insists_only_while_nobody_answers() {
        let story = r#"[{ say = "1" }, { on = "silence", after = "5m", say = "2" }, { on = "answer", after = "1m", say = "3" }]"#;
        let mut alone = actor(story);
        let mut texts = Vec::new();
        while let Some(plan) = alone.plan() {
            texts.extend(said(alone.act(plan.armed)));
        }
        assert_eq!(texts, ["1", "2"]);

        let mut answered = actor(story);
        let plan = answered.plan().expect("a plan");
        assert_eq!(said(answered.act(plan.armed)), Some("1".into()));
        let insist = answered.plan().expect("a plan");
        let answers = answered.hear(&heard("eccoci"), &[], &[]);
        assert_eq!(said(answered.act(insist.armed)), None, "answered in time");
        let [Answer::Planned(plan)] = answers[..] else { panic!("{answers:?}") };
        assert_eq!(said(answered.act(plan.armed)), Some("3".into()));
        assert_eq!(answered.plan(), None);
    }

    #[test]
    fn two_messages_get_one_answer() {
        let mut one = actor(r#"[{ on = "answer", after = "1m", say = "sì" }]"#);
        assert_eq!(one.plan(), None);
        assert_eq!(one.hear(&heard("a"), &[], &[]).len(), 1);
        assert_eq!(one.hear(&heard("b"), &[], &[]).len(), 0);
    }

    #[test]
    fn answers_what_it_is_asked_once_and_thanks_once() {
        let script = Script::shipped();
        let mut one = actor("[]");
        let ask = heard("Mi dice il numero d'ordine?");
        let answers = one.hear(&ask, &script.hears, &["Grazie".into()]);
        let [Answer::Now(_, act)] = &answers[..] else { panic!("{answers:?}") };
        assert!(said(Some(act.clone())).expect("text").contains("A-"));
        let thanks = one.hear(&ask, &script.hears, &["Grazie".into()]);
        let [Answer::Now(_, act)] = &thanks[..] else { panic!("{thanks:?}") };
        assert_eq!(said(Some(act.clone())), Some("Grazie".into()));
        assert!(one.hear(&ask, &script.hears, &["Grazie".into()]).is_empty());
    }
}
