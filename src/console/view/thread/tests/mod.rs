//! Threads on the screen.

mod pictures;
mod places;
