//! What happens when the disk, the machine, the clock or a peer fails: nothing that was acknowledged is lost,
//! nothing is done twice, and the rest goes on.
//!
//! Rounds of what is repeated: 3, or `GUICHET_ROUNDS`; `tests/kill.sh` plays a hundred.

mod campaigns;
mod child;
mod clock;
mod consoles;
mod crowd;
mod deadlines;
mod disk;
mod garbage;
mod given;
mod inside;
mod journal;
mod kill;
mod late;
mod office;
mod overload;
mod owed;
mod privacy;
mod public;
mod replica;
mod replies;
mod setup;
#[path = "../relay/smtp.rs"]
mod smtp;
mod stop;
mod unreadable;
