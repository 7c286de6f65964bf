//! A key of 32 bytes, and sealing with it: XChaCha20-Poly1305 under a random nonce of 24 bytes.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use rand::TryRng as _;
use zeroize::Zeroizing;

pub(super) const KEY: usize = 32;
pub(super) const NONCE: usize = 24;
pub(super) const TAG: usize = 16;

/// A key that seals: of a contact, the desk, a day, or one that wraps others. Wiped when it goes.
#[derive(Clone)]
pub(super) struct DataKey(Box<Zeroizing<[u8; KEY]>>);

impl DataKey {
    /// A new one from the system's randomness, which must be there: without it nothing can be sealed.
    pub(super) fn generate() -> Self {
        let mut key = Box::new(Zeroizing::new([0; KEY]));
        rand::rngs::SysRng.try_fill_bytes(&mut key[..]).expect("the system gives random bytes");
        Self(key)
    }

    /// The key in these bytes, if they are as many as a key has.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Box::new(Zeroizing::new([0; KEY]));
        if bytes.len() != KEY {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    pub(super) fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// Nonce, ciphertext, tag.
    pub(super) fn seal(&self, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(NONCE + plain.len() + TAG);
        let mut nonce = [0; NONCE];
        rand::fill(&mut nonce);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let tag = self
            .cipher()
            .encrypt_inout_detached(&XNonce::from(nonce), aad, (&mut out[NONCE..]).into())
            .expect("nothing sealed here is over 256 GB");
        out.extend_from_slice(&tag);
        out
    }

    /// What was sealed, if it was sealed so.
    pub(super) fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>()?;
        let mut plain = ciphertext.to_vec();
        self.cipher()
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                aad,
                plain.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .ok()?;
        Some(plain)
    }

    /// A key sealed under this one.
    pub(super) fn wrap(&self, aad: &[u8], key: &Self) -> Vec<u8> {
        self.seal(aad, &key.0[..])
    }

    /// The key that [`DataKey::wrap`] sealed.
    pub(super) fn unwrap(&self, aad: &[u8], sealed: &[u8]) -> Option<Self> {
        let plain = Zeroizing::new(self.open(aad, sealed)?);
        Self::from_slice(&plain)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().into())
    }
}
