//! The journal: is it sound, how large is it, and all of it as text.

use super::{Items, Office};
use crate::journal::{self, JournalError, Position, Reader};
use crate::wire::Refused;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::io;

/// Cuts what is written into lines, each an item. Blocks while nobody takes them.
struct Lines {
    items: Items,
    rest: Vec<u8>,
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for (end, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            self.rest.extend_from_slice(&bytes[from..end]);
            from = end + 1;
            let line = String::from_utf8(std::mem::take(&mut self.rest));
            let line = line.map_err(|_| io::ErrorKind::InvalidData)?;
            let item = RawValue::from_string(line)?;
            self.items.blocking_send(item).map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
        self.rest.extend_from_slice(&bytes[from..]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a walk through a whole journal found, and whether it is sound.
///
/// # Errors
/// When it cannot be walked through.
pub fn verified(reader: &dyn Reader) -> Result<Value, JournalError> {
    let report = journal::verify(reader)?;
    let mut value = json!(report);
    value["sound"] = report.is_sound().into();
    Ok(value)
}

impl Office {
    pub(super) async fn verify(&self) -> Result<Value, Refused> {
        self.apart(|office| Ok(verified(&**office.relay().store.reader())?)).await
    }

    pub(super) async fn stat(&self) -> Result<Value, Refused> {
        self.apart(|office| {
            let reader = office.relay().store.reader();
            let bytes = reader.size_on_disk()?;
            let views = office.relay().store.read();
            let (conversations, contacts, _) = views.last_ids();
            Ok(json!({
                "position": reader.head(),
                "low_water": reader.low_water(),
                "bytes_on_disk": bytes,
                "unsaved_streams": views.unsaved(),
                "conversations": conversations,
                "conversations_in_memory": views.conversations().count(),
                "contacts": contacts,
                "unsolved": views.unsolved(),
                "dead_letters": views.desk().dead_letters.len(),
            }))
        })
        .await
    }

    pub(super) async fn export(&self, upto: Option<u64>, items: Items) -> Result<Value, Refused> {
        self.apart(move |office| {
            let mut lines = Lines { items, rest: Vec::new() };
            let reader = office.relay().store.reader();
            let records = journal::export(&**reader, upto.map(Position), &mut lines)?;
            Ok(json!({ "records": records }))
        })
        .await
    }
}
