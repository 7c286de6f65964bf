//! The disk fills up, or lets nobody write any more: on a small file system of its own, which takes root to
//! mount.

use crate::child::{Child, command};
use crate::crowd::{Crowd, client, post};
use crate::inside::{check, stored};
use crate::setup::{NOW, Setup, skip, text, webhook};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A file system in memory; unmounted when dropped.
struct Small(PathBuf);

impl Small {
    /// 320 MB: 64 MB more than what must stay free.
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir(&at).expect("creates");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=320m", "guichet-test"]).arg(&at);
        mount.output().is_ok_and(|done| done.status.success()).then_some(Self(at))
    }

    /// Takes up all but 250 MB of what is free.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let file = std::fs::File::create(&ballast).expect("creates");
        let free = guichet::journal::free_bytes(&self.0).expect("is mounted");
        let flags = rustix::fs::FallocateFlags::empty();
        rustix::fs::fallocate(&file, flags, 0, free - (250 << 20)).expect("there is room");
        ballast
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Posts new messages until the answer is `wanted`; those that were acknowledged meanwhile. Free space is
/// measured a few times a second, so this takes a moment.
async fn until(wanted: u16, url: &str, run: &str, acknowledged: &mut Vec<String>) {
    let http = client();
    for nth in 0..2_000 {
        let id = format!("wamid.{run}.{nth}");
        let status = post(&http, url, &webhook(&[text("393331234567", &id, NOW, "ciao")])).await;
        if status == 200 {
            acknowledged.push(id);
        }
        if status == wanted {
            return;
        }
        assert!(matches!(status, 200 | 503), "{status}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{wanted} did not come");
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("is there").flatten();
    let sizes = entries.map(|entry| {
        let data = entry.metadata().expect("is there");
        if data.is_dir() { size(&entry.path()) } else { data.len() }
    });
    sizes.sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_answered_503_and_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let Some(small) = Small::mount(temp.path().join("small")) else {
        return skip("the full disk", "the right to mount a file system");
    };
    // A free port that is known before the relay says so: it says so only when it is open. On an address of
    // its own, so that nobody else's connection takes it between two starts.
    let free = std::net::TcpListener::bind("127.83.79.2:0").expect("a port");
    let addr = free.local_addr().expect("an address");
    drop(free);
    let webhooks = format!("\"{addr}\"");
    let setup = Setup { webhooks: &webhooks, data_dir: "small/data", ..Setup::default() };
    let config = setup.load(temp.path());
    let path = temp.path().join("relay.toml");
    let url = format!("http://{addr}/webhooks/whatsapp");
    let mut acknowledged = Vec::new();

    let (child, _) = Child::ready(&path);
    let mut crowd = Crowd::write(&url, "f", 8);
    crowd.until(100).await;
    let ballast = small.fill();
    until(503, &url, "full", &mut acknowledged).await;
    let told = crowd.end().await;
    assert!(told.others.iter().all(|status| *status == 503), "{:?}", told.others);
    acknowledged.extend(told.acknowledged.into_iter().map(|message| message.id));
    // What came before is still at work behind the answers: promises that are overdue, checkpoints.
    let http = client();
    for round in 0.. {
        let before = size(&config.data_dir);
        for nth in 0..50 {
            let id = format!("wamid.refused.{round}.{nth}");
            let body = webhook(&[text("393331234567", &id, NOW, "ciao")]);
            assert_eq!(post(&http, &url, &body).await, 503, "while it is full");
        }
        if size(&config.data_dir) == before {
            break;
        }
        assert!(round < 100, "the store grows by what is refused");
    }
    std::fs::remove_file(&ballast).expect("removes");
    until(200, &url, "freed", &mut acknowledged).await;
    child.kill();

    let ballast = small.fill();
    let starting = Child::start(command(&path));
    starting.said("too little room");
    let body = webhook(&[text("393331234567", "wamid.waits", NOW, "ciao")]);
    assert_eq!(post(&http, &url, &body).await, 503, "the listener is there");
    std::fs::remove_file(&ballast).expect("removes");
    starting.doors();
    assert_eq!(post(&http, &url, &body).await, 200, "open once there is room");
    acknowledged.push("wamid.waits".to_owned());

    let ballast = small.fill();
    until(503, &url, "again", &mut acknowledged).await;
    starting.signal("TERM");
    let (status, log) = tokio::task::spawn_blocking(move || starting.wait()).await.expect("ended");
    assert_eq!(status.code(), Some(0), "{log}");
    let still_waiting = Child::start(command(&path));
    still_waiting.said("too little room");
    still_waiting.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || still_waiting.wait()).await;
    let (status, log) = ended.expect("ended");
    assert_eq!(status.code(), Some(0), "asked to stop while it waited: {log}");
    std::fs::remove_file(&ballast).expect("removes");

    let messages = stored(&config, &config.data_dir).await;
    check(&messages, acknowledged.iter().map(String::as_str), "after the full disk");
    assert_eq!(messages.len(), acknowledged.len(), "what was refused was not kept");
    println!("a full disk: 503 while it was full, {} acknowledged, all there", acknowledged.len());
}

/// An ext4 of 400 MB in a file; unmounted when dropped.
struct Image {
    file: PathBuf,
    at: PathBuf,
}

fn ran(program: &str, arguments: &[&std::ffi::OsStr]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|done| done.status.success())
}

impl Image {
    fn make(dir: &Path) -> Option<Self> {
        let image = Self { file: dir.join("image"), at: dir.join("small") };
        std::fs::create_dir(&image.at).expect("creates");
        let file = std::fs::File::create(&image.file).expect("creates");
        file.set_len(400 << 20).expect("sparse");
        let made = ran("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), image.file.as_ref()]);
        (made && image.mount()).then_some(image)
    }

    fn mount(&self) -> bool {
        let options = ["-o".as_ref(), "loop".as_ref(), self.file.as_ref(), self.at.as_ref()];
        ran("mount", &options)
    }

    /// What the kernel does when the disk below fails: nothing can be written any more, also to open files.
    fn abort(&self) -> bool {
        ran("mount", &["-o".as_ref(), "remount,abort".as_ref(), self.at.as_ref()])
    }

    fn unmount(&self) -> bool {
        ran("umount", &[self.at.as_ref()])
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_becomes_read_only_ends_the_relay_and_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let Some(image) = Image::make(temp.path()) else {
        return skip("the read-only disk", "the right to mount an ext4 image");
    };
    let setup = Setup { data_dir: "small/data", ..Setup::default() };
    let config = setup.load(temp.path());
    let path = temp.path().join("relay.toml");
    let (child, doors) = Child::ready(&path);
    let mut crowd = Crowd::write(&doors.url(), "r", 8);
    crowd.until(100).await;
    assert!(image.abort(), "it becomes read-only");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    let told = crowd.end().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("the journal failed"), "{log}");
    assert!(told.others.iter().all(|status| matches!(status, 0 | 503)), "{:?}", told.others);

    // Started on it, it says what is the matter and does not pretend to work.
    let refused = Child::start(command(&path));
    let ended = tokio::task::spawn_blocking(move || refused.wait()).await;
    let (status, log) = ended.expect("no panic");
    assert_ne!(status.code(), Some(0), "{log}");
    assert!(log.contains("Read-only file system"), "{log}");

    assert!(image.unmount() && image.mount(), "the disk is mended");
    let (child, doors) = Child::ready(&path);
    crate::crowd::again(&doors.url(), &told.open).await;
    child.kill();
    let messages = stored(&config, &config.data_dir).await;
    let all = told.acknowledged.iter().chain(&told.open);
    check(&messages, all.map(|message| message.id.as_str()), "after the read-only disk");
    println!(
        "a read-only disk: {} acknowledged before, all there; exit status 1",
        told.acknowledged.len()
    );
}
