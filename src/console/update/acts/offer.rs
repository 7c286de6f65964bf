//! Answering what is offered.

use super::command;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::wire::ActionRequest;

crate::words! {
    enum Word {
        None = ["nothing is offered to you", "non ti è proposto nulla", "nada é oferecido a você", "no se te ofrece nada"],
    }
}

/// Accepts or declines what is offered; of several what runs out first.
pub(super) fn answer(model: &mut Model, answer: ActionRequest, effects: &mut Vec<Effect>) {
    let Some(ticket) = model.offers().next().map(|offer| offer.ticket) else {
        let none = Word::None.say(model.settings.language);
        return model.told.tell(model.now, Gravity::Warning, none);
    };
    if command(model, ticket, answer, effects).is_some() {
        model.own.answered.push(ticket);
    }
}

#[cfg(test)]
mod tests {
    use crate::console::effect::Effect;
    use crate::console::model::mirror::watch;
    use crate::console::msg::Msg;
    use crate::console::rig::{Rig, START};
    use crate::console::sample::{frame, whole};
    use crate::console::update::acts::samples::{asked, commands, done, rig, ticket, told};
    use crate::domain::id::TicketNumber;
    use crate::domain::roster::Role;
    use crate::wire::{
        ActionRequest, ClientFrame, ColleagueView, Fresh, NoticeKind, NoticeView, OfferView,
        Presence,
    };

    /// The relay tells what is offered to whom: tickets, each with the seconds that are left.
    fn offered(rig: &mut Rig, to: &str, offers: &[(u64, i64)]) {
        let view = |(number, left): &(u64, i64)| OfferView {
            ticket: TicketNumber(*number),
            to: to.into(),
            until: START.plus_secs(*left),
        };
        let one = |name: &str| ColleagueView {
            name: name.into(),
            role: Role::Agent,
            queues: vec!["support".into()],
            presence: Presence::Online,
            reason: None,
            since: None,
            load: 0,
            waiting: 0,
            carried: 0,
            carries: 500,
            latest: None,
            replies: 0,
            shift_ends: None,
            offers: if name == to { offers.iter().map(view).collect() } else { Vec::new() },
        };
        rig.model.mirror.expected.insert(watch::ROSTER);
        rig.hears(frame(watch::ROSTER, Fresh::Roster(whole(vec![one("ada"), one("bo")]))));
    }

    fn last_row(rig: &Rig) -> String {
        rig.screen().lines().last().unwrap_or_default().to_owned()
    }

    #[test]
    fn what_is_offered_is_told_with_the_time_that_is_left_and_answered_by_a_key() {
        let mut rig = rig(vec![ticket(7)]);
        offered(&mut rig, "bo", &[(8, 20)]);
        assert!(!last_row(&rig).contains("#8"), "it is offered to bo");
        offered(&mut rig, "ada", &[(8, 20), (9, 25)]);
        assert_eq!(last_row(&rig), "▶ #8 0:20 alt-g accept alt-d decline +1 offered to you",);
        rig.pass(6_000);
        assert!(last_row(&rig).starts_with("▶ #8 0:14"), "{}", last_row(&rig));
        rig.keys("alt-g");
        let said = commands(&mut rig);
        assert_eq!((said[0].1, &said[0].2), (8, &ActionRequest::Accept));
        assert!(last_row(&rig).starts_with("▶ #9"), "the next one: {}", last_row(&rig));
        done(&mut rig, said[0].0);
        assert_eq!(told(&rig), "#8 taken");
        rig.keys("alt-d");
        let said = commands(&mut rig);
        assert_eq!((said[0].1, &said[0].2), (9, &ActionRequest::Decline));
        done(&mut rig, said[0].0);
        assert_eq!(told(&rig), "#9 declined");
        assert_eq!(asked(&mut rig, "accept-offer"), []);
        assert_eq!(told(&rig), "nothing is offered to you");
    }

    #[test]
    fn a_refused_answer_may_be_given_again_and_what_ran_out_is_not_shown() {
        let mut rig = rig(vec![ticket(7)]);
        offered(&mut rig, "ada", &[(8, 20)]);
        let said = asked(&mut rig, "accept-offer");
        super::super::samples::refused(&mut rig, said[0].0, "not_offered", "it is not offered");
        offered(&mut rig, "ada", &[]);
        offered(&mut rig, "ada", &[(8, 20)]);
        assert!(last_row(&rig).contains("#8"), "offered once more: {}", last_row(&rig));
        rig.pass(20_001);
        assert!(!last_row(&rig).contains("#8 "), "{}", last_row(&rig));
    }

    #[test]
    fn who_types_answers_without_leaving_the_text_and_is_notified() {
        let mut rig = rig(vec![ticket(7)]);
        rig.keys("enter r").types("Buongiorno");
        rig.effects();
        let notice = NoticeView {
            line: None,
            alert: None,
            id: 1,
            at: START.plus_millis(1),
            kind: NoticeKind::Offered,
            ticket: TicketNumber(8),
            by: "-relay".into(),
            excerpt: "where is my order?".into(),
            excerpt_type: None,
        };
        rig.hears(frame(watch::NOTICES, Fresh::Notices(whole(vec![notice]))));
        let notified = rig.effects().into_iter().find_map(|effect| match effect {
            Effect::Notify(notice) => Some((notice.title, notice.urgent)),
            _ => None,
        });
        assert_eq!(notified, Some(("#8 is offered to you".into(), true)));
        offered(&mut rig, "ada", &[(8, 20)]);
        assert!(last_row(&rig).ends_with("where is my order?"), "{}", last_row(&rig));
        rig.keys("alt-d");
        assert_eq!(commands(&mut rig)[0].2, ActionRequest::Decline);
        assert!(rig.screen().contains("Buongiorno"), "{}", rig.screen());
    }

    #[test]
    fn who_lets_offers_run_out_is_away_until_he_says_otherwise() {
        let mut rig = rig(vec![ticket(7)]);
        let notice = NoticeView {
            line: None,
            alert: None,
            id: 1,
            at: START.plus_millis(1),
            kind: NoticeKind::Missed,
            ticket: TicketNumber(8),
            by: "-relay".into(),
            excerpt: String::new(),
            excerpt_type: None,
        };
        rig.hears(frame(watch::NOTICES, Fresh::Notices(whole(vec![notice]))));
        assert_eq!(
            told(&rig),
            "you did not answer what was offered: you are away, no new tickets; g y takes them again"
        );
        rig.effects();
        let said = |rig: &mut Rig| {
            let one = |effect| match effect {
                Effect::Say(ClientFrame::Presence { presence, .. }) => Some(presence),
                _ => None,
            };
            rig.effects().into_iter().filter_map(one).collect::<Vec<_>>()
        };
        rig.keys("j").msg(Msg::Tick);
        assert_eq!(said(&mut rig), [], "a key alone does not say that he takes new tickets");
        rig.keys("g y");
        assert_eq!(said(&mut rig), [Presence::Online]);
    }
}
