//! What can be chosen in a prompt.

use crate::console::action::Action;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::model::prompt::{Choice, Prompt};
use crate::console::presence;
use crate::console::snooze::{self, Wake};
use crate::console::thread::words::link_in_words;
use crate::console::update::acts::{argument, deed, known};
use crate::console::update::reaction;
use crate::domain::field::{FieldKind, FieldRules};
use crate::domain::roster::Role;
use crate::domain::ticket::Priority;
use crate::wire::{ColleagueView, Link, LinkView, Presence};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::collections::BTreeMap;

crate::words! {
    enum Word {
        Online = ["online", "in linea", "online", "en línea"],
        Offline = ["offline", "non in linea", "offline", "fuera de línea"],
        Load = ["{0}, has {1}, {2} waiting", "{0}, ne ha {1}, {2} in attesa", "{0}, tem {1}, {2} esperando", "{0}, tiene {1}, {2} esperando"],
        Foreign = ["not in the queue {0}", "non è nella coda {0}", "não é da fila {0}", "no es de la cola {0}"],
        Queue = ["back to the queue", "di nuovo in coda", "de volta à fila", "de vuelta a la cola"],
        Snooze1 = ["30m", "30m", "30m", "30m"],
        Snooze2 = ["2h", "2h", "2h", "2h"],
        Snooze3 = ["tomorrow 9", "domani 9", "amanhã 9", "mañana 9"],
        Snooze4 = ["mon 9", "lun 9", "seg 9", "lun 9"],
        Snooze5 = ["next message", "prossimo messaggio", "próxima mensagem", "próximo mensaje"],
        Takes = ["take away", "togli", "tirar", "quitar"],
    }
}

/// How many labels are offered.
const TAGS_MOST: usize = 100;

/// Whether the first choice is taken without going to it: where only what is listed makes sense, or where
/// nothing is typed and there is something usual.
pub(crate) fn first_is_marked(prompt: &Prompt) -> bool {
    matches!(
        prompt.action,
        Action::Assign | Action::Move | Action::Priority | Action::React | Action::Linked
    )
}

/// What can be chosen, best first.
pub(crate) fn choices(model: &Model, prompt: &Prompt) -> Vec<Choice> {
    let typed = prompt.editor.text().trim();
    let language = model.settings.language;
    match prompt.action {
        Action::Assign => colleagues(model, prompt, typed.trim_start_matches('@')),
        Action::Move => {
            let queues = model.mirror.desk.as_ref().map_or(&[][..], |desk| &desk.queues);
            ranked(queues.iter().map(|queue| plain(queue)).collect(), typed)
        }
        Action::Field => fields(model, prompt.editor.text()),
        // What follows the first word is the note.
        Action::HandOver if prompt.editor.text().contains(' ') => Vec::new(),
        Action::HandOver => colleagues(model, prompt, typed.trim_start_matches('@')),
        Action::Priority => {
            let choice = |priority: Priority| plain(deed::priority(priority, language));
            let list = Priority::ALL.into_iter().rev().map(choice).collect();
            ranked(list, typed)
        }
        Action::Linked | Action::MergeTicket | Action::UnmergeTicket => {
            let fits = |link: &&LinkView| match prompt.action {
                Action::MergeTicket => link.is == Link::Earlier,
                Action::UnmergeTicket => link.is == Link::Merged,
                _ => true,
            };
            let ticket = prompt.about.first().and_then(|number| known(model, *number));
            let links = ticket.into_iter().flat_map(|ticket| &ticket.aside);
            let choice = |link: &LinkView| {
                let detail = link_in_words(link, &model.settings.zone, language);
                Choice { detail, ..plain(&link.ticket.to_string()) }
            };
            let links = links.flat_map(|aside| &aside.links).filter(fits);
            ranked(links.map(choice).collect(), typed)
        }
        Action::Snooze => instants(model, typed, language),
        Action::Tag => tags(model, prompt, language),
        Action::React => reaction::choices(model, prompt),
        _ => Vec::new(),
    }
}

/// What the typed instant means, or what is wrong with it; nothing where nothing is typed.
pub(crate) fn meaning(model: &Model, prompt: &Prompt) -> Option<Result<String, String>> {
    let typed = prompt.editor.text().trim();
    if prompt.action != Action::Snooze || typed.is_empty() {
        return None;
    }
    let (zone, language) = (&model.settings.zone, model.settings.language);
    let read = snooze::parse(typed, model.desk_now(), zone);
    Some(match read {
        Ok(wake) => Ok(wake.say(model.desk_now(), zone, language)),
        Err(fault) => Err(fault.say(zone, language)),
    })
}

/// The line with its last word replaced; a minus before it stays.
pub(crate) fn with_word(line: &str, word: &str) -> String {
    let (before, last) = line.rsplit_once(' ').map_or(("", line), |(before, last)| (before, last));
    let minus = if last.starts_with('-') && !word.starts_with('-') { "-" } else { "" };
    if before.is_empty() { format!("{minus}{word}") } else { format!("{before} {minus}{word}") }
}

fn plain(value: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: value.to_owned(),
        detail: String::new(),
        why_not: None,
    }
}

fn ranked(list: Vec<Choice>, typed: &str) -> Vec<Choice> {
    if typed.is_empty() {
        return list;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let (mut letters, small) = (Vec::new(), typed.to_lowercase());
    let mut scored: Vec<_> = list
        .into_iter()
        .filter_map(|choice| {
            let score = pattern.score(Utf32Str::new(&choice.label, &mut letters), &mut matcher)?;
            let elsewhere = !choice.label.to_lowercase().starts_with(&small);
            Some((elsewhere, choice.why_not.is_some(), std::cmp::Reverse(score), choice))
        })
        .collect();
    scored.sort_by_key(|(elsewhere, refused, score, _)| (*elsewhere, *refused, *score));
    scored.into_iter().map(|(.., choice)| choice).collect()
}

/// Colleagues with their presence and load: those who can have it first, of these who is there and has least.
fn colleagues(model: &Model, prompt: &Prompt, typed: &str) -> Vec<Choice> {
    let language = model.settings.language;
    let queues: Vec<&str> = prompt
        .about
        .iter()
        .filter_map(|number| known(model, *number))
        .map(|ticket| ticket.queue.as_str())
        .collect();
    let foreign = |colleague: &ColleagueView| {
        let missing = |queue: &&&str| !colleague.queues.iter().any(|own| own == **queue);
        let queue = queues.iter().find(missing).filter(|_| colleague.role == Role::Agent)?;
        Some(fill(Word::Foreign.say(language), &[queue]))
    };
    let mut list: Vec<_> = model
        .mirror
        .roster
        .iter()
        .map(|colleague| {
            let (away, says) = match colleague.presence {
                Presence::Online => (0, Word::Online.say(language)),
                Presence::Offline => (2, Word::Offline.say(language)),
                Presence::Unknown => (3, ""),
                other => (1, presence::word(other, language)),
            };
            let (load, waiting) = (colleague.load.to_string(), colleague.waiting.to_string());
            let detail = fill(Word::Load.say(language), &[says, &load, &waiting]);
            let why_not = foreign(colleague);
            let order = (why_not.is_some(), away, colleague.load);
            let name = colleague.name.clone();
            (order, Choice { value: name.clone(), label: name, detail, why_not })
        })
        .collect();
    list.sort_by_key(|(order, _)| *order);
    let mut list: Vec<_> = list.into_iter().map(|(_, choice)| choice).collect();
    list.push(Choice {
        detail: Word::Queue.say(language).to_owned(),
        ..plain(argument::nobody(language))
    });
    ranked(list, typed)
}

/// Fields, and behind the name of one what may be chosen there.
fn fields(model: &Model, line: &str) -> Vec<Choice> {
    let fields = model.mirror.desk.as_ref().map_or(&[][..], |desk| &desk.fields);
    match line.split_once(' ') {
        None => {
            let named = |of: &FieldRules| Choice {
                detail: of.kind.word().to_owned(),
                ..plain(of.name.as_str())
            };
            ranked(fields.iter().map(named).collect(), line.trim())
        }
        Some((name, typed)) => {
            let field = fields.iter().find(|of| of.name.as_str() == name);
            let Some(FieldKind::Choice(all)) = field.map(|of| &of.kind) else { return Vec::new() };
            let choice =
                |one: &String| Choice { label: one.clone(), ..plain(&format!("{name} {one}")) };
            let small = typed.trim().to_lowercase();
            let fits = all.iter().filter(|one| one.to_lowercase().contains(&small));
            fits.map(choice).collect()
        }
    }
}

/// Usual instants that begin with what is typed, each with what it means now.
fn instants(model: &Model, typed: &str, language: Language) -> Vec<Choice> {
    let usual = [Word::Snooze1, Word::Snooze2, Word::Snooze3, Word::Snooze4, Word::Snooze5];
    let (now, zone) = (model.desk_now(), &model.settings.zone);
    let choice = |word: Word| {
        let value = word.say(language);
        let detail = match snooze::parse(value, now, zone) {
            Ok(Wake::NextMessage) | Err(_) => String::new(),
            Ok(wake) => wake.say(now, zone, language),
        };
        Choice { detail, ..plain(value) }
    };
    usual.into_iter().map(choice).filter(|choice| choice.value.starts_with(typed)).collect()
}

/// Labels seen on tickets, the most frequent first; after a minus those of the tickets themselves.
fn tags(model: &Model, prompt: &Prompt, language: Language) -> Vec<Choice> {
    let line = prompt.editor.text();
    let last = line.rsplit(' ').next().unwrap_or("");
    let own: Vec<&str> = prompt
        .about
        .iter()
        .filter_map(|number| known(model, *number))
        .flat_map(|ticket| ticket.tags.iter().map(String::as_str))
        .collect();
    if let Some(begun) = last.strip_prefix('-') {
        let mut own = own;
        own.sort_unstable();
        own.dedup();
        let begins = own.into_iter().filter(|tag| tag.starts_with(begun));
        let detail = || Word::Takes.say(language).to_owned();
        return begins.map(|tag| Choice { detail: detail(), ..plain(tag) }).collect();
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for ticket in model.inbox.shown.iter().chain(model.mirror.mine.iter()) {
        for tag in &ticket.tags {
            *seen.entry(tag).or_default() += 1;
        }
    }
    let known =
        |tag: &str| own.contains(&tag) || line.split(' ').any(|word| word == tag && word != last);
    let mut seen: Vec<_> = seen
        .into_iter()
        .filter(|(tag, _)| tag.contains(last) && *tag != last && !known(tag))
        .collect();
    seen.sort_by_key(|(tag, count)| (!tag.starts_with(last), std::cmp::Reverse(*count)));
    seen.into_iter().take(TAGS_MOST).map(|(tag, _)| plain(tag)).collect()
}
