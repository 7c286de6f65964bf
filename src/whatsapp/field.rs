//! The webhook fields that an app can subscribe to, as far as something is lost without them.

/// A webhook field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The platform's name for it.
    pub name: &'static str,
    /// What becomes of a line whose app is not subscribed to it.
    pub lost: &'static str,
    /// Whom it is for; nothing means every line.
    pub only: Option<&'static str>,
}

const fn every(name: &'static str, lost: &'static str) -> Field {
    Field { name, lost, only: None }
}

const fn only(name: &'static str, whom: &'static str, lost: &'static str) -> Field {
    Field { name, lost, only: Some(whom) }
}

const APP: &str = "a number that is also used in the WhatsApp Business app";
const GROUPS: &str = "groups";

/// All of them, those of every line first.
pub const FIELDS: &[Field] = &[
    every("messages", "no message of a customer arrives, and no answer is known to have arrived"),
    every("standby", "what is said while the platform's own agent has a conversation is missing"),
    every(
        "messaging_handovers",
        "that a conversation goes to the platform's own agent, or comes back, is not known",
    ),
    every("user_id_update", "who gets another id at the platform comes back as a stranger"),
    every(
        "user_preferences",
        "who stops marketing in WhatsApp's own menu is written to until the platform refuses it",
    ),
    every(
        "message_template_status_update",
        "a template that was paused is offered until the templates are fetched again",
    ),
    every(
        "message_template_quality_update",
        "that customers receive a template badly is told late",
    ),
    every(
        "message_template_components_update",
        "a template changed elsewhere is shown as it was until the next fetch",
    ),
    every(
        "template_category_update",
        "that a template has another category, and costs more, is told late",
    ),
    every(
        "account_update",
        "that the account was restricted or banned shows only by refused messages",
    ),
    every("account_alerts", "the platform's warnings about the account reach nobody"),
    every("account_review_update", "what the platform decided about the account reaches nobody"),
    every(
        "business_capability_update",
        "how many customers may be written to in a day is known late",
    ),
    every(
        "phone_number_quality_update",
        "that the number's limit or quality has changed is known late",
    ),
    every("phone_number_name_update", "whether the number's new name was taken reaches nobody"),
    every("security", "that somebody changed the number's PIN is not kept"),
    only("calls", "calls", "that a customer called is not known"),
    only("flows", "forms of WhatsApp (flows)", "that the platform blocked a form is not kept"),
    only("smb_message_echoes", APP, "what is answered in the app is missing in the thread"),
    only("history", APP, "what was said before the number was connected is missing"),
    only(
        "smb_app_state_sync",
        APP,
        "who has only a number there has no name, though the phone knows it",
    ),
    only("group_lifecycle_update", GROUPS, "that a group was made or deleted is not kept"),
    only("group_participants_update", GROUPS, "who joins and leaves a group is not kept"),
    only("group_settings_update", GROUPS, "that a group has another name is not kept"),
    only("group_status_update", GROUPS, "that the platform suspended a group is not kept"),
];

/// Those that an app which is subscribed to `fields` has not.
pub fn missing<'a>(fields: &'a [String]) -> impl Iterator<Item = &'static Field> + 'a {
    FIELDS.iter().filter(|field| !fields.iter().any(|has| has == field.name))
}
