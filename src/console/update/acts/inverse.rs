//! What leads back from an action.

use crate::domain::id::TicketNumber;
use crate::domain::ticket::State;
use crate::wire::{ActionRequest, Link, TicketView};

/// What makes a ticket again what it was `before` the action, in this order. Empty if the action changes nothing;
/// nothing if there is no way back.
pub(super) fn inverse(
    action: &ActionRequest,
    before: &TicketView,
    me: &str,
) -> Option<Vec<ActionRequest>> {
    use ActionRequest as A;
    let unless = |same: bool, back: A| Some(if same { Vec::new() } else { vec![back] });
    let holder = before.assignee.as_deref();
    match action {
        A::Take | A::Accept => match holder {
            None => Some(vec![A::Release]),
            Some(name) => unless(name == me, A::Assign { to: Some(name.to_owned()) }),
        },
        A::Assign { to } => {
            let back = A::Assign { to: before.assignee.clone() };
            unless(*to == before.assignee, back)
        }
        A::Release => match holder {
            None => Some(Vec::new()),
            Some(name) if name == me => Some(vec![A::Take]),
            Some(name) => Some(vec![A::Assign { to: Some(name.to_owned()) }]),
        },
        A::Move { queue } => unless(*queue == before.queue, whole(before)),
        A::HandOver { to, queue, .. } => {
            let moves = queue.as_ref().is_some_and(|queue| *queue != before.queue);
            match (moves, holder) {
                (true, _) => Some(vec![whole(before)]),
                (false, _) if *to == before.assignee => Some(Vec::new()),
                (false, _) => Some(vec![A::Assign { to: before.assignee.clone() }]),
            }
        }
        A::Solve => {
            let state = match before.state {
                State::Pending | State::OnHold => Some(before.state),
                _ => None,
            };
            let mut back = vec![A::Reopen { state, keep: true }];
            if before.state == State::Snoozed {
                back.push(A::Snooze { until: before.snoozed_until });
            }
            Some(back)
        }
        A::Reopen { keep, .. } if holder.is_none() && !keep => Some(vec![A::Release, A::Solve]),
        A::Reopen { .. } => Some(vec![A::Solve]),
        A::Pend => state(before, State::Pending),
        A::Hold => state(before, State::OnHold),
        A::Open => state(before, State::Open),
        A::Snooze { until } => {
            let same = before.state == State::Snoozed && before.snoozed_until == *until;
            if same { Some(Vec::new()) } else { state(before, State::Solved) }
        }
        A::Prioritise { priority } => {
            unless(*priority == before.priority, A::Prioritise { priority: before.priority })
        }
        A::Tag { add, remove } => {
            let had = |tag: &&String| before.tags.contains(tag);
            let back = A::Tag {
                add: remove.iter().filter(had).cloned().collect(),
                remove: add.iter().filter(|tag| !had(tag)).cloned().collect(),
            };
            let nothing =
                matches!(&back, A::Tag { add, remove } if add.is_empty() && remove.is_empty());
            unless(nothing, back)
        }
        A::SetField { field, value } => {
            let fields = before.aside.as_ref().map(|aside| &aside.fields);
            let had = fields.and_then(|fields| fields.get(field).cloned());
            let back = A::SetField { field: field.clone(), value: had.clone() };
            unless(*value == had, back)
        }
        A::Follow => Some(vec![A::Unfollow]),
        A::Unfollow => Some(vec![A::Follow]),
        A::Link { to } => unless(linked(before, *to), A::Unlink { to: *to }),
        A::Unlink { to } => unless(!linked(before, *to), A::Link { to: *to }),
        A::MergeTicket { with } => Some(vec![A::UnmergeTicket { with: *with }]),
        A::UnmergeTicket { with } => Some(vec![A::MergeTicket { with: *with }]),
        A::SplitTicket { .. } => Some(vec![A::UnsplitTicket]),
        A::TodoDone { id, done } => Some(vec![A::TodoDone { id: *id, done: !done }]),
        A::Merge { .. } | A::Split => Some(vec![A::UndoMerge]),
        A::Shift { .. } => shifted(action),
        A::Decline
        | A::UndoMerge
        | A::UnsplitTicket
        | A::Whisper { .. }
        | A::Reply { .. }
        | A::Send { .. }
        | A::Template { .. }
        | A::Note { .. }
        | A::Acknowledge
        | A::Todo { .. }
        | A::MarkRead
        | A::Cancel { .. }
        | A::Confirm { .. }
        | A::Resend { .. } => None,
    }
}

/// What leads back from evening out, whatever is known of the ticket.
pub(super) fn shifted(action: &ActionRequest) -> Option<Vec<ActionRequest>> {
    let ActionRequest::Shift { from, to } = action else { return None };
    Some(vec![ActionRequest::Shift { from: to.clone(), to: from.clone() }])
}

/// Whether somebody linked the ticket with that one.
fn linked(before: &TicketView, to: TicketNumber) -> bool {
    let links = before.aside.iter().flat_map(|aside| &aside.links);
    links.into_iter().any(|link| link.ticket == to && link.is == Link::SameMatter)
}

/// Back into the queue and the hands of before, in one step: who moved it may not see it any more.
fn whole(before: &TicketView) -> ActionRequest {
    let (to, queue) = (before.assignee.clone(), Some(before.queue.clone()));
    ActionRequest::HandOver { to, queue, note: String::new() }
}

/// Back to the state before, after the ticket became `now`. What was new is open: the relay knows no way back to
/// untouched.
fn state(before: &TicketView, now: State) -> Option<Vec<ActionRequest>> {
    if before.state == now {
        return Some(Vec::new());
    }
    let back = match before.state {
        State::New | State::Open => ActionRequest::Open,
        State::Pending => ActionRequest::Pend,
        State::OnHold => ActionRequest::Hold,
        State::Snoozed => ActionRequest::Snooze { until: before.snoozed_until },
        State::Solved | State::Closed => return None,
    };
    Some(vec![back])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::update::acts::samples::ticket;
    use crate::domain::ticket::Priority;
    use crate::kit::Timestamp;

    /// An action as the relay reads it, and what leads back from it.
    fn back(action: &str, change: impl FnOnce(&mut TicketView)) -> String {
        let mut before = ticket(1042);
        change(&mut before);
        let action: ActionRequest = serde_json::from_str(action).expect("an action");
        match inverse(&action, &before, "ada") {
            None => "no way back".to_owned(),
            Some(steps) => serde_json::to_string(&steps).expect("JSON"),
        }
    }

    #[test]
    fn every_reversible_action_has_its_way_back() {
        let mine = |ticket: &mut TicketView| ticket.assignee = Some("ada".into());
        let his = |ticket: &mut TicketView| ticket.assignee = Some("bo".into());
        let in_state = |state| move |ticket: &mut TicketView| ticket.state = state;
        let none = |_: &mut TicketView| {};
        assert_eq!(back(r#"{"do":"take"}"#, none), r#"[{"do":"release"}]"#);
        assert_eq!(back(r#"{"do":"take"}"#, mine), "[]");
        assert_eq!(back(r#"{"do":"take"}"#, his), r#"[{"do":"assign","to":"bo"}]"#);
        assert_eq!(back(r#"{"do":"assign","to":"bo"}"#, none), r#"[{"do":"assign","to":null}]"#);
        assert_eq!(back(r#"{"do":"assign","to":"bo"}"#, mine), r#"[{"do":"assign","to":"ada"}]"#);
        assert_eq!(back(r#"{"do":"assign","to":"bo"}"#, his), "[]");
        assert_eq!(back(r#"{"do":"release"}"#, mine), r#"[{"do":"take"}]"#);
        assert_eq!(back(r#"{"do":"release"}"#, his), r#"[{"do":"assign","to":"bo"}]"#);
        assert_eq!(back(r#"{"do":"solve"}"#, mine), r#"[{"do":"reopen","keep":true}]"#);
        assert_eq!(
            back(r#"{"do":"solve"}"#, in_state(State::OnHold)),
            r#"[{"do":"reopen","state":"on_hold","keep":true}]"#
        );
        assert_eq!(
            back(r#"{"do":"solve"}"#, |ticket| {
                ticket.state = State::Snoozed;
                ticket.snoozed_until = Some(Timestamp::from_secs(1_800_000_000));
            }),
            r#"[{"do":"reopen","keep":true},{"do":"snooze","until":"2027-01-15T08:00:00Z"}]"#
        );
        assert_eq!(
            back(r#"{"do":"reopen"}"#, in_state(State::Solved)),
            r#"[{"do":"release"},{"do":"solve"}]"#
        );
        assert_eq!(back(r#"{"do":"reopen"}"#, mine), r#"[{"do":"solve"}]"#);
        assert_eq!(back(r#"{"do":"pend"}"#, in_state(State::Open)), r#"[{"do":"open"}]"#);
        assert_eq!(back(r#"{"do":"pend"}"#, in_state(State::Pending)), "[]");
        assert_eq!(back(r#"{"do":"hold"}"#, in_state(State::Pending)), r#"[{"do":"pend"}]"#);
        assert_eq!(back(r#"{"do":"hold"}"#, in_state(State::Snoozed)), r#"[{"do":"snooze"}]"#);
        assert_eq!(back(r#"{"do":"snooze"}"#, in_state(State::Open)), r#"[{"do":"open"}]"#);
        assert_eq!(back(r#"{"do":"snooze"}"#, in_state(State::Snoozed)), "[]");
        assert_eq!(
            back(r#"{"do":"prioritise","priority":"urgent"}"#, |t| t.priority = Priority::Low),
            r#"[{"do":"prioritise","priority":"low"}]"#
        );
        assert_eq!(
            back(r#"{"do":"tag","add":["vip","new"],"remove":["old","never"]}"#, |ticket| {
                ticket.tags = vec!["old".into(), "vip".into()];
            }),
            r#"[{"do":"tag","add":["old"],"remove":["new"]}]"#
        );
        assert_eq!(
            back(r#"{"do":"tag","add":["vip"]}"#, |ticket| ticket.tags = vec!["vip".into()]),
            "[]"
        );
        assert_eq!(
            back(r#"{"do":"shift","from":"bo","to":"cy"}"#, his),
            r#"[{"do":"shift","from":"cy","to":"bo"}]"#
        );
        assert_eq!(back(r#"{"do":"note","text":"x"}"#, none), "no way back");
        assert_eq!(back(r#"{"do":"mark_read"}"#, none), "no way back");
    }
}
