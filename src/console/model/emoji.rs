//! Emoji to react with: found by their names, those used last before the others.

use crate::console::language::Language;

/// So many that were used are kept.
const KEPT: usize = 20;

/// An emoji and what it is called, in each language; words that find it stand between spaces.
type Row = (&'static str, [&'static str; 4]);

/// Those that people use most stand first.
const TABLE: &[Row] = &[
    ("👍", ["thumbs up yes ok", "pollice su sì ok", "joinha sim ok", "pulgar arriba sí ok"]),
    ("❤️", ["heart love", "cuore amore", "coração amor", "corazón amor"]),
    (
        "😂",
        ["tears of joy laughing", "lacrime di gioia risata", "chorando de rir", "llorando de risa"],
    ),
    ("😮", ["surprised wow", "sorpreso", "surpreso", "sorprendido"]),
    ("😢", ["sad crying", "triste pianto", "triste choro", "triste llanto"]),
    ("🙏", ["thanks please", "grazie per favore", "obrigado por favor", "gracias por favor"]),
    ("👌", ["ok fine", "ok va bene", "ok tudo bem", "ok vale"]),
    ("✅", ["check done", "fatto spunta", "feito visto", "hecho listo"]),
    ("👏", ["applause bravo", "applauso bravo", "aplauso parabéns", "aplauso bravo"]),
    ("🎉", ["party congratulations", "festa auguri", "festa parabéns", "fiesta felicidades"]),
    ("🔥", ["fire great", "fuoco", "fogo", "fuego"]),
    ("💪", ["strong", "forza", "força", "fuerza"]),
    (
        "🤝",
        [
            "handshake deal",
            "stretta di mano accordo",
            "aperto de mão acordo",
            "apretón de manos trato",
        ],
    ),
    ("👋", ["hello goodbye wave", "ciao saluto", "olá tchau aceno", "hola adiós saludo"]),
    ("😊", ["smile glad", "sorriso contento", "sorriso contente", "sonrisa contento"]),
    ("😀", ["grin happy", "felice", "feliz alegre", "feliz alegre"]),
    ("😉", ["wink", "occhiolino", "piscadela", "guiño"]),
    ("😍", ["in love", "innamorato", "apaixonado", "enamorado"]),
    ("🥰", ["affection", "affetto", "carinho", "cariño"]),
    ("😘", ["kiss", "bacio", "beijo", "beso"]),
    ("😎", ["cool sunglasses", "occhiali da sole", "óculos de sol", "gafas de sol"]),
    ("🤣", ["rolling laughing", "risate a crepapelle", "rolando de rir", "muerto de risa"]),
    ("😅", ["relief sweat", "sollievo sudore", "alívio suor", "alivio sudor"]),
    ("🙂", ["slight smile", "mezzo sorriso", "leve sorriso", "leve sonrisa"]),
    ("🤔", ["thinking", "penso dubbio", "pensando dúvida", "pensando duda"]),
    ("😐", ["neutral", "neutro", "neutro", "neutral"]),
    ("😴", ["asleep", "sonno dorme", "dormindo sono", "dormido sueño"]),
    ("😭", ["sobbing", "singhiozzo", "soluço", "sollozo"]),
    ("😡", ["angry", "arrabbiato", "raiva zangado", "enfadado"]),
    ("😱", ["scream fear", "urlo paura", "grito medo", "grito miedo"]),
    ("🤗", ["hug", "abbraccio", "abraço", "abrazo"]),
    ("🤷", ["shrug do not know", "non so", "não sei", "no sé"]),
    (
        "🙌",
        ["hooray raised hands", "evviva mani alzate", "viva mãos para cima", "hurra manos arriba"],
    ),
    ("👎", ["thumbs down no", "pollice giù no", "polegar para baixo não", "pulgar abajo no"]),
    ("👀", ["eyes looking", "occhi guardo", "olhos vendo", "ojos mirando"]),
    ("☝️", ["finger up", "dito in su", "dedo para cima", "dedo arriba"]),
    ("👉", ["finger right", "dito a destra", "dedo à direita", "dedo a la derecha"]),
    ("💯", ["hundred", "cento", "cem", "cien"]),
    ("⭐", ["star", "stella", "estrela", "estrella"]),
    ("✨", ["sparkles", "scintille", "brilho", "destellos"]),
    ("🎁", ["gift", "regalo", "presente", "regalo"]),
    ("🎂", ["birthday cake", "torta compleanno", "bolo aniversário", "pastel cumpleaños"]),
    ("🌹", ["rose", "rosa", "rosa", "rosa"]),
    ("☕", ["coffee", "caffè", "café", "café"]),
    ("🍀", ["luck clover", "fortuna quadrifoglio", "sorte trevo", "suerte trébol"]),
    ("📦", ["parcel", "pacco", "pacote", "paquete"]),
    ("🚚", ["delivery lorry", "consegna camion", "entrega caminhão", "entrega camión"]),
    ("📞", ["telephone call", "telefono chiamata", "telefone ligação", "teléfono llamada"]),
    ("📅", ["calendar date", "calendario data", "calendário data", "calendario fecha"]),
    ("⏰", ["clock alarm", "sveglia ora", "despertador hora", "despertador hora"]),
    ("⏳", ["waiting hourglass", "attesa clessidra", "espera ampulheta", "espera reloj de arena"]),
    ("💶", ["money euro", "soldi euro", "dinheiro euro", "dinero euro"]),
    ("❓", ["question", "domanda", "pergunta", "pregunta"]),
    (
        "❗",
        [
            "exclamation important",
            "esclamazione importante",
            "exclamação importante",
            "exclamación importante",
        ],
    ),
    ("❌", ["cross wrong", "croce sbagliato", "xis errado", "cruz mal"]),
    ("💔", ["broken heart", "cuore spezzato", "coração partido", "corazón roto"]),
    ("💙", ["blue heart", "cuore blu", "coração azul", "corazón azul"]),
    ("💚", ["green heart", "cuore verde", "coração verde", "corazón verde"]),
    ("💛", ["yellow heart", "cuore giallo", "coração amarelo", "corazón amarillo"]),
    ("🖤", ["black heart", "cuore nero", "coração preto", "corazón negro"]),
];

/// Emoji that were used while this console runs, the latest first.
#[derive(Clone, Debug, Default)]
pub struct Used(Vec<String>);

impl Used {
    /// One was used.
    pub fn again(&mut self, emoji: &str) {
        self.0.retain(|known| known != emoji);
        self.0.insert(0, emoji.to_owned());
        self.0.truncate(KEPT);
    }

    /// Those whose name in the language, or in English, has a word for each that is typed, with their names: first
    /// those used last.
    pub fn found(&self, typed: &str, language: Language) -> Vec<(&str, &'static str)> {
        let name = |emoji: &str| {
            let row = TABLE.iter().find(|(known, _)| *known == emoji);
            row.map_or("", |(_, names)| names[language as usize])
        };
        let used = self.0.iter().map(|emoji| (emoji.as_str(), name(emoji)));
        let rest = TABLE.iter().filter(|(emoji, _)| !self.0.iter().any(|used| used == emoji));
        let all = used.chain(rest.map(|(emoji, names)| (*emoji, names[language as usize])));
        let typed = typed.to_lowercase();
        let wanted: Vec<_> = typed.split_whitespace().collect();
        let fits = |(emoji, name): &(&str, &str)| {
            let english = TABLE.iter().find(|(known, _)| known == emoji);
            let english = english.map_or("", |(_, names)| names[0]);
            let words = || name.split(' ').chain(english.split(' '));
            wanted.iter().all(|wanted| words().any(|word| word.starts_with(wanted)))
        };
        all.filter(fits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::content::Content;
    use std::collections::HashSet;

    #[test]
    fn each_is_one_emoji_and_stands_there_once() {
        let mut seen = HashSet::new();
        for (emoji, names) in TABLE {
            let content = Content::Reaction { emoji: (*emoji).to_owned() };
            assert_eq!(content.check(), Ok(()), "{emoji}");
            assert!(seen.insert(emoji), "{emoji} stands there twice");
            assert!(names.iter().all(|name| !name.is_empty()), "{emoji}");
        }
    }

    #[test]
    fn they_are_found_by_words_and_those_used_last_come_first() {
        let mut used = Used::default();
        let found = |used: &Used, typed: &str, language| {
            used.found(typed, language).iter().map(|(emoji, _)| *emoji).collect::<String>()
        };
        assert!(found(&used, "", Language::En).starts_with("👍❤️😂😮😢🙏"));
        assert_eq!(found(&used, "heart bro", Language::En), "💔");
        assert_eq!(found(&used, "cuore spe", Language::It), "💔");
        assert_eq!(found(&used, "heart bro", Language::It), "💔", "in English as well");
        assert_eq!(found(&used, "xyzzy", Language::En), "");
        used.again("🚚");
        used.again("🦄");
        used.again("🚚");
        assert!(found(&used, "", Language::Es).starts_with("🚚🦄👍❤️"));
        assert_eq!(found(&used, "thumbs", Language::En), "👍👎");
    }
}
