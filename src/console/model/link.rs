//! The connection as the person should know it, and the desk's clock.

use crate::kit::Timestamp;

/// Where the connection stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Standing {
    /// Never connected yet.
    #[default]
    Starting,
    /// A try is under way.
    Connecting,
    /// The relay waits for somebody to log in.
    LoggedOut,
    /// The relay has greeted.
    Online,
    /// There is no connection.
    Offline {
        /// Why.
        why: String,
        /// The real instant of the next try; nothing if there will be none.
        retry_at: Option<Timestamp>,
    },
}

/// The connection and what it says about time.
#[derive(Clone, Debug, Default)]
pub struct LinkState {
    /// Where it stands.
    pub standing: Standing,
    /// When the relay was heard last, in real time: the age of what is shown.
    pub heard_at: Option<Timestamp>,
    /// Desk time, and the real instant at which it was so.
    pub clock: Option<(Timestamp, Timestamp)>,
    /// Desk seconds a real second.
    pub rate: f64,
}

impl LinkState {
    /// Whether the relay is there.
    pub fn is_online(&self) -> bool {
        self.standing == Standing::Online
    }

    /// Desk time at a real instant.
    pub fn desk_time(&self, now: Timestamp) -> Timestamp {
        match self.clock {
            Some((desk, real)) => desk.plus_millis(((now.0 - real.0) as f64 * self.rate) as i64),
            None => now,
        }
    }
}
