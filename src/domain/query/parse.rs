//! From text to a query.

use super::{Bound, Concern, Fault, LONGEST, Measure, Order, Query, Term, Wants, Who, Whom, Wrong};
use crate::domain::field::{CATEGORY, FieldKind, FieldRules};
use crate::domain::ticket::{Priority, State};

/// Every condition, as they are listed.
pub const KEYS: [&str; 16] = [
    "queue", "line", "state", "assignee", "tag", "priority", "category", "field.", "mention",
    "todo", "follow", "due", "window", "waiting", "age", "sort",
];

/// Units of time in seconds, the longest first.
pub(super) const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The longest length of time: ten years.
const SPAN_MOST: i64 = 10 * 366 * 86_400;

/// What there is at the desk, so that a misspelt name is told instead of finding nothing. Nothing where that is
/// not known: then any name will do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Names of queues.
    pub queues: Option<&'a [String]>,
    /// Names of lines.
    pub lines: Option<&'a [String]>,
    /// Names of accounts.
    pub people: Option<&'a [String]>,
    /// What the operator describes of tickets.
    pub fields: Option<&'a [FieldRules]>,
}

/// Reads a query.
///
/// # Errors
/// The first [`Fault`].
pub fn parse(text: &str, known: Known<'_>) -> Result<Query, Fault> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        return Err(Fault { column: LONGEST + 1, wrong: Wrong::Long });
    }
    let mut reader = Reader { chars, at: 0, known };
    let mut query = Query::default();
    loop {
        reader.skip(char::is_whitespace);
        if reader.peek().is_none() {
            return Ok(query);
        }
        reader.term(&mut query)?;
    }
}

struct Reader<'a> {
    chars: Vec<char>,
    at: usize,
    known: Known<'a>,
}

/// A value as it stands in the text.
struct Given {
    text: String,
    quoted: bool,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn fault<T>(&self, at: usize, wrong: Wrong) -> Result<T, Fault> {
        Err(Fault { column: at + 1, wrong })
    }

    /// What stands in quotes; the first of them is next.
    fn quoted(&mut self) -> Result<String, Fault> {
        let begun = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let next = self.peek();
            self.at += 1;
            match next {
                None => return self.fault(begun, Wrong::Quote),
                Some('"') => return Ok(text),
                Some('\\') if matches!(self.peek(), Some('"' | '\\')) => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                Some(c) => text.push(c),
            }
        }
    }

    /// Up to a blank.
    fn word(&mut self) -> String {
        let from = self.at;
        self.skip(|c| !c.is_whitespace());
        self.chars[from..self.at].iter().collect()
    }

    fn term(&mut self, query: &mut Query) -> Result<(), Fault> {
        let begun = self.at;
        let next = self.chars.get(self.at + 1);
        let not = self.peek() == Some('-') && next.is_some_and(|c| !c.is_whitespace());
        if not {
            self.at += 1;
        }
        let wants = if self.peek() == Some('"') {
            Wants::Text(self.quoted()?)
        } else if let Some((key, compares)) = self.key() {
            if key == "sort" {
                query.sort = Some(self.sort(begun, not, compares)?);
                return Ok(());
            }
            self.condition(&key, compares, begun + usize::from(not))?
        } else {
            Wants::Text(self.word())
        };
        // Words of nothing are found everywhere.
        if !matches!(&wants, Wants::Text(text) if text.trim().is_empty()) {
            query.terms.push(Term { not, wants });
        }
        Ok(())
    }

    /// The key of a condition and how its value is compared, if that is what comes.
    fn key(&mut self) -> Option<(String, Option<char>)> {
        let begins = |word: &str| self.chars[self.at..].iter().copied().take(6).eq(word.chars());
        let of_field = begins("field.");
        let letters = |c: &&char| {
            c.is_ascii_alphabetic() || **c == '_' || of_field && (**c == '.' || c.is_ascii_digit())
        };
        let length = self.chars[self.at..].iter().take_while(letters).count();
        let sign = *self.chars.get(self.at + length)?;
        if length == 0 || !matches!(sign, ':' | '=' | '<' | '>') {
            return None;
        }
        let key: String = self.chars[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        let compares = matches!(sign, '<' | '>').then_some(sign);
        if compares.is_some() && self.peek() == Some('=') {
            self.at += 1;
        }
        Some((key.to_lowercase(), compares))
    }

    /// The values behind a condition.
    fn given(&mut self, key: &str) -> Result<Vec<Given>, Fault> {
        let mut all = Vec::new();
        loop {
            let at = self.at;
            let quoted = self.peek() == Some('"');
            let text = if quoted {
                self.quoted()?
            } else {
                self.skip(|c| !c.is_whitespace() && !matches!(c, ',' | '"'));
                self.chars[at..self.at].iter().collect()
            };
            if text.is_empty() {
                return self.fault(at, Wrong::Missing(key.to_owned()));
            }
            all.push(Given { text, quoted, at });
            if self.peek() != Some(',') {
                return Ok(all);
            }
            self.at += 1;
        }
    }

    fn condition(
        &mut self,
        key: &str,
        compares: Option<char>,
        begun: usize,
    ) -> Result<Wants, Fault> {
        let measure = Measure::ALL.into_iter().find(|measure| measure.word() == key);
        let field = match key {
            CATEGORY => Some(CATEGORY),
            key => key.strip_prefix("field.").filter(|name| !name.is_empty()),
        };
        if measure.is_none() && field.is_none() && !KEYS.contains(&key) {
            return self.fault(begun, Wrong::Key(key.to_owned()));
        }
        if compares.is_some() && measure.is_none() && key != "priority" {
            return self.fault(begun, Wrong::Compared(key.to_owned()));
        }
        let given = self.given(key)?;
        if let Some(measure) = measure {
            return self.measure(measure, compares, &given);
        }
        if let Some(name) = field {
            self.described(name, begun, &given)?;
            return Ok(Wants::Field(name.to_owned(), given.into_iter().map(tag).collect()));
        }
        match key {
            "queue" => Ok(Wants::Queue(self.names(key, self.known.queues, given)?)),
            "line" => Ok(Wants::Line(self.names(key, self.known.lines, given)?)),
            "assignee" => self.people(key, given).map(Wants::Assignee),
            "tag" => Ok(Wants::Tag(given.into_iter().map(tag).collect())),
            "mention" => self.concerned(Concern::Mention, given),
            "todo" => self.concerned(Concern::Todo, given),
            "follow" => self.concerned(Concern::Follow, given),
            "state" => Ok(Wants::State(self.states(&given)?)),
            _ => Ok(Wants::Priority(self.priorities(compares, &given)?)),
        }
    }

    fn unknown<T>(&self, key: &str, given: &Given, known: Vec<String>) -> Result<T, Fault> {
        let wrong = Wrong::Value { key: key.to_owned(), given: given.text.clone(), known };
        self.fault(given.at, wrong)
    }

    fn names(
        &self,
        key: &str,
        known: Option<&[String]>,
        given: Vec<Given>,
    ) -> Result<Vec<String>, Fault> {
        for given in &given {
            self.named(key, known, given)?;
        }
        Ok(given.into_iter().map(|given| given.text).collect())
    }

    /// There must be one of that name.
    fn named(&self, key: &str, known: Option<&[String]>, given: &Given) -> Result<(), Fault> {
        match known {
            Some(known) if !known.contains(&given.text) => self.unknown(key, given, known.to_vec()),
            _ => Ok(()),
        }
    }

    /// There must be a field of that name, and what it is one of must be among its choices.
    fn described(&self, name: &str, begun: usize, given: &[Given]) -> Result<(), Fault> {
        let Some(all) = self.known.fields.filter(|all| !all.is_empty()) else { return Ok(()) };
        let Some(rules) = all.iter().find(|rules| rules.name.as_str() == name) else {
            let known = all.iter().map(|rules| rules.name.to_string()).collect();
            let (key, given) = ("field".to_owned(), name.to_owned());
            return self.fault(begun, Wrong::Value { key, given, known });
        };
        let FieldKind::Choice(choices) = &rules.kind else { return Ok(()) };
        let none = |of: &Given| !of.quoted && of.text == "none";
        let wrong = |of: &&Given| !none(of) && rules.kind.read(&of.text).is_err();
        match given.iter().find(wrong) {
            Some(of) => self.unknown(name, of, choices.clone()),
            None => Ok(()),
        }
    }

    fn concerned(&self, concern: Concern, given: Vec<Given>) -> Result<Wants, Fault> {
        let mut people = Vec::with_capacity(given.len());
        for given in given {
            people.push(match given.text.as_str() {
                "any" if !given.quoted => Whom::Any,
                "new" if !given.quoted && concern == Concern::Mention => Whom::New,
                _ => Whom::Who(self.people(concern.word(), vec![given])?.remove(0)),
            });
        }
        Ok(Wants::Concern(concern, people))
    }

    fn people(&self, key: &str, given: Vec<Given>) -> Result<Vec<Who>, Fault> {
        let one = |given: Given| match given.text.as_str() {
            "me" if !given.quoted => Ok(Who::Me),
            "none" if !given.quoted => Ok(Who::Nobody),
            _ => {
                self.named(key, self.known.people, &given)?;
                Ok(Who::Named(given.text))
            }
        };
        given.into_iter().map(one).collect()
    }

    /// The one of these words that is given.
    fn one<T: Copy>(&self, key: &str, given: &Given, known: &[(&str, T)]) -> Result<T, Fault> {
        let word = given.text.to_lowercase();
        match known.iter().find(|(name, _)| *name == word) {
            Some((_, meant)) => Ok(*meant),
            None => {
                let known = known.iter().map(|(name, _)| (*name).to_owned()).collect();
                self.unknown(key, given, known)
            }
        }
    }

    fn states(&self, given: &[Given]) -> Result<Vec<State>, Fault> {
        let mut known: Vec<(&str, &[State])> =
            State::ALL.chunks(1).map(|state| (state[0].word(), state)).collect();
        known.push(("unsolved", &State::ALL[..5]));
        known.push(("any", &State::ALL));
        let mut states = Vec::new();
        for given in given {
            states.extend_from_slice(self.one("state", given, &known)?);
        }
        states.sort_unstable();
        states.dedup();
        Ok(states)
    }

    fn priorities(&self, compares: Option<char>, given: &[Given]) -> Result<Vec<Priority>, Fault> {
        let known = Priority::ALL.map(|priority| (priority.word(), priority));
        let mut named = Vec::new();
        for given in given {
            named.push(self.one("priority", given, &known)?);
        }
        let Some(sign) = compares else {
            named.sort_unstable();
            named.dedup();
            return Ok(named);
        };
        // With or without the one itself: `>` alone leaves it out.
        let inclusive = self.chars[..given[0].at].last() == Some(&'=');
        let fits = |priority: &Priority| {
            named.iter().all(|bound| match (priority.cmp(bound), sign) {
                (std::cmp::Ordering::Equal, _) => inclusive,
                (std::cmp::Ordering::Less, sign) => sign == '<',
                (std::cmp::Ordering::Greater, sign) => sign == '>',
            })
        };
        let all: Vec<_> = Priority::ALL.into_iter().filter(fits).collect();
        match all[..] {
            [] => self.fault(given[0].at, Wrong::Beyond(given[0].text.clone())),
            _ => Ok(all),
        }
    }

    fn measure(
        &self,
        measure: Measure,
        compares: Option<char>,
        given: &[Given],
    ) -> Result<Wants, Fault> {
        let [only] = given else {
            return self.fault(given[1].at, Wrong::Span(given[1].text.clone()));
        };
        let bound = match compares {
            None if measure.words().is_empty() => {
                return self.fault(only.at, Wrong::Span(only.text.clone()));
            }
            None => self.one(measure.word(), only, measure.words())?,
            Some(sign) => match seconds(&only.text) {
                None => return self.fault(only.at, Wrong::Span(only.text.clone())),
                Some(seconds) if sign == '<' => Bound::Under(seconds),
                Some(seconds) => Bound::Over(seconds),
            },
        };
        Ok(Wants::Measure(measure, bound))
    }

    fn sort(&mut self, begun: usize, not: bool, compares: Option<char>) -> Result<Order, Fault> {
        if not || compares.is_some() {
            return self.fault(begun, Wrong::Compared("sort".to_owned()));
        }
        let given = self.given("sort")?;
        let known = Order::ALL.map(|order| (order.word(), order));
        let last = given.iter().map(|given| self.one("sort", given, &known)).next_back();
        last.unwrap_or(Ok(Order::default()))
    }
}

fn tag(given: Given) -> Option<String> {
    (given.quoted || given.text != "none").then_some(given.text)
}

/// A length of time such as `1h30m`, in seconds.
fn seconds(text: &str) -> Option<i64> {
    let (mut sum, mut rest) = (0_i64, text);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?.to_ascii_lowercase();
        let (_, length) = UNITS.iter().find(|(known, _)| *known == unit)?;
        sum = sum.checked_add(number.checked_mul(*length)?)?;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty() && sum <= SPAN_MOST).then_some(sum)
}
