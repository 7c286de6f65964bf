//! Watches the free space under `data_dir`: the store cannot be opened on a full disk, so nothing more is
//! taken while there is still room to stop cleanly.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Below this much free space webhooks get 503: 256 MiB.
pub const LEAST: u64 = 256 << 20;

/// How long a measurement holds, in milliseconds.
const FRESH: u64 = 250;

/// Tells whether there is room. Cloned freely; asking costs a look at a clock and, four times a second at
/// most, a system call.
#[derive(Clone)]
pub struct Disk(Arc<Watch>);

struct Watch {
    probe: Box<dyn Fn() -> io::Result<u64> + Send + Sync>,
    least: u64,
    started: Instant,
    /// Milliseconds after `started` at which it was last measured.
    measured: AtomicU64,
    free: AtomicU64,
    room: AtomicBool,
}

impl Disk {
    /// Watches the file system that holds `folder`, which must exist; `least` is the free space in bytes that
    /// must remain, [`LEAST`] outside tests.
    pub fn new(folder: &Path, least: u64) -> Self {
        let folder: PathBuf = folder.to_owned();
        Self::with_probe(least, move || free(&folder))
    }

    /// Watches what `probe` says is free, in bytes.
    pub fn with_probe(
        least: u64,
        probe: impl Fn() -> io::Result<u64> + Send + Sync + 'static,
    ) -> Self {
        let disk = Self(Arc::new(Watch {
            probe: Box::new(probe),
            least,
            started: Instant::now(),
            measured: AtomicU64::new(0),
            free: AtomicU64::new(0),
            room: AtomicBool::new(false),
        }));
        disk.measure();
        disk
    }

    /// Whether there is room to write, as measured at most 250 ms ago. A disk that cannot be asked counts as
    /// full.
    pub fn has_room(&self) -> bool {
        let watch = &*self.0;
        let now = u64::try_from(watch.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = watch.measured.load(Ordering::Relaxed);
        let stale = now.saturating_sub(last) >= FRESH;
        // Of all who find it stale, one measures.
        let (seen, order) = (Ordering::Relaxed, Ordering::Relaxed);
        if stale && watch.measured.compare_exchange(last, now, seen, order).is_ok() {
            self.measure();
        }
        watch.room.load(Ordering::Relaxed)
    }

    /// The free space in bytes when it was last measured.
    pub fn free(&self) -> u64 {
        self.0.free.load(Ordering::Relaxed)
    }

    /// Waits until there is room, looking every `pause`.
    pub async fn wait(&self, pause: Duration) {
        while !self.has_room() {
            tokio::time::sleep(pause).await;
        }
    }

    fn measure(&self) {
        let watch = &*self.0;
        let (free, room) = match (watch.probe)() {
            Ok(free) => (free, free >= watch.least),
            Err(why) => {
                tracing::error!(%why, "the free space of data_dir cannot be read");
                (0, false)
            }
        };
        watch.free.store(free, Ordering::Relaxed);
        if watch.room.swap(room, Ordering::Relaxed) && !room {
            tracing::error!(free, least = watch.least, "the disk is nearly full: webhooks get 503");
        }
    }
}

/// What an ordinary user may still write on the file system of `folder`.
fn free(folder: &Path) -> io::Result<u64> {
    let space = rustix::fs::statvfs(folder)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

impl fmt::Debug for Disk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Disk").field("free", &self.free()).field("least", &self.0.least).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_four_times_a_second_at_most() {
        let (free, asked) = (Arc::new(AtomicU64::new(100)), Arc::new(AtomicU64::new(0)));
        let probe = (free.clone(), asked.clone());
        let disk = Disk::with_probe(100, move || {
            probe.1.fetch_add(1, Ordering::SeqCst);
            Ok(probe.0.load(Ordering::SeqCst))
        });
        free.store(99, Ordering::SeqCst);
        for _ in 0..1_000 {
            assert!(disk.has_room(), "what was measured holds for a while");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_millis(250)).await;
        assert!(!disk.has_room());
        assert_eq!((disk.free(), asked.load(Ordering::SeqCst)), (99, 2));

        free.store(1_000, Ordering::SeqCst);
        let began = Instant::now();
        disk.wait(Duration::from_secs(5)).await;
        assert!(began.elapsed() <= Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_disk_that_does_not_answer_is_full() {
        assert!(!Disk::with_probe(0, || Err(io::ErrorKind::NotFound.into())).has_room());
        assert!(!Disk::new(Path::new("/nonexistent"), 0).has_room());
        assert!(Disk::new(&std::env::temp_dir(), 0).has_room());
        assert!(!Disk::new(&std::env::temp_dir(), u64::MAX).has_room());
    }
}
