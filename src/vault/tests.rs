//! What the vault promises, also when it is cut off in the middle.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

const ANA: KeyId = KeyId::Contact(1);
const BEN: KeyId = KeyId::Contact(2);

fn master() -> MasterKey {
    MasterKey::from_secret(&crate::kit::Secret::new("42".repeat(32))).expect("a key")
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path().join("keys");
    (temp, dir)
}

fn open(dir: &Path) -> Vault {
    Vault::open(dir, master()).expect("opens")
}

fn seal(vault: &Vault, id: KeyId, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    vault.ensure(id);
    vault.seal(id, aad, plain).expect("there is a key")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("creates");
    for entry in fs::read_dir(from).expect("lists") {
        let entry = entry.expect("lists");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
    }
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .expect("lists")
        .map(|entry| entry.expect("lists").file_name().into_string().expect("text"))
        .filter(|name| name != "lock")
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_sealed_opens_again_also_after_a_restart() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    let ids = [KeyId::Desk, ANA, KeyId::Day(20_000)];
    let sealed = ids.map(|id| seal(&vault, id, b"place", b"ciao"));
    assert_eq!(sealed[0].len(), 4 + 40);
    assert_ne!(seal(&vault, ANA, b"place", b"ciao"), sealed[1], "a new nonce each time");
    vault.sync().expect("syncs");
    vault.sync().expect("nothing to do");
    drop(vault);
    let vault = open(&dir);
    assert_eq!(vault.keys(), ids);
    for (id, sealed) in ids.iter().zip(&sealed) {
        assert!(vault.contains(*id));
        assert_eq!(vault.unseal(*id, b"place", sealed).as_deref(), Ok(&b"ciao"[..]));
    }
    assert_eq!(vault.unseal(BEN, b"place", &sealed[1]), Err(OpenError::Erased));
    assert_eq!(vault.seal(BEN, b"place", b"ciao"), Err(OpenError::Erased), "makes no key");
    assert_eq!(vault.unseal(KeyId::Desk, b"place", &sealed[1]), Err(OpenError::Broken));
    assert_eq!(vault.unseal(ANA, b"elsewhere", &sealed[1]), Err(OpenError::Broken));
    for length in 0..sealed[1].len() {
        let cut = &sealed[1][..length];
        assert_eq!(vault.unseal(ANA, b"place", cut), Err(OpenError::Broken));
    }
}

#[test]
fn a_key_that_was_not_synced_is_not_there_after_a_restart() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    vault.ensure(ANA);
    vault.sync().expect("syncs");
    vault.ensure(BEN);
    assert!(vault.contains(BEN));
    drop(vault);
    assert_eq!(open(&dir).keys(), [ANA]);
}

#[test]
fn only_the_owner_reads_the_files_and_they_hold_no_key() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    vault.ensure(ANA);
    vault.sync().expect("syncs");
    let key = vault.read().by_id[&ANA].bytes().to_vec();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for name in files(&dir) {
        let path = dir.join(name);
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let bytes = fs::read(&path).expect("reads");
        assert!(!bytes.windows(32).any(|window| window == key || window == [0x42; 32]));
    }
    assert_eq!(mode(&dir.join("lock")), 0o600);
    assert_eq!(format!("{vault:?}"), "Vault(1 keys)");
}

#[test]
fn another_master_key_and_a_second_process_are_refused() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    let error = Vault::open(&dir, master()).expect_err("is open");
    assert!(matches!(error, VaultError::Locked { .. }), "{error}");
    drop(vault);
    let error = Vault::open(&dir, MasterKey::generate()).expect_err("wrong");
    assert!(matches!(error, VaultError::WrongMaster { .. }), "{error}");
    fs::remove_file(dir.join("kek-1")).expect("removes");
    let error = Vault::open(&dir, master()).expect_err("no silent new vault");
    assert!(matches!(error, VaultError::Missing { .. }), "{error}");
}

#[test]
fn erased_is_erased_and_the_rest_stays() {
    let (temp, dir) = folder();
    let vault = open(&dir);
    let ana = seal(&vault, ANA, b"", b"Ana");
    let ben = seal(&vault, BEN, b"", b"Ben");
    vault.sync().expect("syncs");
    let mark = vault.fingerprint("phone", b"39 055 1234");
    let before = temp.path().join("before");
    copy(&dir, &before);
    let unsynced = seal(&vault, KeyId::Desk, b"", b"desk");
    vault.erase(&[ANA, KeyId::Contact(99)]).expect("erases");
    assert_eq!(vault.unseal(ANA, b"", &ana), Err(OpenError::Erased));
    assert_eq!(vault.unseal(BEN, b"", &ben).as_deref(), Ok(&b"Ben"[..]));
    let later = seal(&vault, KeyId::Contact(3), b"", b"later");
    vault.sync().expect("syncs");
    drop(vault);
    assert_eq!(files(&dir), ["kek-2", "keys-2"]);

    // The old keys put back, as if found in a free block: they do not open under any key that is left.
    fs::copy(before.join("keys-1"), dir.join("keys-1")).expect("copies");
    let vault = open(&dir);
    assert_eq!(files(&dir), ["kek-2", "keys-2"]);
    assert_eq!(vault.unseal(ANA, b"", &ana), Err(OpenError::Erased));
    assert_eq!(vault.unseal(BEN, b"", &ben).as_deref(), Ok(&b"Ben"[..]));
    assert_eq!(vault.unseal(KeyId::Desk, b"", &unsynced).as_deref(), Ok(&b"desk"[..]));
    assert_eq!(vault.unseal(KeyId::Contact(3), b"", &later).as_deref(), Ok(&b"later"[..]));
    assert_eq!(vault.fingerprint("phone", b"39 055 1234"), mark);
    let old = fs::read(before.join("keys-1")).expect("reads");
    drop(vault);
    let (file, _) = KeyFile::open(&dir, master()).expect("opens");
    for generation in [1, 2] {
        assert!(
            slots::read(file.kek(), generation, &old).map_or(true, |read| read.keys.is_empty())
        );
    }
}

#[test]
fn a_crash_anywhere_in_an_erasure_leaves_all_or_nothing_of_it() {
    let (temp, dir) = folder();
    let vault = open(&dir);
    let ana = seal(&vault, ANA, b"", b"Ana");
    let ben = seal(&vault, BEN, b"", b"Ben");
    vault.sync().expect("syncs");
    let mut crashes = Vec::new();
    vault
        .erase_step_by_step(&[ANA], &mut |step| {
            let at = temp.path().join(format!("{step:?}"));
            copy(&dir, &at);
            crashes.push((step, at));
        })
        .expect("erases");
    assert_eq!(crashes.len(), 5);
    for (step, at) in crashes {
        let erased = !matches!(step, Step::KeysWritten | Step::KekInPlace);
        for _ in 0..2 {
            let vault = Vault::open(&at, master()).expect("opens");
            let generation = if erased { 2 } else { 1 };
            let left = [format!("kek-{generation}"), format!("keys-{generation}")];
            assert_eq!(files(&at), left, "{step:?}");
            assert_eq!(vault.unseal(BEN, b"", &ben).as_deref(), Ok(&b"Ben"[..]), "{step:?}");
            let expected = if erased { Err(OpenError::Erased) } else { Ok(b"Ana".to_vec()) };
            assert_eq!(vault.unseal(ANA, b"", &ana), expected, "{step:?}");
        }
        let vault = Vault::open(&at, master()).expect("opens");
        vault.erase(&[ANA]).expect("erases, again or at last");
        assert_eq!(vault.keys(), [BEN]);
    }
}

#[test]
fn a_torn_tail_is_cut_off_and_what_was_synced_stays() {
    let (temp, dir) = folder();
    let vault = open(&dir);
    for id in 0..3 {
        vault.ensure(KeyId::Contact(id));
        vault.sync().expect("syncs");
    }
    let synced = fs::read(dir.join("keys-1")).expect("reads").len();
    for id in 3..8 {
        vault.ensure(KeyId::Contact(id));
    }
    vault.sync().expect("syncs");
    drop(vault);
    let whole = fs::read(dir.join("keys-1")).expect("reads");
    let mut cuts: Vec<Vec<u8>> = (synced..=whole.len()).map(|n| whole[..n].to_vec()).collect();
    for page in 0..5 {
        // A page in the middle of the last batch that never reached the disk.
        let mut holed = whole.clone();
        holed[synced + page * slots::SLOT..][..slots::SLOT].fill(0);
        cuts.push(holed);
    }
    for (number, bytes) in cuts.iter().enumerate() {
        let at = temp.path().join(number.to_string());
        copy(&dir, &at);
        fs::write(at.join("keys-1"), bytes).expect("writes");
        let vault = open(&at);
        let there = vault.keys().len();
        assert!(vault.keys().starts_with(&[0, 1, 2].map(KeyId::Contact)), "{number}");
        if bytes.len() < whole.len() {
            assert_eq!(there, 3 + (bytes.len() - synced) / slots::SLOT);
        } else if *bytes != whole {
            assert_eq!(there, 7, "what stands behind the hole is kept");
        }
        let sealed = seal(&vault, KeyId::Contact(77), b"", b"new");
        vault.sync().expect("syncs");
        drop(vault);
        let vault = open(&at);
        assert_eq!(vault.keys().len(), there + 1);
        assert!(vault.unseal(KeyId::Contact(77), b"", &sealed).is_ok());
    }
}

#[test]
fn damage_to_synced_keys_is_an_error_not_an_erasure() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    for id in 0..3 {
        vault.ensure(KeyId::Contact(id));
        vault.sync().expect("syncs");
    }
    drop(vault);
    let whole = fs::read(dir.join("keys-1")).expect("reads");
    for slot in 0..3 {
        let mut broken = whole.clone();
        broken[slots::HEADER + slot * slots::SLOT + 40] ^= 1;
        fs::write(dir.join("keys-1"), &broken).expect("writes");
        let error = Vault::open(&dir, master()).expect_err("noticed");
        assert!(matches!(error, VaultError::Broken { .. }), "{error}");
    }
    fs::write(dir.join("keys-1"), &whole).expect("writes");
    assert_eq!(open(&dir).keys().len(), 3);
}

#[test]
fn a_backup_opens_elsewhere_with_the_master_key_only() {
    let (temp, dir) = folder();
    let vault = open(&dir);
    let sealed = seal(&vault, ANA, b"", b"Ana");
    let mark = vault.fingerprint("phone", b"1");
    let bytes = vault.backup_bytes().expect("reads");
    let elsewhere = temp.path().join("elsewhere");
    let error = Vault::restore(&elsewhere, &bytes, MasterKey::generate()).expect_err("wrong key");
    assert!(matches!(error, VaultError::WrongMaster { .. }), "{error}");
    let error = Vault::restore(&elsewhere, &bytes[..30], master()).expect_err("cut off");
    assert!(matches!(error, VaultError::Broken { .. }), "{error}");
    let restored = Vault::restore(&elsewhere, &bytes, master()).expect("restores");
    assert_eq!(restored.unseal(ANA, b"", &sealed).as_deref(), Ok(&b"Ana"[..]));
    assert_eq!(restored.fingerprint("phone", b"1"), mark);
    let error = Vault::restore(&dir, &bytes, master()).expect_err("is there");
    assert!(matches!(error, VaultError::Exists { .. }), "{error}");
}

#[test]
fn a_new_master_key_replaces_the_old() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    let sealed = seal(&vault, ANA, b"", b"Ana");
    let new = MasterKey::generate();
    vault.rewrap(new.clone()).expect("rewraps");
    vault.erase(&[BEN]).expect("the next rotation uses it");
    drop(vault);
    Vault::open(&dir, master()).expect_err("the old one is of no use");
    let vault = Vault::open(&dir, new).expect("opens");
    assert_eq!(vault.unseal(ANA, b"", &sealed).as_deref(), Ok(&b"Ana"[..]));
}

#[test]
fn fingerprints_keep_kinds_and_vaults_apart() {
    let (_temp, dir) = folder();
    let (_other_temp, other_dir) = folder();
    let (vault, other) = (open(&dir), open(&other_dir));
    let mark = vault.fingerprint("phone", b"12");
    assert_eq!(vault.fingerprint("phone", b"12"), mark);
    assert_ne!(vault.fingerprint("bsuid", b"12"), mark);
    assert_ne!(vault.fingerprint("phone1", b"2"), mark);
    assert_ne!(other.fingerprint("phone", b"12"), mark);
}

#[test]
fn threads_make_a_key_once() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    let sealed: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n: u8| {
                let vault = &vault;
                scope.spawn(move || {
                    let sealed = seal(vault, ANA, b"", &[n]);
                    vault.sync().expect("syncs");
                    sealed
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    drop(vault);
    let vault = open(&dir);
    for (n, sealed) in sealed.iter().enumerate() {
        assert_eq!(vault.unseal(ANA, b"", sealed), Ok(vec![n as u8]));
    }
}

#[test]
fn while_keys_are_destroyed_nobody_waits_who_made_none() {
    let (_temp, dir) = folder();
    let vault = open(&dir);
    seal(&vault, ANA, b"", b"Ana");
    let ben = seal(&vault, BEN, b"", b"Ben");
    vault.sync().expect("syncs");
    let mut later = Vec::new();
    // The file is held all the while: waiting for it here would never end.
    let erased = vault.erase_step_by_step(&[ANA], &mut |step| match step {
        Step::OldKeysGone => later = seal(&vault, KeyId::Contact(3), b"", b"later"),
        _ => vault.sync().expect("there is nothing to write"),
    });
    erased.expect("erases");
    vault.sync().expect("what was made meanwhile is written");
    drop(vault);
    let vault = open(&dir);
    assert_eq!(vault.keys(), [BEN, KeyId::Contact(3)]);
    assert_eq!(vault.unseal(BEN, b"", &ben).as_deref(), Ok(&b"Ben"[..]));
    assert_eq!(vault.unseal(KeyId::Contact(3), b"", &later).as_deref(), Ok(&b"later"[..]));
}
