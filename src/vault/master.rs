//! The master key: the one secret that is not in the vault.

use super::VaultError;
use super::sealing::{DataKey, KEY};
use crate::kit::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use zeroize::Zeroizing;

/// 32 bytes that open the vault. Kept apart from `data_dir` and from its backups: without it they are noise.
#[derive(Clone)]
pub struct MasterKey(pub(super) DataKey);

impl MasterKey {
    /// A new one.
    pub fn generate() -> Self {
        Self(DataKey::generate())
    }

    /// The key in a text: 64 hexadecimal digits, or base64 of either alphabet. Blanks around it do not
    /// count.
    ///
    /// # Errors
    /// [`VaultError::NotAKey`].
    pub fn from_secret(text: &Secret) -> Result<Self, VaultError> {
        parse(text.expose())
            .ok_or_else(|| VaultError::NotAKey { what: "the text given as master key".into() })
    }

    /// The key in a file: 32 bytes as they are, or a text as [`MasterKey::from_secret`] reads it.
    ///
    /// # Errors
    /// [`VaultError::Io`], [`VaultError::NotAKey`].
    pub fn read(path: &Path) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(fs::read(path).map_err(VaultError::io("read", path))?);
        DataKey::from_slice(&bytes)
            .map(Self)
            .or_else(|| parse(std::str::from_utf8(&bytes).ok()?))
            .ok_or_else(|| VaultError::NotAKey { what: path.display().to_string() })
    }

    /// Writes a new key to a new file that only its owner can read (mode 0600), as hexadecimal text. The file
    /// is there whole or not at all, so that a start that was cut off can begin again.
    ///
    /// # Errors
    /// [`VaultError::Io`]; also when the file is there already.
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        if path.exists() {
            return Err(VaultError::io("create", path)(io::ErrorKind::AlreadyExists.into()));
        }
        let key = Self::generate();
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".new");
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .map_err(VaultError::io("create", path))?;
        let hex = key.to_hex();
        file.write_all(hex.expose().as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&unfinished, path))
            .map_err(VaultError::io("write", path))?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(VaultError::io("sync the folder of", path))?;
        Ok(key)
    }

    /// The key as 64 hexadecimal digits.
    pub fn to_hex(&self) -> Secret {
        let mut hex = String::with_capacity(2 * KEY);
        for byte in self.0.bytes() {
            for digit in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        Secret::new(hex)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(..)")
    }
}

fn parse(text: &str) -> Option<MasterKey> {
    let text = text.trim();
    if text.len() == 2 * KEY && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let mut key = Zeroizing::new([0; KEY]);
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        return DataKey::from_slice(&key[..]).map(MasterKey);
    }
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
        .map(Zeroizing::new)
        .and_then(|bytes| DataKey::from_slice(&bytes))
        .map(MasterKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn every_form_gives_the_same_key() {
        let bytes: Vec<u8> = (200..232).collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("raw");
        fs::write(&path, &bytes).expect("writes");
        assert_eq!(MasterKey::read(&path).expect("a key").to_hex().expose(), hex);
        for text in [
            hex.clone(),
            hex.to_uppercase(),
            format!("  {hex}\n"),
            STANDARD.encode(&bytes),
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE.encode(&bytes),
        ] {
            let key = MasterKey::from_secret(&Secret::new(text)).expect("a key");
            assert_eq!(key.to_hex().expose(), hex);
            assert_eq!(format!("{key:?}"), "MasterKey(..)");
        }
        for text in ["", "short", &hex[1..], "zz", &"ü".repeat(32)] {
            let error = MasterKey::from_secret(&Secret::new(text)).expect_err("no key");
            assert!(!error.to_string().contains("short"), "{error}");
        }
    }

    #[test]
    fn a_new_file_is_for_its_owner_only_and_never_overwrites() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        let key = MasterKey::create(&path).expect("creates");
        let mode = fs::metadata(&path).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = MasterKey::read(&path).expect("reads");
        assert_eq!(read.to_hex(), key.to_hex());
        MasterKey::create(&path).expect_err("is there already");
        assert_eq!(MasterKey::read(&path).expect("reads").to_hex(), key.to_hex());
    }
}
