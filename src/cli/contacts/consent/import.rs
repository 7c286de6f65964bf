//! Consents from a file of CSV.

use crate::cli::Failure;
use crate::cli::remote::Remote;
use crate::kit::Timestamp;
use crate::kit::text::printable;
use crate::wire::{ConsentImport, ConsentImported, ConsentRow};
use serde::Deserialize;
use std::io::Read;
use std::path::Path;

/// A row as people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    phone: String,
    purpose: String,
    says: String,
    since: String,
    proof: String,
}

/// Sends the file in pieces. Every row is read before the first is sent; what the relay refuses is told by line,
/// and the rest is entered. The same file may be sent again.
pub(super) async fn import(
    remote: &Remote,
    file: &Path,
    line: Option<&str>,
) -> Result<ConsentImported, Failure> {
    let rows = read(file)?;
    let mut imported = ConsentImported::default();
    for piece in rows.chunks(ConsentImport::ROWS_MOST) {
        let lines: Vec<u64> = piece.iter().map(|(line, _)| *line).collect();
        let rows = piece.iter().map(|(_, row)| row.clone()).collect();
        let import = ConsentImport { line: line.map(str::to_owned), rows };
        let answer: ConsentImported = remote.post("consents", &import).await?;
        imported.entered += answer.entered;
        for (nth, why) in answer.refused {
            let line = lines.get(nth).copied().unwrap_or_default();
            eprintln!("{}:{line}: {}", file.display(), printable(&why));
            imported.refused.push((usize::try_from(line).unwrap_or(nth), why));
        }
    }
    if !imported.refused.is_empty() {
        let (entered, refused) = (imported.entered, imported.refused.len());
        return Err(Failure::failed(format!("{refused} rows were refused, {entered} entered")));
    }
    Ok(imported)
}

/// The rows with the lines on which they stand.
fn read(file: &Path) -> Result<Vec<(u64, ConsentRow)>, Failure> {
    let hint = "name a file of CSV that can be read";
    let opened: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ => {
            Box::new(std::fs::File::open(file).map_err(|error| Failure::file(file, &error, hint))?)
        }
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(opened);
    let mut rows = Vec::new();
    let broken = |error: csv::Error| Failure::failed(format!("{}: {error}", file.display()));
    let header = reader.headers().map_err(broken)?.clone();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record.deserialize(Some(&header)).map_err(broken)?;
        let wrong = |what: &str| Failure::failed(format!("{}:{line}: {what}", file.display()));
        rows.push((line, checked(row).map_err(wrong)?));
    }
    Ok(rows)
}

fn checked(row: Row) -> Result<ConsentRow, &'static str> {
    let purpose = super::purpose(&row.purpose)
        .map_err(|_| "the purpose is none: write utility, authentication or marketing")?;
    let granted = match row.says.as_str() {
        "agrees" => true,
        "refuses" => false,
        _ => return Err("write agrees or refuses into the column says"),
    };
    let at =
        since(&row.since).ok_or("since is no time: write 2026-11-21 or 2026-11-21T09:00:00Z")?;
    Ok(ConsentRow { phone: row.phone, purpose, granted, at, why: row.proof })
}

/// An instant, or a day, which begins in UTC.
fn since(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("c.csv");
        std::fs::write(&file, text).expect("written");
        let rows = read(&file).map_err(|failure| match failure {
            Failure::Failed(why) => why.replace(&format!("{}", file.display()), "c.csv"),
            other => format!("{other:?}"),
        })?;
        let told = rows.into_iter().map(|(line, row)| {
            let says = if row.granted { "agrees" } else { "refuses" };
            let word = row.purpose.word();
            format!("{line} {} {word} {says} {} {}", row.phone, row.at, row.why)
        });
        Ok(told.collect())
    }

    #[test]
    fn rows_are_read_whatever_the_order_of_their_columns_and_faults_name_their_line() {
        const HEAD: &str = "since,phone,proof,purpose,says\n";
        let read = |rows: &str| told(&format!("{HEAD}{rows}"));
        assert_eq!(
            read(
                "2026-01-31,+39 333 1234567,\"form, folder 2\",marketing,agrees\n2026-02-01T10:00:00+01:00,1,x,utility,refuses\n"
            ),
            Ok(vec![
                "2 +39 333 1234567 marketing agrees 2026-01-31T00:00:00Z form, folder 2".into(),
                "3 1 utility refuses 2026-02-01T09:00:00Z x".into(),
            ])
        );
        assert_eq!(read(""), Ok(vec![]));
        for (rows, fault) in [
            ("2026-01-31,1,x,all,agrees\n", "c.csv:2: the purpose is none"),
            ("2026-01-31,1,x,utility,yes\n", "c.csv:2: write agrees or refuses"),
            (
                "2026-01-31,1,x,utility,agrees\nsoon,1,x,utility,agrees\n",
                "c.csv:3: since is no time",
            ),
            ("2026-01-31,1\n", "found record with 2 fields"),
        ] {
            let why = read(rows).expect_err("a fault");
            assert!(why.contains(fault), "{why}");
        }
        // Far down as well, and nothing is sent before.
        let good = "2026-01-31,+393331234567,x,marketing,agrees\n".repeat(100_000);
        assert_eq!(read(&good).map(|rows| rows.len()), Ok(100_000));
        for (row, fault) in [
            ("soon,1,x,utility,agrees\n", "c.csv:100002: since is no time"),
            ("2026-01-31,1\n", "(line: 100002, "),
        ] {
            let why = read(&format!("{good}{row}{good}")).expect_err("a fault");
            assert!(why.contains(fault), "{why}");
        }
        let why = told("phone,colour\n1,red\n").expect_err("a fault");
        assert!(why.contains("unknown field `colour`"), "{why}");
    }
}
