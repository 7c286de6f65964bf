//! Groups: several customers who write and read in one place (pages groups and groups/groups-messaging).

use super::World;
use crate::kit::Timestamp;
use crate::sandbox::actor::Actor;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::script::Act;
use crate::sandbox::update::{Update, What};

/// A group. It is there once somebody wrote in it.
#[derive(Debug)]
pub(super) struct Group {
    /// It has a window and limits as a customer has.
    actor: usize,
    /// Who has written there.
    members: Vec<usize>,
}

impl World {
    /// Makes a customer write in a group, which begins with it if there is none. Nothing for whom `say` knows not.
    pub(in crate::sandbox) fn say_in(
        &mut self,
        group: &str,
        from: &str,
        act: &Act,
        now: Timestamp,
    ) -> Option<Vec<Update>> {
        let member = self.writer(from)?;
        let place = self.join_group(group, member);
        // It opens the group's window and not his own, and answers nothing that was said to him alone.
        let one = &mut self.actors[member];
        let own = (one.wrote.take(), one.heard.take());
        let mut updates = self.speak(member, act, now);
        let one = &mut self.actors[member];
        let wrote = one.wrote;
        (one.wrote, one.heard) = own;
        let place = &mut self.actors[place];
        place.wrote = place.wrote.max(wrote);
        for update in &mut updates {
            if matches!(update.what, What::Message { .. }) {
                update.body["group_id"] = group.into();
            }
        }
        Some(updates)
    }

    fn join_group(&mut self, id: &str, member: usize) -> usize {
        let next = self.actors.len();
        let group = self.groups.entry(id.to_owned());
        let group = group.or_insert_with(|| Group { actor: next, members: Vec::new() });
        if !group.members.contains(&member) {
            group.members.push(member);
        }
        let actor = group.actor;
        if actor == next {
            self.actors.push(Actor::group(id, self.seed));
        }
        actor
    }

    /// Whom a message to a group concerns. Refused with 131041 where there is no such group.
    pub(super) fn group_of(&self, id: &str) -> Result<usize, Refusal> {
        let unknown = || Refusal::new(131_041, "The group is not known.");
        self.groups.get(id).map(|group| group.actor).ok_or_else(unknown)
    }

    /// A status of a message to a group: once, or of each member where it is about what he has or read.
    pub(super) fn told_of(&self, id: &str, mut update: Update) -> Vec<Update> {
        update.body["recipient_id"] = id.into();
        update.body["recipient_type"] = "group".into();
        let each = matches!(update.what, What::Status { status: "delivered" | "read", .. });
        let Some(group) = self.groups.get(id).filter(|_| each) else { return vec![update] };
        let of = |member: &usize| {
            let (mut update, one) = (update.clone(), &self.actors[*member]);
            for (key, value) in [
                ("recipient_participant_id", &one.phone),
                ("recipient_participant_user_id", &one.user_id),
            ] {
                if let Some(value) = value {
                    update.body[key] = value.as_str().into();
                }
            }
            update
        };
        group.members.iter().map(of).collect()
    }
}
