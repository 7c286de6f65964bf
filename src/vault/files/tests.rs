use super::*;
use crate::domain::id::MessageKey;
use crate::vault::MasterKey;

const ANNA: ContactId = ContactId(1);
const OF: Of = Of { at: Timestamp(7), key: MessageKey(9) };

struct Desk {
    files: Files,
    vault: Arc<Vault>,
    dir: tempfile::TempDir,
}

fn desk() -> Desk {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = Vault::open(&dir.path().join("keys"), MasterKey::generate()).expect("a vault");
    let vault = Arc::new(vault);
    vault.ensure(KeyId::Contact(1));
    vault.ensure(KeyId::Contact(2));
    vault.sync().expect("keys on disk");
    let files = Files::open(vault.clone(), &dir.path().join("media")).expect("a folder");
    Desk { files, vault, dir }
}

fn about(bytes: u64) -> About {
    About {
        conversation: ConversationId(1),
        of: Some(OF),
        kind: Kind::Document,
        mime: Some("text/plain".into()),
        name: Some("Anna Rossi.txt".into()),
        bytes,
        sha256: String::new(),
        pixels: None,
        seconds: None,
        at: Timestamp(1_795_000_000_000),
    }
}

impl Desk {
    fn name(&self) -> FileName {
        self.files.name(ConversationId(1), OF)
    }

    fn put(&self, content: &[u8]) {
        let mut writing = self.files.create(ANNA, self.name()).expect("begun");
        for part in content.chunks(1_000) {
            writing.write(part).expect("written");
        }
        writing.finish(&about(content.len() as u64)).expect("finished");
    }

    fn read(&self) -> Result<Vec<u8>, FileError> {
        self.files.read(ANNA, self.name())?.whole()
    }

    fn path(&self) -> PathBuf {
        self.files.path(ANNA, self.name())
    }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 % 251) as u8).collect()
}

#[test]
fn what_is_written_is_read_whatever_its_length() {
    let desk = desk();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17] {
        let content = content(length);
        desk.put(&content);
        assert!(desk.read().expect("read") == content, "{length}");
        let known = desk.files.about(ANNA, desk.name()).expect("known");
        assert_eq!(known, about(length as u64));
    }
    let listed = desk.files.of(ANNA).expect("listed");
    assert_eq!(listed, [(desk.name(), Timestamp(1_795_000_000_000))]);
    assert_eq!(desk.files.people().expect("listed"), [ANNA]);
}

#[test]
fn nothing_on_the_disk_tells_what_it_is() {
    let desk = desk();
    desk.put(b"the secret of Anna Rossi");
    let bytes = std::fs::read(desk.path()).expect("there");
    let path = desk.path().display().to_string();
    for word in ["Rossi", "secret", "text/plain", "txt"] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
        assert!(!path.contains(word), "{path}");
    }
}

#[test]
fn a_file_that_was_changed_is_refused() {
    let desk = desk();
    let content = content(2 * CHUNK + 100);
    desk.put(&content);
    let whole = std::fs::read(desk.path()).expect("there");
    let mut places: Vec<_> = (0..whole.len()).step_by(4_099).collect();
    places.extend([0, 8, 11, 12, 60, whole.len() - 1]);
    for place in places {
        let mut broken = whole.clone();
        broken[place] ^= 1;
        std::fs::write(desk.path(), &broken).expect("written");
        assert!(matches!(desk.read(), Err(FileError::Broken)), "byte {place}");
    }
    let chunk = CHUNK + MORE + 4;
    let first = 8 + 4 + ABOUT + MORE;
    let swapped = [
        &whole[..first],
        &whole[first + chunk..first + 2 * chunk],
        &whole[first..first + chunk],
        &whole[first + 2 * chunk..],
    ]
    .concat();
    let longer = [&whole[..], b"x"].concat();
    for broken in [&whole[..first + chunk], &whole[..whole.len() - 1], &swapped, &longer, &[]] {
        std::fs::write(desk.path(), broken).expect("written");
        assert!(matches!(desk.read(), Err(FileError::Broken)), "{}", broken.len());
    }
    // Another person's file in its place is none of hers.
    let mut writing = desk.files.create(ContactId(2), desk.name()).expect("begun");
    writing.write(b"x").expect("written");
    writing.finish(&about(1)).expect("finished");
    std::fs::copy(desk.files.path(ContactId(2), desk.name()), desk.path()).expect("copied");
    assert!(matches!(desk.read(), Err(FileError::Broken)));
}

#[test]
fn who_was_erased_has_no_files() {
    let desk = desk();
    desk.put(b"hello");
    let mut late = desk.files.create(ANNA, desk.name()).expect("begun");
    late.write(b"hello again").expect("written");
    desk.vault.erase(&[KeyId::Contact(1)]).expect("erased");
    assert!(matches!(desk.read(), Err(FileError::Erased)));
    assert!(matches!(desk.files.create(ANNA, desk.name()), Err(FileError::Erased)));
    assert!(matches!(late.finish(&about(1)), Err(FileError::Erased)));
    desk.files.forget(ANNA).expect("removed");
    desk.files.forget(ANNA).expect("removed already");
    assert!(matches!(desk.read(), Err(FileError::Missing)));
    assert_eq!(desk.files.people().expect("listed"), []);
}

#[test]
fn what_was_not_finished_leaves_nothing() {
    let desk = desk();
    let mut dropped = desk.files.create(ANNA, desk.name()).expect("begun");
    dropped.write(&content(CHUNK * 2)).expect("written");
    drop(dropped);
    let killed = desk.files.create(ANNA, desk.name()).expect("begun");
    std::mem::forget(killed);
    let part = desk.dir.path().join("media/part");
    assert_eq!(std::fs::read_dir(&part).expect("there").count(), 1);
    let again = Files::open(desk.vault.clone(), &desk.dir.path().join("media")).expect("opened");
    assert_eq!(std::fs::read_dir(&part).expect("there").count(), 0);
    assert!(matches!(again.about(ANNA, desk.name()), Err(FileError::Missing)));
    again.remove(ANNA, desk.name()).expect("nothing to remove");
}

#[test]
fn a_name_too_long_to_keep_is_left_out() {
    let desk = desk();
    let writing = desk.files.create(ANNA, desk.name()).expect("begun");
    let long = About { name: Some("n".repeat(10_000)), ..about(0) };
    writing.finish(&long).expect("finished");
    assert_eq!(desk.files.about(ANNA, desk.name()).expect("known").name, None);
}
