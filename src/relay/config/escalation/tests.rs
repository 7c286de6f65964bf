use crate::domain::sla::{Holder, Level, Metric, Whom};
use crate::domain::ticket::Priority;
use crate::relay::config::Policy;

fn policy(text: &str) -> Result<Policy, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relay.toml");
    std::fs::write(&path, text).expect("written");
    let prefix = format!("{}/", folder.path().display());
    Policy::load(&path).map_err(|faults| {
        let told = faults.iter().map(|fault| fault.to_string().replace(&prefix, ""));
        told.collect::<Vec<_>>().join("\n")
    })
}

const SLA: &str = "[[queue]]\nname = 'support'\n[[sla]]\nname = 's'\nqueues = ['support']\nack = '20m'\n[sla.next_reply]\nnormal = '1h'\n[[sla.next_reply.escalate]]\n";

#[test]
fn a_level_says_when_and_what() {
    let text = format!(
        "{SLA}at = '-15m'\nnotify = ['agent', 'supervisors', 'carla']\npriority = 'high'\n\
         [[sla.next_reply.escalate]]\nat = '0'\ntime = 'calendar'\nassign = 'nobody'\n\
         [[sla.next_reply.escalate]]\nat = '+1h30m'\nqueue = 'support'\nassign = 'carla'\n"
    );
    let policy = policy(&text).expect("sound");
    assert_eq!(policy.slas[0].ack, Some(1_200));
    let levels = &policy.slas[0].targets(Metric::NextReply).expect("promised").levels;
    let carla = || "carla".into();
    assert_eq!(
        *levels,
        [
            Level {
                offset: -900,
                notify: vec![Whom::Agent, Whom::Supervisors, Whom::Account(carla())],
                priority: Some(Priority::High),
                ..Level::default()
            },
            Level { always: true, assign: Some(Holder::Nobody), ..Level::default() },
            Level {
                offset: 5_400,
                queue: Some("support".into()),
                assign: Some(Holder::Account(carla())),
                ..Level::default()
            },
        ]
    );
}

#[test]
fn what_is_wrong_with_a_level_is_told() {
    for (level, told) in [
        (
            "notify = ['agent']",
            "relay.toml:9:1: `sla.next_reply.escalate.at` is missing (such as at = \"-15m\" before it is due, or \"+30m\" after)",
        ),
        (
            "at = '15m'\nnotify = ['agent']",
            "relay.toml:10:1: `sla.next_reply.escalate.at` does not say before or after (\"-15m\", \"+30m\" or \"0\")",
        ),
        (
            "at = '+1y'\nnotify = ['agent']",
            "relay.toml:10:1: `sla.next_reply.escalate.at` is no duration (a number with ms, s, m, h or d, such as \"90s\", \"10m\", \"24h\")",
        ),
        (
            "at = '-31d'\nnotify = ['agent']",
            "relay.toml:10:1: `sla.next_reply.escalate.at` is too long (at most 30d)",
        ),
        (
            "at = '0'",
            "relay.toml:9:1: `sla.next_reply.escalate.notify` is missing (or priority, queue, assign, email or webhook: a level that does nothing is of no use)",
        ),
        (
            "at = '0'\nqueue = 'support'\npriority = 'hot'",
            "relay.toml:12:1: `sla.next_reply.escalate.priority` has an unknown value (one of \"low\", \"normal\", \"high\", \"urgent\")",
        ),
        (
            "at = '0'\ntime = 'always'\nnotify = ['agent']\nnotfiy = 3",
            "relay.toml:11:1: `sla.next_reply.escalate.time` has an unknown value (one of \"business\", \"calendar\")\nrelay.toml:13:1: unknown key `sla.next_reply.escalate.notfiy` (did you mean `notify`?)",
        ),
    ] {
        assert_eq!(policy(&format!("{SLA}{level}")).expect_err("faulty"), told, "{level}");
    }
}
