//! The people of a campaign, from a file of CSV.

use crate::cli::Failure;
use crate::wire::CampaignRow;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The columns that say who; all others are values.
const WHO: [&str; 2] = ["phone", "user_id"];

/// A list that was read whole before any of it is given away.
#[derive(Debug)]
pub(super) struct List(Vec<CampaignRow>);

impl List {
    /// Reads it; `-` is standard input.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let hint = "name a file of CSV that can be read";
        let opened: Box<dyn Read> = match file.to_str() {
            Some("-") => Box::new(std::io::stdin().lock()),
            _ => Box::new(
                std::fs::File::open(file).map_err(|error| Failure::file(file, &error, hint))?,
            ),
        };
        let wrong = |what: String| Failure::failed(format!("{}: {what}", file.display()));
        Self::parse(opened).map_err(wrong)
    }

    fn parse(text: impl Read) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
        let heading = reader.headers().map_err(|error| error.to_string())?.clone();
        if !heading.iter().any(|name| WHO.contains(&name)) {
            return Err("it has neither a column `phone` nor a column `user_id`".to_owned());
        }
        let mut names: Vec<_> = heading.iter().collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("it has two columns `{}`", twice[0]));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let mut cells: BTreeMap<_, _> = heading
                .iter()
                .zip(record.iter())
                .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                .collect();
            let [phone, user_id] = WHO.map(|name| cells.remove(name).filter(|id| !id.is_empty()));
            rows.push(CampaignRow { phone, user_id, parameters: cells });
        }
        if rows.is_empty() {
            return Err("it has no rows".to_owned());
        }
        Ok(Self(rows))
    }

    /// A fingerprint of all rows, by which the relay knows the list again.
    pub(super) fn digest(&self) -> String {
        let json = serde_json::to_vec(&self.0).unwrap_or_default();
        Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The rows from `from` on: at most so many, of so many bytes, but one at least; nothing at the end.
    pub(super) fn piece(&self, from: u32, most: usize, bytes: usize) -> Option<Vec<CampaignRow>> {
        let rest = self.0.get(usize::try_from(from).ok()?..).filter(|rest| !rest.is_empty())?;
        let mut left = bytes;
        let fits = |row: &&CampaignRow| {
            let size = serde_json::to_vec(row).map_or(0, |json| json.len() + 1);
            let fits = size <= left;
            left = left.saturating_sub(size);
            fits
        };
        let count = rest.iter().take(most).take_while(fits).count().max(1);
        Some(rest[..count].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names_and_faults_are_told() {
        let list = List::parse("name,phone,code\n Anna , +39 333 ,A1\n,,\n".as_bytes());
        let list = list.expect("a list").0;
        assert_eq!(list[0].phone.as_deref(), Some("+39 333"));
        assert_eq!(list[0].parameters["name"], "Anna");
        assert_eq!((list[1].phone.as_deref(), list.len()), (None, 2));
        for (text, why) in [
            ("name\nAnna\n", "neither a column"),
            ("phone,phone\n1,2\n", "two columns"),
            ("phone\n", "no rows"),
            ("phone,name\n1\n", "found record with 1 field"),
        ] {
            let fault = List::parse(text.as_bytes()).expect_err("a fault");
            assert!(fault.contains(why), "{fault}");
        }
    }

    /// A row that is broken far down is told by its line before anything is given away.
    #[test]
    fn a_long_list_is_taken_whole_or_not_at_all() {
        const ROWS: usize = 100_000;
        let row = |n: usize| format!("39333{n:07},\"Anna\nMaria {n}\"\n");
        let mut text: String =
            std::iter::once("phone,1\n".to_owned()).chain((0..ROWS).map(row)).collect();
        let list = List::parse(text.as_bytes()).expect("a list");
        let (mut from, mut seen) = (0, 0);
        while let Some(piece) = list.piece(from, 500, 128 * 1024) {
            let first = piece[0].phone.clone();
            assert_eq!(first, Some(format!("39333{from:07}")), "none is left out or comes twice");
            seen += piece.len();
            from += piece.len() as u32;
        }
        assert_eq!(seen, ROWS);
        // Each row has two lines here; after the heading.
        text.push_str("393330000000\n");
        let fault = List::parse(text.as_bytes()).expect_err("a fault");
        assert!(fault.contains("(line: 200002,") && fault.contains("1 field"), "{fault}");
    }

    #[test]
    fn a_list_goes_in_pieces_and_every_row_once() {
        let text: String = (0..25).map(|n| format!("{n},{}\n", "x".repeat(n * 10))).collect();
        let list = List::parse(format!("phone,1\n{text}").as_bytes()).expect("a list");
        for (most, bytes) in [(10, 10_000), (100, 300), (3, 1)] {
            let (mut from, mut seen) = (0, Vec::new());
            while let Some(piece) = list.piece(from, most, bytes) {
                assert!(!piece.is_empty() && piece.len() <= most);
                from += piece.len() as u32;
                seen.extend(piece);
            }
            assert_eq!(seen, list.0, "{most} {bytes}");
        }
        let other = List::parse("phone\n1\n".as_bytes()).expect("a list");
        assert_ne!(list.digest(), other.digest());
    }
}
