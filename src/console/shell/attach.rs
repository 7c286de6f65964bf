//! Files that are to be sent: looked at, and handed in to the relay.

use super::files::at_home;
use super::request::{ask, deepest};
use crate::console::effect::{HandIn, Weigh};
use crate::console::model::attachment::Attachment;
use crate::console::model::command_line::Listing;
use crate::console::msg::{Unfit, Weighed};
use crate::domain::content::Attached;
use crate::domain::file::sendable;
use crate::domain::message::Kind;
use crate::kit::Secret;
use futures_util::stream;
use reqwest::{Body, Client, Url};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

/// Bytes that are looked at to see what a file is.
const HEAD: u64 = 64 * 1024;

/// Bytes that are read at once while a file goes up.
const PIECE: u64 = 64 * 1024;

/// How often it is told how far a file is.
const TOLD: Duration = Duration::from_millis(200);

/// The longest time in which nothing of a file goes up and no answer comes.
const SILENCE: Duration = Duration::from_secs(60);

/// So many names of a folder are offered.
const NAMES_MOST: usize = 2_000;

/// Looks at files that somebody wants to send. It may wait for a disk.
pub fn weighed(weigh: Weigh) -> Weighed {
    let Weigh { ticket, paths, pasted } = weigh;
    let mut weighed = Weighed { ticket, files: Vec::new(), unfit: Vec::new(), pasted };
    for path in paths {
        match attachment(&at_home(&path), None) {
            Ok(file) => weighed.files.push(file),
            Err(why) => weighed.unfit.push((path, why)),
        }
    }
    weighed
}

/// Looks at a file that is to be sent as `asked`, else as what it is.
fn attachment(path: &Path, asked: Option<Kind>) -> Result<Attachment, Unfit> {
    let unreadable = |error: std::io::Error| Unfit::NoFile(error.to_string());
    // A pipe would be waited for if it were opened.
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Unfit::NoFile("it is no file".to_owned()));
    }
    let bytes = about.len();
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)).map_err(unreadable)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // What could be a voice note is one.
    let first = asked.unwrap_or(Kind::Voice);
    let found = sendable(Some(first), Some(&name), &head, bytes);
    let found = match asked {
        Some(_) => found,
        None => found.or_else(|_| sendable(None, Some(&name), &head, bytes)),
    };
    let (kind, _) = found.map_err(|refusal| Unfit::Refused(refusal.to_string()))?;
    // From wherever the console was started: that folder stays the same.
    Ok(Attachment { path: path.to_owned(), name, kind, bytes })
}

/// The names in a folder, in order; none where it cannot be read. It may wait for a disk.
pub fn listed(folder: String) -> Listing {
    let at =
        if folder.is_empty() { Path::new(".").to_owned() } else { at_home(Path::new(&folder)) };
    let named = |of: fs::DirEntry| {
        let name = of.file_name().into_string().ok()?;
        let whole = !name.contains(char::is_control);
        // A link to a folder is one as well.
        let slash = if fs::metadata(of.path()).is_ok_and(|of| of.is_dir()) { "/" } else { "" };
        whole.then(|| format!("{name}{slash}"))
    };
    let entries = fs::read_dir(at).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.filter_map(named).take(NAMES_MOST).collect();
    names.sort_by_key(|name| name.to_lowercase());
    Listing { folder: Some(folder), names }
}

/// Hands a file in to the relay at `url`, if the platform would take it as what it is to be, and tells on the way how many of its bytes have gone.
///
/// # Errors
/// Why the relay does not have it, in one line.
pub(super) async fn hand_in(
    file: &HandIn,
    client: Client,
    url: Url,
    token: &Secret,
    up: impl Fn(u64) + Send + Sync + 'static + Clone,
) -> Result<Attached, String> {
    let (path, kind) = (at_home(&file.path), file.kind);
    let looked = path.clone();
    let looked = tokio::task::spawn_blocking(move || attachment(&looked, Some(kind))).await;
    looked.map_err(|error| error.to_string())?.map_err(|unfit| match unfit {
        Unfit::NoFile(why) | Unfit::Refused(why) => why,
    })?;
    let opened = tokio::fs::File::open(&path).await.map_err(|error| error.to_string())?;
    let moves = Arc::new(AtomicBool::new(false));
    let moved = moves.clone();
    let begun = (opened, 0u64, Instant::now());
    let pieces = stream::unfold(begun, move |(mut file, gone, told)| {
        let (moved, up) = (moved.clone(), up.clone());
        async move {
            moved.store(true, Ordering::Relaxed);
            let mut piece = Vec::with_capacity(PIECE as usize);
            match (&mut file).take(PIECE).read_to_end(&mut piece).await {
                Ok(0) => None,
                Ok(read) => {
                    let gone = gone + read as u64;
                    let told = if told.elapsed() >= TOLD {
                        up(gone);
                        Instant::now()
                    } else {
                        told
                    };
                    Some((Ok(piece), (file, gone, told)))
                }
                Err(error) => Some((Err(error), (file, gone, told))),
            }
        }
    });
    let query = [("kind", file.kind.word()), ("name", file.name.as_str())];
    let request = client.post(url).query(&query).bearer_auth(token.expose());
    let mut asked = pin!(ask(request.body(Body::wrap_stream(pieces))));
    let answer = loop {
        tokio::select! {
            answer = &mut asked => break answer?,
            () = tokio::time::sleep(SILENCE) => {
                if !moves.swap(false, Ordering::Relaxed) {
                    return Err("the relay is silent".to_owned());
                }
            }
        }
    };
    answer.json().await.map_err(|error| deepest(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TicketNumber;
    use std::path::PathBuf;

    fn weigh(paths: &[PathBuf]) -> Weighed {
        weighed(Weigh { ticket: TicketNumber(1), paths: paths.to_vec(), pasted: None })
    }

    #[test]
    fn a_file_is_weighed_before_it_goes_anywhere() {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).expect("written");
            path
        };
        let opus =
            b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01".as_slice();
        for (path, kind) in [
            (write("a b.png", b"\x89PNG\r\n\x1a\n"), Kind::Image),
            (write("note.ogg", opus), Kind::Voice),
            (write("vorbis.ogg", b"OggS\0\x02"), Kind::Document),
            (write("it.pdf", b"%PDF-1.4"), Kind::Document),
        ] {
            let weighed = weigh(std::slice::from_ref(&path));
            let [file] = &weighed.files[..] else { panic!("{weighed:?}") };
            assert_eq!((file.kind, &file.path), (kind, &path));
            assert_eq!(
                Some(file.name.as_ref()),
                path.file_name().map(|name| name.to_str().unwrap_or(""))
            );
        }
        let weighed = weigh(&[write("none", b""), dir.path().join("gone"), dir.path().to_owned()]);
        assert_eq!(weighed.files, []);
        let told: Vec<_> = weighed.unfit.iter().map(|(_, why)| why).collect();
        assert_eq!(told[0], &Unfit::Refused("the file is empty".into()));
        assert!(matches!(told[1..], [Unfit::NoFile(_), Unfit::NoFile(_)]), "{told:?}");
    }

    #[test]
    fn a_folders_names_come_in_order() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("Sub")).expect("made");
        for name in ["b.png", "A.pdf", "od\u{1b}d"] {
            fs::write(dir.path().join(name), "x").expect("written");
        }
        let folder = format!("{}/", dir.path().display());
        assert_eq!(listed(folder.clone()).names, ["A.pdf", "b.png", "Sub/"]);
        assert_eq!(listed(format!("{folder}nowhere/")).names, Vec::<String>::new());
    }
}
