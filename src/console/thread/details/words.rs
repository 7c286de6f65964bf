//! Words for what messages hold beyond their text.

use crate::console::language::Language;

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
        Refused = ["refused", "rifiutato", "recusada", "rechazado"],
    }
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
