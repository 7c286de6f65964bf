//! Fields of a ticket.

use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, FieldSet};
use crate::domain::id::TagKey;
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Ticket;

/// A field gets another value, or none.
pub(super) fn set(
    state: &Conversation,
    ticket: &Ticket,
    field: &Name,
    (value, key): (Option<&str>, Option<TagKey>),
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let has = state.head.aside().and_then(|aside| {
        aside.fields.iter().find(|known| known.name == *field).map(|known| known.key)
    });
    let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
    let Some(value) = value else {
        // Also one that the operator describes no longer.
        let (field, body) = (field.clone(), Private::default());
        let emptied = Event::FieldSet(FieldSet { at, by, field, key: None, body });
        return Ok(has.map(|_| emptied).into_iter().collect());
    };
    let rules = ctx.policy.fields.iter().find(|rules| rules.name == *field);
    let Some(rules) = rules.filter(|rules| rules.is_of(&ticket.queue)) else {
        return Err(Refusal::FieldUnknown { name: field.clone() });
    };
    let wants = |wants| Refusal::FieldWrong { name: field.clone(), wants };
    let value = rules.kind.read(value).map_err(wants)?;
    let Some(key) = key.filter(|key| has != Some(*key)) else { return Ok(Vec::new()) };
    let (field, body) = (field.clone(), Private::clear(value));
    Ok(vec![Event::FieldSet(FieldSet { at, by, field, key: Some(key), body })])
}

/// A ticket is solved only when all has a value that must have one.
pub(super) fn all_there(state: &Conversation, ticket: &Ticket, ctx: &Ctx) -> Result<(), Refusal> {
    let has = |name: &Name| {
        let mut fields = state.head.aside().into_iter().flat_map(|aside| &aside.fields);
        fields.any(|field| field.name == *name)
    };
    let needed = ctx.policy.fields.iter().filter(|rules| rules.required);
    let missing = needed.filter(|rules| rules.is_of(&ticket.queue) && !has(&rules.name));
    let names: Vec<_> = missing.map(|rules| rules.name.to_string()).collect();
    if names.is_empty() { Ok(()) } else { Err(Refusal::FieldsMissing { names }) }
}
