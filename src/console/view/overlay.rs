//! What lies over the screen, each by its own file.

use super::{
    command_line, confirm, consents, finder, insert, login, messages, picker, prompt, raw,
};
use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;
use ratatui::layout::Rect;

/// Draws one that lies over the screen. `area` is the whole screen.
pub fn view(model: &Model, overlay: &Overlay, canvas: &mut Canvas<'_>, area: Rect) {
    match overlay {
        Overlay::Help(found) => finder::help(model, found, canvas, area),
        Overlay::Palette(found) => finder::palette(model, found, canvas, area),
        Overlay::Command(line) => command_line::view(model, line, canvas, area),
        Overlay::Messages(back) => messages::view(model, *back, canvas, area),
        Overlay::Raw(read) => raw::view(model, read, canvas, area),
        Overlay::Confirm(confirm) => confirm::view(model, confirm, canvas, area),
        Overlay::Prompt(prompt) => prompt::view(model, prompt, canvas, area),
        Overlay::Picker(picker) => picker::view(model, picker, canvas, area),
        Overlay::Insert(form) => insert::view(model, form, canvas, area),
        Overlay::Consents(shown) => consents::view(model, shown, canvas, area),
        Overlay::Search(_) => {}
        Overlay::Login(form) => login::view(model, form, canvas, area),
    }
}
