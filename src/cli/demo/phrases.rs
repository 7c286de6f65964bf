//! What simulated agents say, in the customers' four languages.

use crate::sandbox::{Dice, Lang};

/// The words of one language.
struct Words {
    /// Answers; `{name}` is the customer.
    answers: &'static [&'static str],
    /// What customers say when they are content, in lower case.
    thanks: &'static [&'static str],
    /// The language of the templates.
    template: &'static str,
    /// What a template that takes a conversation up again is about.
    topic: &'static str,
    /// A customer without a usable name.
    nobody: &'static str,
}

const EN: Words = Words {
    answers: &[
        "Hello {name}, thank you for writing. I am looking into it now.",
        "I am sorry about that, {name}. May I have your order number, please?",
        "It left our warehouse this morning and should reach you tomorrow.",
        "I have asked the courier and will come back to you as soon as I know more.",
        "That is arranged. Could you confirm your address, please?",
        "We refund it today; the money is with you in two or three days.",
    ],
    thanks: &["thank", "great", "brilliant", "very kind", "helpful"],
    template: "en",
    topic: "your order",
    nobody: "customer",
};
const IT: Words = Words {
    answers: &[
        "Buongiorno {name}, grazie per averci scritto. Controllo subito.",
        "Mi dispiace, {name}. Mi può dare il numero d'ordine?",
        "È partito dal magazzino stamattina, dovrebbe arrivare domani.",
        "Ho chiesto al corriere, le scrivo appena so qualcosa.",
        "Fatto. Mi conferma l'indirizzo, per favore?",
        "La rimborsiamo oggi; l'accredito arriva in due o tre giorni.",
    ],
    thanks: &["grazie", "perfetto", "gentil", "va bene"],
    template: "it",
    topic: "il suo ordine",
    nobody: "cliente",
};
const PT: Words = Words {
    answers: &[
        "Olá {name}, obrigado por escrever. Já estou verificando.",
        "Sinto muito, {name}. Qual é o número do pedido?",
        "Saiu do depósito hoje cedo e deve chegar amanhã.",
        "Perguntei à transportadora e aviso assim que souber.",
        "Pronto. Pode confirmar o endereço, por favor?",
        "O reembolso sai hoje e cai em dois ou três dias.",
    ],
    thanks: &["obrigad", "valeu", "nota dez", "no aguardo"],
    template: "pt_BR",
    topic: "o seu pedido",
    nobody: "cliente",
};
const ES: Words = Words {
    answers: &[
        "Hola {name}, gracias por escribirnos. Lo miro ahora mismo.",
        "Lo siento, {name}. ¿Me da el número de pedido?",
        "Salió del almacén esta mañana y debería llegar mañana.",
        "He preguntado al transportista y le escribo en cuanto sepa algo.",
        "Hecho. ¿Me confirma la dirección, por favor?",
        "Se lo devolvemos hoy; el dinero llega en dos o tres días.",
    ],
    thanks: &["gracias", "perfecto", "amable", "genial"],
    template: "es",
    topic: "su pedido",
    nobody: "cliente",
};

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &EN,
        Lang::It => &IT,
        Lang::Pt => &PT,
        Lang::Es => &ES,
    }
}

/// The language of a customer, told by the country of his number.
pub(super) fn language(phone: Option<&str>) -> Lang {
    match phone.unwrap_or_default() {
        phone if phone.starts_with("39") => Lang::It,
        phone if phone.starts_with("351") || phone.starts_with("55") => Lang::Pt,
        phone if phone.starts_with("34") || phone.starts_with("54") => Lang::Es,
        _ => Lang::En,
    }
}

/// An answer to a customer.
pub(super) fn answer(lang: Lang, name: Option<&str>, dice: &mut Dice) -> String {
    let words = words(lang);
    words.answers[dice.below(words.answers.len())].replace("{name}", &first_name(lang, name))
}

/// Whether a customer says that he is content.
pub(super) fn is_thanks(lang: Lang, text: &str) -> bool {
    let text = text.to_lowercase();
    words(lang).thanks.iter().any(|word| text.contains(word))
}

/// A template for a closed window: its name, its language and its values.
pub(super) fn template(
    lang: Lang,
    name: Option<&str>,
    dice: &mut Dice,
) -> (&'static str, &'static str, Vec<(&'static str, String)>) {
    let words = words(lang);
    let name = first_name(lang, name);
    if dice.chance(0.5) {
        ("still_there", words.template, vec![("1", name)])
    } else {
        let values = vec![("first_name", name), ("topic", words.topic.to_owned())];
        ("continue_conversation", words.template, values)
    }
}

/// What a person would call the customer: the letters of his first name.
fn first_name(lang: Lang, name: Option<&str>) -> String {
    let first = name.and_then(|name| name.split_whitespace().next()).unwrap_or_default();
    let letters: String = first.chars().filter(|c| c.is_alphabetic()).take(20).collect();
    if letters.is_empty() { words(lang).nobody.to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_answered_in_his_language_and_by_his_name() {
        let mut dice = Dice::new(7, "phrases");
        assert_eq!(language(Some("5511987654321")), Lang::Pt);
        assert_eq!(language(None), Lang::En);
        assert_eq!(first_name(Lang::It, Some("Giulia Bianchi")), "Giulia");
        assert_eq!(first_name(Lang::En, Some("\u{1b}[2J")), "J");
        assert_eq!(first_name(Lang::Es, Some("🌻")), "cliente");
        assert!(is_thanks(Lang::It, "Perfetto, GRAZIE"));
        for _ in 0..20 {
            assert!(!answer(Lang::En, Some("Sam O'Neill"), &mut dice).contains('{'));
            let (_, _, values) = template(Lang::Es, None, &mut dice);
            assert!(values.iter().all(|(_, value)| !value.is_empty()));
        }
    }
}
