//! Why a ticket is where it is and whose it is, in sentences.

use super::language::{Language, fill};
use super::thread::day::moment;
use crate::domain::routing::{Chosen, Row, Standing, Table, Unfit};
use crate::kit::text::printable;
use crate::wire::{Answer, Presence, WhyView};
use jiff::tz::TimeZone;

crate::words! {
    enum Word {
        Rule = ["in {0}, by the rule {1}", "in {0}, per la regola {1}", "em {0}, pela regra {1}", "en {0}, por la regla {1}"],
        NoRule = ["in {0}: no rule says otherwise", "in {0}: nessuna regola dice altro", "em {0}: nenhuma regra diz outra coisa", "en {0}: ninguna regla dice otra cosa"],
        Asks = ["it asks for: {0}", "richiede: {0}", "exige: {0}", "requiere: {0}"],
        Given = ["given to {0} by {1}", "dato a {0} da {1}", "passado a {0} por {1}", "pasado a {0} por {1}"],
        Taken = ["taken by {0}", "preso da {0}", "assumido por {0}", "tomado por {0}"],
        Has = ["{0} has it", "ce l'ha {0}", "está com {0}", "lo tiene {0}"],
        Only = ["given to {0}: nobody else could", "dato a {0}: nessun altro poteva", "passado a {0}: ninguém mais podia", "pasado a {0}: nadie más podía"],
        Turn = ["given to {0}, whose turn it was", "dato a {0}, a cui toccava", "passado a {0}, de quem era a vez", "pasado a {0}, a quien le tocaba"],
        Least = ["given to {0}, who had the least", "dato a {0}, che aveva di meno", "passado a {0}, que tinha menos", "pasado a {0}, que tenía menos"],
        Share = ["given to {0}, whose share it was", "dato a {0}, secondo la sua quota", "passado a {0}, conforme a sua parte", "pasado a {0}, según su parte"],
        Knows = ["given to {0}, who answered this customer last", "dato a {0}, l'ultimo a rispondere a questo cliente", "passado a {0}, quem respondeu por último a este cliente", "pasado a {0}, quien respondió por última vez a este cliente"],
        Nobody = ["nobody can have it now", "ora nessuno può averlo", "ninguém pode pegar agora", "ahora nadie puede tenerlo"],
        Next = ["{0} gets it next", "il prossimo è {0}", "o próximo é {0}", "el siguiente es {0}"],
        Manual = ["people take the tickets of this queue themselves", "i ticket di questa coda si prendono a mano", "os tickets desta fila são pegos à mão", "los tickets de esta cola se toman a mano"],
        Settled = ["it waits for nobody", "non aspetta nessuno", "não espera ninguém", "no espera a nadie"],
        Score = ["{0} points, after {1} of waiting", "{0} punti, dopo {1} di attesa", "{0} pontos, após {1} de espera", "{0} puntos, tras {1} de espera"],
        Relaxed = ["it had waited so long that less was asked", "aspettava da tanto: si è chiesto di meno", "esperava há tanto que se exigiu menos", "esperaba tanto que se exigió menos"],
        Opens = ["the queue opens at {0}", "la coda apre: {0}", "a fila abre: {0}", "la cola abre: {0}"],
        Closed = ["the queue is closed and never opens", "la coda è chiusa e non apre mai", "a fila está fechada e nunca abre", "la cola está cerrada y nunca abre"],
        WaitsFor = ["it waits a moment for {0}, who knows the customer", "aspetta un momento {0}, che conosce il cliente", "espera um momento por {0}, que conhece o cliente", "espera un momento a {0}, que conoce al cliente"],
        More = ["and {0} more", "e altri {0}", "e mais {0}", "y {0} más"],
        Could = ["could have it", "poteva averlo", "podia pegar", "podía tenerlo"],
        OffShift = ["his shift is over", "il suo turno è finito", "o turno dele acabou", "su turno ha terminado"],
        Stranger = ["does not work this queue", "non lavora in questa coda", "não trabalha nesta fila", "no trabaja en esta cola"],
        Absent = ["takes no new tickets: {0}", "non prende nuovi ticket: {0}", "não recebe novos tickets: {0}", "no recibe nuevos tickets: {0}"],
        Skill = ["{0}: {1} of {2}", "{0}: {1} su {2}", "{0}: {1} de {2}", "{0}: {1} de {2}"],
        Language = ["does not speak {0}", "non parla {0}", "não fala {0}", "no habla {0}"],
        Full = ["would have too much", "avrebbe troppo", "teria demais", "tendría demasiado"],
        QueueFull = ["would have too much of this queue", "avrebbe troppo di questa coda", "teria demais desta fila", "tendría demasiado de esta cola"],
        Pace = ["was given another just now", "ne ha appena avuto un altro", "acabou de receber outro", "acaba de recibir otro"],
        WasAsked = ["was asked and did not take it", "interpellato, non l'ha preso", "perguntado, não pegou", "preguntado, no lo tomó"],
        Offered = ["offered to {0}", "proposto a {0}", "oferecido a {0}", "ofrecido a {0}"],
        Asked = ["asked {0} · {1}: {2}", "chiesto a {0} · {1}: {2}", "perguntado a {0} · {1}: {2}", "preguntado a {0} · {1}: {2}"],
        Waits = ["no answer yet", "ancora nessuna risposta", "ainda sem resposta", "aún sin respuesta"],
        Accepted = ["accepted", "ha accettato", "aceitou", "aceptó"],
        Declined = ["declined", "ha rifiutato", "recusou", "rechazó"],
        Missed = ["did not answer", "non ha risposto", "não respondeu", "no respondió"],
        Gone = ["went away", "è andato via", "saiu", "se fue"],
        Over = ["no longer, the ticket changed", "non più, il ticket è cambiato", "não mais, o ticket mudou", "ya no, el ticket cambió"],
        Returned = ["had it just now", "l'aveva appena", "tinha-o agora mesmo", "lo tenía hace un momento"],
    }
}

/// All of it, line by line.
pub fn told(why: &WhyView, language: Language, zone: &TimeZone) -> String {
    let say = |word: Word, values: &[&str]| fill(word.say(language), values);
    let mut lines = vec![match &why.routed {
        Some(routed) => say(Word::Rule, &[&why.queue, routed.rule.as_str()]),
        None => say(Word::NoRule, &[&why.queue]),
    }];
    let asked = why.routed.as_ref().filter(|routed| !routed.demand.is_empty());
    if let Some(routed) = asked {
        let skills = routed.demand.skills.iter().map(|(skill, level)| format!("{skill} {level}"));
        let all: Vec<_> =
            skills.chain(routed.demand.language.iter().map(ToString::to_string)).collect();
        lines.push(say(Word::Asks, &[&all.join(", ")]));
    }
    let now = |at| format!(" · {}", moment(at, zone, language));
    let waits = why.asked.last().filter(|asked| asked.answer == Answer::Waits);
    let mut whose = match (&why.assignee, &why.by, &why.table) {
        (None, ..) if waits.is_some() => {
            say(Word::Offered, &[waits.map_or("", |asked| asked.who.as_str())])
        }
        (Some(agent), _, Some(table)) => {
            let word = match table.chosen {
                Some(Chosen::Only) => Word::Only,
                Some(Chosen::Turn) => Word::Turn,
                Some(Chosen::Least) => Word::Least,
                Some(Chosen::Share) => Word::Share,
                Some(Chosen::Knows) => Word::Knows,
                None => Word::Has,
            };
            say(word, &[agent])
        }
        (Some(agent), Some(by), None) if agent == by => say(Word::Taken, &[agent]),
        (Some(agent), Some(by), None) => say(Word::Given, &[agent, by]),
        (Some(agent), None, None) => say(Word::Has, &[agent]),
        (None, ..) if !why.waits => say(Word::Settled, &[]),
        (None, _, None) => say(Word::Manual, &[]),
        (None, _, Some(table)) => waiting(table, language, zone),
    };
    whose.extend(why.at.map(now));
    lines.push(whose);
    for asked in &why.asked {
        let answer = match asked.answer {
            Answer::Waits => Word::Waits,
            Answer::Accepted => Word::Accepted,
            Answer::Declined => Word::Declined,
            Answer::Missed => Word::Missed,
            Answer::Gone => Word::Gone,
            Answer::Over | Answer::Unknown => Word::Over,
        };
        let at = moment(asked.at, zone, language);
        lines.push(say(Word::Asked, &[&asked.who, &at, answer.say(language)]));
    }
    if let Some(table) = &why.table {
        let points = format!("{}.{:02}", table.score / 100, table.score % 100);
        let span = super::countdown::span(table.waited * 1_000);
        lines.push(say(Word::Score, &[&points, &span]));
        if table.relaxed > 0 {
            lines.push(say(Word::Relaxed, &[]));
        }
        lines.push(String::new());
        let wide = table.rows.iter().map(|row| row.agent.as_str().chars().count()).max();
        lines.extend(table.rows.iter().map(|row| of_agent(row, wide.unwrap_or(0), language)));
        if table.more > 0 {
            lines.push(say(Word::More, &[&table.more.to_string()]));
        }
    }
    printable(&lines.join("\n")).into_owned()
}

/// Of a ticket that waits: who gets it, or what it waits for.
fn waiting(table: &Table, language: Language, zone: &TimeZone) -> String {
    let say = |word: Word, values: &[&str]| fill(word.say(language), values);
    match (table.opens, &table.waits_for) {
        (Some(at), _) if at.millis() == i64::MAX => say(Word::Closed, &[]),
        (Some(at), _) => say(Word::Opens, &[&moment(at, zone, language)]),
        (None, Some(agent)) => say(Word::WaitsFor, &[agent.as_str()]),
        (None, None) => match table.rows.first().filter(|_| table.chosen.is_some()) {
            Some(row) => say(Word::Next, &[row.agent.as_str()]),
            None => say(Word::Nobody, &[]),
        },
    }
}

fn of_agent(row: &Row, wide: usize, language: Language) -> String {
    let say = |word: Word, values: &[&str]| fill(word.say(language), values);
    let reason = match &row.unfit {
        None => say(Word::Could, &[]),
        Some(Unfit::OffShift { .. }) => say(Word::OffShift, &[]),
        Some(Unfit::Stranger) => say(Word::Stranger, &[]),
        Some(Unfit::Absent { standing }) => {
            let presence = match standing {
                Standing::Online => Presence::Online,
                Standing::Busy => Presence::Busy,
                Standing::Away => Presence::Away,
                Standing::WrapUp => Presence::WrapUp,
                Standing::Break => Presence::Break,
                Standing::Offline => Presence::Offline,
            };
            say(Word::Absent, &[super::presence::word(presence, language)])
        }
        Some(Unfit::Skill { skill, needs, has }) => {
            say(Word::Skill, &[skill.as_str(), &has.to_string(), &needs.to_string()])
        }
        Some(Unfit::Language { language: needed }) => say(Word::Language, &[needed.as_str()]),
        Some(Unfit::Full) => say(Word::Full, &[]),
        Some(Unfit::QueueFull) => say(Word::QueueFull, &[]),
        Some(Unfit::Pace { .. }) => say(Word::Pace, &[]),
        Some(Unfit::Returned) => say(Word::Returned, &[]),
        Some(Unfit::Asked { .. }) => say(Word::WasAsked, &[]),
    };
    let open = |hundredths: u32| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let (load, carries) = (open(row.load), open(row.carries));
    format!("{:<wide$}  {load:>5}/{carries:<5}  {reason}", row.agent.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::countdown::span;
    use crate::domain::id::TicketNumber;
    use crate::domain::routing::{Demand, Mode, Routed};
    use crate::kit::Timestamp;
    use crate::wire::AskedView;

    fn row(agent: &str, load: u32, unfit: Option<Unfit>) -> Row {
        Row { agent: agent.into(), load, carries: 500, unfit, credit: None }
    }

    fn view() -> WhyView {
        let demand = Demand { skills: [("tax".into(), 2)].into(), language: Some("it".into()) };
        WhyView {
            number: TicketNumber(7),
            queue: "billing".into(),
            routed: Some(Routed { rule: "invoices".into(), demand }),
            assignee: Some("anna".into()),
            by: None,
            at: None,
            waits: false,
            asked: Vec::new(),
            table: Some(Table {
                queue: "billing".into(),
                mode: Mode::LeastActive,
                chosen: Some(Chosen::Least),
                score: 2705,
                waited: 240,
                relaxed: 1,
                opens: None,
                waits_for: None,
                rows: vec![
                    row("anna", 100, None),
                    row("bruno", 425, Some(Unfit::Full)),
                    row("carla", 0, Some(Unfit::Absent { standing: Standing::Break })),
                    row("dora", 0, Some(Unfit::Skill { skill: "tax".into(), needs: 2, has: 0 })),
                ],
                more: 3,
            }),
        }
    }

    #[test]
    fn who_was_looked_at_is_told_in_every_language() {
        let (why, zone) = (view(), TimeZone::UTC);
        let waited = span(240_000);
        assert_eq!(
            told(&why, Language::En, &zone),
            format!(
                "in billing, by the rule invoices\nit asks for: tax 2, it\ngiven to anna, who had the least\n\
                 27.05 points, after {waited} of waiting\nit had waited so long that less was asked\n\n\
                 anna    1.00/5.00   could have it\nbruno   4.25/5.00   would have too much\n\
                 carla   0.00/5.00   takes no new tickets: break\ndora    0.00/5.00   tax: 0 of 2\nand 3 more"
            )
        );
        let first = [Language::It, Language::Pt, Language::Es]
            .map(|language| told(&why, language, &zone).lines().nth(2).map(str::to_owned));
        let wanted = [
            "dato a anna, che aveva di meno",
            "passado a anna, que tinha menos",
            "pasado a anna, que tenía menos",
        ];
        assert_eq!(first, wanted.map(|line| Some(line.to_owned())));
    }

    #[test]
    fn whose_it_is_and_what_it_waits_for() {
        let zone = TimeZone::UTC;
        let line = |why: &WhyView| {
            told(why, Language::En, &zone).lines().nth(1).expect("a line").to_owned()
        };
        let plain = WhyView { routed: None, table: None, ..view() };
        assert_eq!(line(&plain), "anna has it");
        let by = |by: &str| WhyView { by: Some(by.into()), ..plain.clone() };
        assert_eq!(
            [line(&by("anna")), line(&by("carla"))],
            ["taken by anna", "given to anna by carla"]
        );
        let nobody = WhyView { assignee: None, ..plain.clone() };
        assert_eq!(line(&nobody), "it waits for nobody");
        let waits = WhyView { waits: true, ..nobody };
        assert_eq!(line(&waits), "people take the tickets of this queue themselves");
        let table = view().table.expect("there");
        let of = |table: Table| line(&WhyView { table: Some(table), ..waits.clone() });
        assert_eq!(of(table.clone()), "anna gets it next");
        assert_eq!(of(Table { chosen: None, ..table.clone() }), "nobody can have it now");
        let known = Table { waits_for: Some("carla".into()), chosen: None, ..table.clone() };
        assert_eq!(of(known), "it waits a moment for carla, who knows the customer");
        let asked = |who: &str, answer| AskedView { who: who.into(), at: Timestamp(0), answer };
        let offered = WhyView {
            table: Some(table.clone()),
            asked: vec![asked("bruno", Answer::Missed), asked("carla", Answer::Waits)],
            ..waits.clone()
        };
        let lines = told(&offered, Language::En, &zone);
        let lines: Vec<_> = lines.lines().skip(1).take(3).collect();
        let at = moment(Timestamp(0), &zone, Language::En);
        let wanted = [
            "offered to carla".to_owned(),
            format!("asked bruno · {at}: did not answer"),
            format!("asked carla · {at}: no answer yet"),
        ];
        assert_eq!(lines, wanted);
        let never = Some(Timestamp(i64::MAX));
        assert_eq!(of(Table { opens: never, ..table }), "the queue is closed and never opens");
    }
}
