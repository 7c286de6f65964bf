//! Tells systemd how the relay is. Without systemd nothing happens.

use crate::kit::text::one_line;
use sd_notify::NotifyState;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The relay serves: start-up, or a reload, is over.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&one_line(status, 200))]);
}

/// A reload begins; [`ready`] must follow, also if it fails.
pub fn reloading() {
    // With Type=notify-reload systemd orders the messages by this time.
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
}

/// The relay drains and will end.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("draining")]);
}

/// The line that `systemctl status` shows; no personal data.
pub fn status(line: &str) {
    tell(&[NotifyState::Status(&one_line(line, 200))]);
}

/// How often to say that all is well: half of what the unit's `WatchdogSec` allows; `None` if nobody watches.
pub fn watchdog_period() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

/// Says that all is well as long as `alive` answers yes in time, until `stop`. `alive` should go through
/// what must never stand still: the desk and the journal. If it does not answer, neither does this, and
/// systemd starts the relay again. Returns at once if nobody watches.
pub async fn watch(alive: impl AsyncFn() -> bool, stop: CancellationToken) {
    if let Some(period) = watchdog_period() {
        beat(period, alive, || tell(&[NotifyState::Watchdog]), stop).await;
    }
}

async fn beat(
    period: Duration,
    alive: impl AsyncFn() -> bool,
    pulse: impl Fn(),
    stop: CancellationToken,
) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let beating = async {
        loop {
            ticks.tick().await;
            if alive().await {
                pulse();
            } else {
                tracing::error!("the relay does not answer itself; the watchdog is not told");
            }
        }
    };
    tokio::select! {
        () = beating => {}
        () = stop.cancelled() => {}
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(why) = sd_notify::notify(states) {
        tracing::warn!(%why, "systemd could not be told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn the_pulse_stops_when_the_relay_does_not_answer() {
        let (asked, pulses) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let alive = async || match asked.fetch_add(1, Ordering::SeqCst) {
            0..3 => true,
            3 => false,
            _ => {
                stop.cancel();
                std::future::pending().await
            }
        };
        let pulse = || {
            pulses.fetch_add(1, Ordering::SeqCst);
        };
        beat(Duration::from_secs(15), alive, pulse, stop.clone()).await;
        assert_eq!(pulses.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn without_systemd_nothing_happens() {
        if std::env::var_os("NOTIFY_SOCKET").is_some() {
            println!("skipped: this test runs under systemd");
            return;
        }
        ready("2 lines");
        reloading();
        stopping();
        watch(async || true, CancellationToken::new()).await;
    }
}
