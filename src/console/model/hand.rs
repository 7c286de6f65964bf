//! Which key does something where the person is: what hints and lines tell.

use super::Model;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::key::Key;
use crate::console::keymap::spelled;

impl Model {
    /// The easiest keys that ask for an action where the keyboard's focus is, as people read them; nothing where it
    /// has none. Keys that would type a character there do not count.
    pub fn key_of(&self, action: Action) -> Option<String> {
        let context = self.context();
        let chords = self.keymap.chords(context, &Invocation::bare(action));
        let types = |keys: &Vec<Key>| keys.first().is_some_and(|key| key.typed().is_some());
        // One key alone is easier than one with control.
        let held = |keys: &&Vec<Key>| keys.iter().any(|key| key.ctrl);
        let reachable = chords.iter().filter(|keys| !context.types() || !types(keys));
        reachable.min_by_key(held).map(|keys| spelled(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::rig::Rig;

    #[test]
    fn the_easiest_key_is_told() {
        let mut rig = Rig::new(80, 24);
        let key = |rig: &Rig, action| rig.model.key_of(action).unwrap_or_default();
        assert_eq!(key(&rig, Action::Quit), "q");
        assert_eq!(key(&rig, Action::Undo), "u");
        assert_eq!(key(&rig, Action::SaveSettings), "");
        rig.ask("palette");
        assert_eq!(key(&rig, Action::Undo), "alt-u", "a letter is typed there");
        assert_eq!(key(&rig, Action::Quit), "ctrl-q");
    }
}
