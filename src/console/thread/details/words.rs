//! Words for what messages hold beyond their text.

use crate::console::language::{Language, fill};
use crate::domain::details::{GroupChange, Member};

crate::words! {
    /// Words for what messages hold beyond their text.
    pub(in crate::console) enum Word {
        From = ["from", "da", "de", "de"],
        Forwarded = ["forwarded", "inoltrato", "encaminhada", "reenviado"],
        OftenForwarded = ["forwarded many times", "inoltrato molte volte", "encaminhada muitas vezes", "reenviado muchas veces"],
        Ad = ["from the ad", "dall'inserzione", "do anúncio", "del anuncio"],
        Post = ["from the post", "dal post", "da publicação", "de la publicación"],
        Product = ["about the product", "sul prodotto", "sobre o produto", "sobre el producto"],
        NoName = ["without a name", "senza nome", "sem nome", "sin nombre"],
        Sum = ["total", "totale", "total", "total"],
        More = ["and {0} more", "e altri {0}", "e mais {0}", "y {0} más"],
        Missed = ["missed", "persa", "perdida", "perdida"],
        Granted = ["granted", "concesso", "concedida", "concedido"],
        AsksPlace = ["send a place", "invia la posizione", "enviar a localização", "enviar la ubicación"],
        AsksNumber = ["share the number", "condividi il numero", "compartilhar o número", "compartir el número"],
        NoMarketing = ["wants no marketing messages any more", "non vuole più messaggi promozionali", "não quer mais mensagens de marketing", "ya no quiere mensajes de marketing"],
        MarketingAgain = ["wants marketing messages again", "vuole di nuovo messaggi promozionali", "quer mensagens de marketing de novo", "quiere otra vez mensajes de marketing"],
        SignedUp = ["signed up for marketing messages", "si è iscritto ai messaggi promozionali", "inscreveu-se para mensagens de marketing", "se suscribió a mensajes de marketing"],
        GroupMade = ["the group was made", "il gruppo è stato creato", "o grupo foi criado", "se creó el grupo"],
        GroupEnded = ["the group was ended", "il gruppo è stato chiuso", "o grupo foi encerrado", "se cerró el grupo"],
        GroupCalled = ["the group is called {0}", "il gruppo si chiama {0}", "o grupo se chama {0}", "el grupo se llama {0}"],
        Joined = ["{0} joined", "{0} nel gruppo", "{0} entrou", "{0} se unió"],
        Left = ["{0} left", "{0} fuori dal gruppo", "{0} saiu", "{0} salió"],
        Refused = ["refused", "rifiutato", "recusada", "rechazado"],
    }
}

/// What the customer chose in the platform's menu, by what the relay tells of it; nothing where that tells more.
pub(in crate::console) fn chosen(text: &str) -> Option<Word> {
    [Word::NoMarketing, Word::MarketingAgain, Word::SignedUp]
        .into_iter()
        .find(|word| word.say(Language::En) == text)
}

/// What happened to a group, by what the relay tells of it; nothing where that is more than one thing, or newer.
pub(in crate::console) fn told(text: &str, language: Language) -> Option<String> {
    match text {
        "group create" => return Some(Word::GroupMade.say(language).to_owned()),
        "group delete" => return Some(Word::GroupEnded.say(language).to_owned()),
        _ => {}
    }
    let one = !["joined: ", "left: "].iter().any(|more| text.contains(&format!(", {more}")));
    let all = [("called ", Word::GroupCalled), ("joined: ", Word::Joined), ("left: ", Word::Left)];
    let mut found = all.into_iter().filter(|_| one);
    found.find_map(|(begins, word)| Some(fill(word.say(language), &[text.strip_prefix(begins)?])))
}

/// What happened to a group; what is not known here, in the relay's words.
pub(in crate::console) fn happened(change: &GroupChange, language: Language) -> String {
    let names = |all: &[Member]| all.iter().map(Member::known_as).collect::<Vec<_>>().join("; ");
    let with = |word: Word, text: &str| fill(word.say(language), &[text]);
    let mut said = Vec::new();
    match change.what.as_str() {
        _ if change.error.is_some() => return change.words(),
        "group_create" => said.push(Word::GroupMade.say(language).to_owned()),
        "group_delete" => said.push(Word::GroupEnded.say(language).to_owned()),
        _ => {}
    }
    said.extend(change.subject.as_ref().map(|subject| with(Word::GroupCalled, subject)));
    for (word, people) in [(Word::Joined, &change.joined), (Word::Left, &change.left)] {
        if !people.is_empty() {
            said.push(with(word, &names(people)));
        }
    }
    if said.is_empty() { change.words() } else { said.join(", ") }
}

/// What the platform cannot pass on, in its words, then in the four languages.
const UNSUPPORTED: &[(&str, [&str; 4])] = &[
    ("poll", ["poll", "sondaggio", "enquete", "encuesta"]),
    ("poll_creation", ["poll", "sondaggio", "enquete", "encuesta"]),
    (
        "view_once",
        ["to be seen once", "da vedere una volta", "para ver uma vez", "para ver una sola vez"],
    ),
    (
        "media_placeholder",
        [
            "a file of the past",
            "un file del passato",
            "um arquivo do passado",
            "un archivo del pasado",
        ],
    ),
    ("event", ["event", "evento", "evento", "evento"]),
    ("edit", ["changed message", "messaggio modificato", "mensagem editada", "mensaje editado"]),
    ("gif", ["GIF", "GIF", "GIF", "GIF"]),
];

/// What it was that cannot be shown, as far as it is known; a newer word as it came.
pub(in crate::console) fn unsupported(word: &str, language: Language) -> String {
    match UNSUPPORTED.iter().find(|(known, _)| *known == word) {
        Some((_, texts)) => texts[language as usize].to_owned(),
        None => word.replace('_', " "),
    }
}
