//! The demo's canned replies, in the languages of its customers.

use crate::domain::canned::{Canned, Fit, TemplateRules};
use crate::domain::ticket::State;
use std::collections::BTreeMap;

/// Name, the template that says the same, tags, states, and the text in each language.
type Row = (
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
    &'static [State],
    [&'static str; 4],
);

const LANGUAGES: [&str; 4] = ["en", "it", "pt_BR", "es"];

const ROWS: &[Row] = &[
    (
        "greeting",
        Some("continue_conversation"),
        &[],
        &[State::New],
        [
            "Hello {{first_name|there}}, this is {{agent}} from Bottega Guichet. How can I help you?",
            "Buongiorno {{first_name|a lei}}, sono {{agent}} di Bottega Guichet. Come posso aiutarla?",
            "Olá {{first_name|tudo bem}}, aqui é {{agent}}, da Bottega Guichet. Como posso ajudar?",
            "Hola {{first_name|buenos días}}, soy {{agent}} de Bottega Guichet. ¿En qué puedo ayudarle?",
        ],
    ),
    (
        "looking",
        None,
        &[],
        &[State::New, State::Open],
        [
            "Thank you. I am looking into it and will write again shortly.",
            "Grazie. Verifico subito e le riscrivo a breve.",
            "Obrigado. Vou verificar e já volto a escrever.",
            "Gracias. Lo estoy revisando y le escribo en breve.",
        ],
    ),
    (
        "order_number",
        None,
        &["delivery", "order"],
        &[],
        [
            "Could you tell me the number of your order? It begins with A-.",
            "Mi può dire il numero dell'ordine? Comincia con A-.",
            "Pode me dizer o número do pedido? Ele começa com A-.",
            "¿Me puede decir el número de su pedido? Empieza por A-.",
        ],
    ),
    (
        "goodbye",
        Some("still_there"),
        &[],
        &[State::Pending],
        [
            "You are welcome. Your request has the number {{ticket}}: write here whenever you need us.",
            "Si figuri. La sua richiesta ha il numero {{ticket}}: ci scriva qui quando vuole.",
            "Por nada. Sua solicitação tem o número {{ticket}}: escreva aqui quando precisar.",
            "De nada. Su consulta tiene el número {{ticket}}: escríbanos aquí cuando quiera.",
        ],
    ),
];

/// What is said of the sandbox's templates.
pub(super) fn templates() -> BTreeMap<String, TemplateRules> {
    let tags = ["delivery", "order"].map(str::to_owned).to_vec();
    let of = |fit: Fit, instead: Option<&str>| {
        let instead = instead.map(str::to_owned);
        TemplateRules { fit, instead }
    };
    let delivery = Fit { tags, states: Vec::new() };
    let asks = Fit { tags: Vec::new(), states: vec![State::Pending] };
    BTreeMap::from([
        ("order_update".to_owned(), of(delivery.clone(), Some("delivery_tracking"))),
        ("delivery_tracking".to_owned(), of(delivery, Some("order_update"))),
        ("still_there".to_owned(), of(asks, Some("continue_conversation"))),
        ("loyalty_points".to_owned(), of(Fit::default(), Some("season_sale"))),
    ])
}

/// All of them.
pub(super) fn canned() -> Vec<Canned> {
    let read = |(name, template, tags, states, texts): &Row| Canned {
        name: (*name).to_owned(),
        texts: LANGUAGES
            .iter()
            .zip(texts)
            .map(|(language, text)| ((*language).to_owned(), (*text).to_owned()))
            .collect(),
        queues: Vec::new(),
        template: template.map(str::to_owned),
        fit: Fit {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            states: states.to_vec(),
        },
    };
    ROWS.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canned::unknown;

    #[test]
    fn each_has_only_variables_that_there_are() {
        for canned in canned() {
            assert_eq!(canned.texts.len(), LANGUAGES.len(), "{}", canned.name);
            for text in canned.texts.values() {
                assert_eq!(unknown(text), None, "{text}");
            }
        }
    }
}
