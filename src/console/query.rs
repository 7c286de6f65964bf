//! What is wrong in a query, in the person's language and in one line.

use super::fault::nearest;
use super::language::{Language, fill};
use crate::domain::query::{Fault, KEYS, Wrong};
use crate::kit::text::one_line;

crate::words! {
    enum Word {
        Column = ["column {0}: {1}", "colonna {0}: {1}", "coluna {0}: {1}", "columna {0}: {1}"],
        Key = ["there is no condition {0}", "non c'è la condizione {0}", "não há a condição {0}", "no hay la condición {0}"],
        Value = ["{0} does not know {1}", "{0} non conosce {1}", "{0} não conhece {1}", "{0} no conoce {1}"],
        Missing = ["{0} has no value", "manca il valore di {0}", "falta o valor de {0}", "falta el valor de {0}"],
        Span = ["{0} is no length of time, such as 30m, 2h, 3d", "{0} non è una durata, come 30m, 2h, 3d", "{0} não é uma duração, como 30m, 2h, 3d", "{0} no es una duración, como 30m, 2h, 3d"],
        Compared = ["{0} cannot be compared: write {0}:", "{0} non si confronta: scrivi {0}:", "{0} não se compara: escreva {0}:", "{0} no se compara: escribe {0}:"],
        Beyond = ["no priority lies beyond {0}", "non c'è priorità oltre {0}", "não há prioridade além de {0}", "no hay prioridad más allá de {0}"],
        Quote = ["a quote is not closed", "virgolette non chiuse", "aspas não fechadas", "comillas sin cerrar"],
        Long = ["the query is too long", "la ricerca è troppo lunga", "a busca é longa demais", "la búsqueda es demasiado larga"],
        Near = ["{0}; did you mean {1}?", "{0}; forse {1}?", "{0}; talvez {1}?", "{0}; ¿quizás {1}?"],
        Known = ["{0}; there is {1}", "{0}; c'è {1}", "{0}; há {1}", "{0}; hay {1}"],
    }
}

/// Says it.
pub fn say(fault: &Fault, language: Language) -> String {
    let shown = |text: &str| one_line(text, 40);
    let told = |word: Word, parts: &[&str]| fill(word.say(language), parts);
    let hinted =
        |text: String, given: &str, known: &[&str]| match nearest(given, known.iter().copied()) {
            Some(near) => told(Word::Near, &[&text, near]),
            None if known.is_empty() => text,
            None => told(Word::Known, &[&text, &known.join(", ")]),
        };
    let text = match &fault.wrong {
        Wrong::Key(given) => hinted(told(Word::Key, &[&shown(given)]), given, &KEYS),
        Wrong::Value { key, given, known } => {
            let known: Vec<_> = known.iter().map(String::as_str).collect();
            hinted(told(Word::Value, &[key, &shown(given)]), given, &known)
        }
        Wrong::Missing(key) => told(Word::Missing, &[key]),
        Wrong::Span(given) => told(Word::Span, &[&shown(given)]),
        Wrong::Compared(key) => told(Word::Compared, &[key]),
        Wrong::Beyond(given) => told(Word::Beyond, &[&shown(given)]),
        Wrong::Quote => told(Word::Quote, &[]),
        Wrong::Long => told(Word::Long, &[]),
    };
    told(Word::Column, &[&fault.column.to_string(), &text])
}
