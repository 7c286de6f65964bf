//! What can be put together in a form.

use super::Part;
use crate::console::language::Language;

crate::words! {
    enum Word {
        Buttons = ["a text with buttons", "un testo con pulsanti", "um texto com botões", "un texto con botones"],
        List = ["a text with a list of choices", "un testo con una lista di scelte", "um texto com uma lista de opções", "un texto con una lista de opciones"],
        Link = ["a text with a link button", "un testo con un pulsante per una pagina", "um texto com botão de link", "un texto con un botón de enlace"],
        Place = ["a place", "un luogo", "um lugar", "un lugar"],
        Card = ["a contact card", "un contatto", "um cartão de contato", "una tarjeta de contacto"],
        AskPlace = ["ask for his place", "chiedi dove si trova", "pedir a localização", "pedir su ubicación"],
        AskNumber = ["ask for his number", "chiedi il suo numero", "pedir o número", "pedir su número"],
        Flow = ["a form of WhatsApp, by its id", "un modulo di WhatsApp, dal suo id", "um formulário do WhatsApp, pelo id", "un formulario de WhatsApp, por su id"],
    }
}

/// What can be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A text with up to three buttons.
    Buttons,
    /// A text with a list of choices.
    List,
    /// A text with a button that opens a page.
    Link,
    /// A place.
    Place,
    /// A contact card.
    Card,
    /// A text that asks the customer for his place.
    AskPlace,
    /// A text that asks the customer for his number.
    AskNumber,
    /// A text with a form that is published at the platform.
    Flow,
}

impl Sort {
    /// All of them, those that are wanted most first.
    pub const ALL: [Self; 8] = [
        Self::Buttons,
        Self::List,
        Self::Link,
        Self::Place,
        Self::Card,
        Self::AskPlace,
        Self::AskNumber,
        Self::Flow,
    ];

    /// Its name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Buttons => "buttons",
            Self::List => "list",
            Self::Link => "link",
            Self::Place => "place",
            Self::Card => "card",
            Self::AskPlace => "ask-place",
            Self::AskNumber => "ask-number",
            Self::Flow => "flow",
        }
    }

    /// What it is, in a few words.
    pub fn named(self, language: Language) -> &'static str {
        match self {
            Self::Buttons => Word::Buttons,
            Self::List => Word::List,
            Self::Link => Word::Link,
            Self::Place => Word::Place,
            Self::Card => Word::Card,
            Self::AskPlace => Word::AskPlace,
            Self::AskNumber => Word::AskNumber,
            Self::Flow => Word::Flow,
        }
        .say(language)
    }

    /// The one of a name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.id() == id)
    }

    /// Its fields, in order.
    pub(super) fn parts(self) -> &'static [Part] {
        use Part::*;
        match self {
            Self::Buttons => &[Body, Button, OtherButton, OtherButton, Header, Footer],
            Self::List => &[Body, ListButton, Line, Heading, Footer],
            Self::Link => &[Body, Label, Url, Header, Footer],
            Self::Place => &[Degrees, PlaceName, Address],
            Self::Card => &[Name, Phones, Emails, Company],
            Self::AskPlace | Self::AskNumber => &[Body],
            Self::Flow => &[Body, FlowLabel, FlowId, Screen, Data, Header, Footer],
        }
    }
}
