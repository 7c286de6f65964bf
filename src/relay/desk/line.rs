//! What the platform says of lines, written down where it is news.

use super::Desk;
use crate::domain::desk::DeskEvent;
use crate::domain::line::{LineState, News, Told};
use crate::domain::name::Name;
use crate::journal::codec::StreamEvent;
use crate::relay::fact::Whose;
use crate::relay::views::Change;

impl Desk {
    /// Writes down what is news of any of the lines that it is about. `asked` where it is the answer to a question of
    /// ours: of a line of which nothing is known yet that is how it is, and no change that somebody must hear of,
    /// unless it is not well.
    pub(super) fn told(&mut self, whose: &Whose, all: Vec<Told>, asked: bool) -> Vec<Change> {
        let mut events = Vec::new();
        let (policy, desk, _) = self.cache.desk(&self.store);
        let mut states = desk.lines.clone();
        drop(desk);
        let of_account = |account: &Name| {
            let of = policy.lines.iter().filter(|(_, rules)| rules.account == *account);
            of.map(|(line, _)| line.clone()).collect::<Vec<_>>()
        };
        for told in all {
            let lines = match whose {
                Whose::Line(line) => vec![line.clone()],
                Whose::Account { account, number } => {
                    let mut lines = of_account(account);
                    let is = |line: &Name| {
                        let phone = states.get(line).and_then(|state| state.phone.as_deref());
                        number.is_some() && phone.map(digits) == number.as_deref().map(digits)
                    };
                    // A number that no line is known to have may be any of the account's.
                    if let Some(one) = lines.iter().find(|line| is(line)).cloned() {
                        lines = vec![one];
                    }
                    lines
                }
            };
            // The limit is the portfolio's.
            let lines: Vec<_> = match told.news {
                News::Limit { .. } => {
                    let portfolio = |line: &Name| policy.lines.get(line).map(|of| &of.portfolio);
                    let of: Vec<_> = lines.iter().filter_map(portfolio).collect();
                    let same =
                        policy.lines.iter().filter(|(_, rules)| of.contains(&&rules.portfolio));
                    same.map(|(line, _)| line.clone()).collect()
                }
                _ => lines,
            };
            let news = |line: &Name| states.get(line).is_none_or(|state| state.is_news(&told));
            let lines: Vec<_> = lines.into_iter().filter(news).collect();
            if lines.is_empty() {
                continue;
            }
            let unknown = LineState::default();
            let lacks = |line: &Name| states.get(line).unwrap_or(&unknown).lacks(&told.news);
            let first = asked && is_well(&told.news) && lines.iter().all(lacks);
            for line in &lines {
                states.entry(line.clone()).or_default().evolve(&told, first);
            }
            events.push(StreamEvent::Desk(DeskEvent::LinesTold { lines, told, first }));
        }
        if events.is_empty() { Vec::new() } else { vec![self.desk_change(events)] }
    }
}

/// Whether nothing need be done about it.
fn is_well(news: &News) -> bool {
    !matches!(news, News::Quality { quality } if matches!(quality.as_str(), "YELLOW" | "RED"))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::rig::{LINE, Rig};

    #[tokio::test]
    async fn of_a_line_of_which_nothing_is_known_only_what_is_not_well_is_told() {
        let quality = |word: &str| News::Quality { quality: word.into() };
        for (first, then, told) in [
            (quality("GREEN"), quality("GREEN"), &[][..]),
            (quality("GREEN"), quality("YELLOW"), &["the quality is YELLOW"]),
            (quality("RED"), quality("RED"), &["the quality is RED"]),
            (
                quality("YELLOW"),
                quality("GREEN"),
                &["the quality is YELLOW", "the quality is GREEN"],
            ),
            (quality("UNKNOWN"), quality("RED"), &["the quality is RED"]),
            (
                News::Limit { tier: "TIER_250".into() },
                News::Limit { tier: "TIER_2K".into() },
                &["up to 2000 people a day may be written to first"],
            ),
        ] {
            let rig = Rig::manual().await;
            for news in [&first, &then] {
                let (line, news) = (Name::from(LINE), news.clone());
                let told = vec![Told { at: rig.relay.clock.now(), news }];
                rig.relay.desk.told("-relay", Whose::Line(line), told).await.expect("recorded");
            }
            let heard: Vec<_> = {
                let views = rig.relay.store.read();
                let known = views.desk().lines[&Name::from(LINE)].told.iter();
                known.map(|told| told.news.words()).collect()
            };
            assert_eq!(heard, told, "{first:?} {then:?}");
            rig.close().await;
        }
    }
}
