//! Threads on the screen.

mod format;
mod pictures;
mod places;
