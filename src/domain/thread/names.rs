//! Which fingerprints a block may hold: so that few blocks are looked through for one.

/// A set of fingerprints that may say yes where it should say no, and never the reverse: two bits of 1,024 for
/// each. With a full block it errs once in twenty times.
#[derive(Clone, Debug, Default)]
pub(super) struct Names([u64; 16]);

impl Names {
    /// Fingerprints are as good as random: their own bits tell which.
    fn bits(key: u64) -> [(usize, u64); 2] {
        [key, key >> 10].map(|bits| ((bits >> 6 & 15) as usize, 1 << (bits & 63)))
    }

    pub(super) fn add(&mut self, key: u64) {
        for (word, bit) in Self::bits(key) {
            self.0[word] |= bit;
        }
    }

    pub(super) fn may_hold(&self, key: u64) -> bool {
        Self::bits(key).into_iter().all(|(word, bit)| self.0[word] & bit != 0)
    }
}
