//! How often which latency was seen.

/// Counts of microseconds in buckets at most 1.6 % wide.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    most: u64,
}

/// Buckets in each doubling, as a power of two.
const BITS: u32 = 6;

impl Histogram {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self { buckets: vec![0; 64 << BITS], count: 0, most: 0 }
    }

    /// Counts one latency.
    pub(super) fn add(&mut self, micros: u64) {
        self.buckets[bucket(micros)] += 1;
        self.count += 1;
        self.most = self.most.max(micros);
    }

    /// The latency that this share of all stays within, in microseconds; 0 if there is none.
    pub(super) fn quantile(&self, share: f64) -> u64 {
        let wanted = (share * self.count as f64).ceil() as u64;
        let mut seen = 0;
        for (n, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return top(n).min(self.most);
            }
        }
        self.most
    }

    /// The longest, in microseconds.
    pub(super) fn most(&self) -> u64 {
        self.most
    }
}

fn bucket(micros: u64) -> usize {
    let doubling = (u64::BITS - micros.leading_zeros()).saturating_sub(BITS + 1);
    ((doubling as usize) << BITS) + (micros >> doubling) as usize
}

/// The greatest latency of a bucket.
fn top(n: usize) -> u64 {
    let doubling = (n >> BITS).saturating_sub(1);
    let step = (n - (doubling << BITS)) as u64;
    ((step + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_narrow_and_in_order() {
        let mut last = 0;
        for micros in (0..20).flat_map(|n| [(1_u64 << n) - 1, 1 << n, (1 << n) + (1 << n) / 3]) {
            let n = bucket(micros);
            assert!(top(n) >= micros, "{micros}");
            assert!(top(n) as f64 <= micros as f64 * 1.017, "{micros} {}", top(n));
            assert!(n >= last || micros < 4);
            last = n;
        }
        assert!(bucket(u64::MAX) < 64 << BITS);
    }

    #[test]
    fn quantiles() {
        let mut one = Histogram::new();
        assert_eq!(one.quantile(0.5), 0);
        for micros in 1..=1_000 {
            one.add(micros);
        }
        let near = |share: f64, wanted: f64| {
            let found = one.quantile(share) as f64;
            assert!((found - wanted).abs() <= wanted * 0.02, "{share}: {found}");
        };
        near(0.5, 500.0);
        near(0.99, 990.0);
        assert_eq!(one.quantile(1.0), 1_000);
        assert_eq!(one.most(), 1_000);
    }
}
