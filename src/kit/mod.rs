//! Leaf nouns that every ring may use and that know nothing of ours: instants and clocks, back-off,
//! secrets, printable text and JSON, faults of files.

pub mod backoff;
pub mod clock;
pub mod fault;
pub mod fold;
pub mod json;
pub mod secret;
pub mod text;
pub mod timestamp;

pub use clock::Clock;
pub use fault::Fault;
pub use secret::Secret;
pub use timestamp::Timestamp;
