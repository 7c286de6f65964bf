//! Places that are sent: the kind `location`.

use super::order::decimal;
use serde::{Deserialize, Serialize};

/// A place on earth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A page about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Location {
    /// The coordinates as people write them: degrees north, degrees east, to a tenth of a metre.
    pub fn coordinates(&self) -> String {
        format!("{}, {}", decimal(self.latitude), decimal(self.longitude))
    }

    /// A page with a map of it, if it is on earth.
    pub fn map(&self) -> Option<String> {
        let there = self.latitude.abs() <= 90.0 && self.longitude.abs() <= 180.0;
        let (north, east) = (decimal(self.latitude), decimal(self.longitude));
        there.then(|| format!("https://www.openstreetmap.org/?mlat={north}&mlon={east}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_map() {
        let place = |latitude, longitude| Location { latitude, longitude, ..Location::default() };
        for (place, coordinates, map) in [
            (place(45.4642, 9.19), "45.4642, 9.19", "?mlat=45.4642&mlon=9.19"),
            (place(-33.0, -70.123_456_789), "-33, -70.123457", "?mlat=-33&mlon=-70.123457"),
            (place(0.0, 100.0), "0, 100", "?mlat=0&mlon=100"),
            (place(90.0, -180.0), "90, -180", "?mlat=90&mlon=-180"),
            (place(90.5, 9.0), "90.5, 9", ""),
            (place(45.0, -181.0), "45, -181", ""),
            (place(1e300, -1.5e22), "1e300, -1.5e22", ""),
        ] {
            assert_eq!(place.coordinates(), coordinates);
            let found = place.map().unwrap_or_default();
            assert!(found.ends_with(map) && found.is_empty() == map.is_empty(), "{found}");
        }
    }
}
