//! What is true only while the relay runs and is no event of the desk: who is at a console, how lines fare,
//! and what agents are typing.

mod catalogues;
mod drafts;
mod health;
mod looking;
mod marks;
mod presence;
mod whispers;

pub use catalogues::{Catalogues, Checked};
pub use drafts::{DRAFT_MOST, Drafts};
pub use health::{Fares, LineFacts};
pub use looking::{Eye, Looking};
pub use marks::Marks;
pub use presence::{GRACE, Here, Presences, Seen};
pub use whispers::{WHISPER_MOST, Whispers};

use crate::relay::receipts::Receipts;
use crate::vault::Vault;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// Tells consoles that something here has changed.
#[derive(Clone)]
pub struct Stir(Arc<watch::Sender<u64>>);

impl Stir {
    fn new() -> Self {
        Self(Arc::new(watch::channel(0).0))
    }

    fn stir(&self) {
        self.0.send_modify(|count| *count += 1);
    }
}

/// See the module.
pub struct Floor {
    /// Who is at a console.
    pub presences: Presences,
    /// Who looks at which conversation.
    pub looking: Looking,
    /// How lines fare.
    pub fares: Fares,
    /// How fresh the templates are.
    pub catalogues: Catalogues,
    /// What agents have typed and not sent.
    pub drafts: Drafts,
    /// What supervisors propose that agents write.
    pub whispers: Whispers,
    /// How far the messages of each line are known.
    pub marks: Marks,
    /// What customers may be told of what was done.
    pub receipts: Receipts,
    simulated: AtomicBool,
    stir: Stir,
}

impl Floor {
    /// An empty floor, with the drafts that lie in `data_dir`.
    pub fn new(data_dir: &Path, vault: Arc<Vault>) -> Self {
        let stir = Stir::new();
        Self {
            presences: Presences::new(stir.clone()),
            looking: Looking::new(stir.clone()),
            fares: Fares::new(stir.clone()),
            catalogues: Catalogues::new(stir.clone()),
            drafts: Drafts::open(data_dir.join("drafts"), vault, stir.clone()),
            whispers: Whispers::new(stir.clone()),
            marks: Marks::open(data_dir.join("caught_up.json")),
            receipts: Receipts::default(),
            simulated: AtomicBool::new(false),
            stir,
        }
    }

    /// Moves whenever something here has changed.
    pub fn stirred(&self) -> watch::Receiver<u64> {
        self.stir.0.subscribe()
    }

    /// Says that the customers are simulated: consoles show it.
    pub fn simulate(&self) {
        self.simulated.store(true, Ordering::Relaxed);
    }

    /// Whether the customers are simulated.
    pub fn is_simulated(&self) -> bool {
        self.simulated.load(Ordering::Relaxed)
    }
}
