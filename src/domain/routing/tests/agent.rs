//! Who may have a ticket.

use super::*;

#[test]
fn who_may_have_a_ticket() {
    for (who, what, wanted) in [
        ("anna online 0/5", "1 normal", ""),
        ("anna online 0/5 in=b", "1 normal", "stranger"),
        ("anna busy 0/5", "1 normal", "absent busy"),
        ("anna away 0/5", "1 normal", "absent away"),
        ("anna wrap-up 0/5", "1 normal", "absent wrap_up"),
        ("anna break 0/5", "1 normal", "absent break"),
        ("anna offline 0/5", "1 normal", "absent offline"),
        ("anna online 0/5 hours=09:00-18:00", "1 normal", ""),
        ("anna online 0/5 hours=17:00-18:00", "1 normal", "off for 46 minutes"),
        ("anna busy 0/5 hours=17:00-18:00", "1 normal", "absent busy"),
        ("anna online 0/5", "1 normal not=anna", "returned"),
        ("anna online 0/5", "1 normal not=bruno", ""),
        ("anna online 4/5", "1 normal", ""),
        ("anna online 4.25/5", "1 normal", "full"),
        ("anna online 5/5", "1 normal", "full"),
        // A ticket of hers has woken and put her over what she carries.
        ("anna online 5.5/5", "1 low", "full"),
        ("anna online 5.5/5", "1 urgent", "full"),
        ("anna online 3.5/5", "1 urgent", ""),
        ("anna online 4/5", "1 urgent", "full"),
        ("anna online 0/1", "1 urgent", ""),
        ("anna online 0.1/1", "1 urgent", "full"),
        ("anna online 2/5 ramp=50", "1 normal", "full"),
        ("anna online 1/5 ramp=50", "1 normal", ""),
        ("anna online 0/5 skills=refunds:2", "1 normal skills=refunds:2", ""),
        ("anna online 0/5 skills=refunds:1", "1 normal skills=refunds:2", "skill refunds 1<2"),
        ("anna online 0/5", "1 normal skills=refunds:1,tax:1", "skill refunds 0<1"),
        ("anna online 0/5 speaks=it,es", "1 normal lang=es", ""),
        ("anna online 0/5 speaks=it", "1 normal lang=es", "language es"),
        ("anna online 0/5", "1 normal lang=es", ""),
        ("anna online 0/5 pace=30 given=-29", "1 normal", "pace"),
        ("anna online 0/5 pace=30 given=-30", "1 normal", ""),
        ("anna online 0/5", "1 normal asked=anna@-9", "asked 51"),
        ("anna online 0/5", "1 normal asked=bruno@-9", ""),
        ("anna online 5/5", "1 normal asked=anna@-9", "full"),
    ] {
        let (who, ticket) = (agent(who), ticket(what));
        let unfit = who.unfit(&ticket, &ticket.demand, &Assignment::default(), NOW);
        let said = unfit.map_or_else(String::new, |unfit| match unfit {
            Unfit::Absent { standing } => {
                let word = serde_json::to_value(standing).expect("a word");
                format!("absent {}", word.as_str().expect("text"))
            }
            Unfit::Stranger => "stranger".into(),
            Unfit::OffShift { until } => format!("off for {} minutes", until.since(NOW) / 60_000),
            Unfit::Skill { skill, needs, has } => format!("skill {skill} {has}<{needs}"),
            Unfit::Language { language } => format!("language {language}"),
            Unfit::Full => "full".into(),
            Unfit::QueueFull => "queue full".into(),
            Unfit::Pace { .. } => "pace".into(),
            Unfit::Returned => "returned".into(),
            Unfit::Asked { until } => format!("asked {}", until.since(NOW) / 1_000),
        });
        assert_eq!(said, wanted, "{} {what}", who.name);
    }
}

#[test]
fn a_queue_may_name_its_people_its_skills_and_a_cap() {
    let mut rules = queue(Mode::LeastActive);
    let of = rules.get_mut("a").expect("there");
    of.members = vec!["bruno".into(), "carla".into()];
    of.cap = Some(200);
    of.skills = levels("tax:1");
    assert_eq!(
        of.demand(Demand { skills: levels("tax:3,refunds:1"), language: None }).skills,
        levels("tax:3,refunds:1")
    );
    assert_eq!(of.demand(Demand::default()).skills, levels("tax:1"));
    let mut all = agents("anna online 0/5; bruno online 2/5 in=b; carla online 0/5 in=a");
    all[1].load_of = BTreeMap::from([("a".into(), 200)]);
    let waiting = tickets("1 normal; 2 normal; 3 normal");
    let given = hand_out(&waiting, &mut all, &rules, &mut Turns::default(), NOW);
    assert_eq!(told(&given), "1>carla 2>carla", "anna is not named, the others have their two");
    for (of_queue, what, wanted) in [
        (0, "1 normal", None),
        (100, "1 normal", None),
        (101, "1 normal", Some(Unfit::QueueFull)),
        (200, "1 low", Some(Unfit::QueueFull)),
        (50, "1 urgent", None),
        (51, "1 urgent", Some(Unfit::QueueFull)),
    ] {
        let mut bruno = agent("bruno online 0/9 in=a");
        bruno.load_of = BTreeMap::from([("a".into(), of_queue)]);
        let unfit = bruno.unfit(&ticket(what), &Demand::default(), &rules["a"], NOW);
        assert_eq!(unfit, wanted, "{of_queue} {what}");
    }
}

#[test]
fn less_is_asked_of_who_answers_the_longer_it_waits() {
    let who = "anna online 0/5 skills=tax:2 speaks=it; bruno online 0/5 skills=tax:1 speaks=it; \
               carla online 0/5 speaks=es";
    for (waits, may) in [
        (0, ""),
        (119, ""),
        (120, "anna"),
        (299, "anna"),
        (300, "anna bruno"),
        (599, "anna bruno"),
        (600, "anna bruno carla"),
    ] {
        let waiting = ticket(&format!("1 normal waits={waits} skills=tax:3 lang=it"));
        let rules = Assignment { mode: Mode::LeastActive, ..Assignment::default() };
        let (to, table) = explain(&waiting, &agents(who), &rules, &Turns::default(), NOW);
        let fit = table.rows.iter().filter(|row| row.unfit.is_none());
        let fit: Vec<_> = fit.map(|row| row.agent.as_str()).collect();
        assert_eq!(fit.join(" "), may, "{waits}");
        assert_eq!(to.is_some(), table.chosen.is_some());
        let steps = RELAXED_AFTER_MS.iter().filter(|after| waits * 1_000 >= **after).count();
        assert_eq!(usize::from(table.relaxed), steps);
    }
}
