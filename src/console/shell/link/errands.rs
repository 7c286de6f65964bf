//! What goes on beside the connection: files and ledgers, over HTTP. A lost connection does not end it.

use super::{Connection, Gone, Order};
use crate::console::effect::{HandIn, PreviewAsk};
use crate::console::msg::{HandedIn, Ledger, Msg, Previewed};
use crate::console::preview::{NoPreview, Preview};
use crate::console::shell::files::Wanted;
use crate::console::shell::preview::preview;
use crate::console::shell::{attach, consents};
use crate::domain::id::ContactId;
use crate::kit::Secret;
use crate::wire::ConsentRequest;

impl Connection {
    /// Fetches a file beside all else that goes on; a lost connection does not end it.
    pub(super) fn fetch(&self, wanted: Wanted, token: &Secret) {
        let (to, base, token) = (self.to.clone(), self.target.base.clone(), token.clone());
        let client = self.client();
        tokio::spawn(async move {
            let told = match client {
                Ok(client) => wanted.bring(client, base, token).await,
                Err(why) => why,
            };
            let _ = to.send(Msg::Told(told));
        });
    }

    /// Makes a preview of a picture beside all else that goes on.
    pub(super) fn preview(&self, ask: PreviewAsk, token: &Secret) {
        let url = self.url(&format!("api/v1/tickets/{}/media/{}", ask.ticket, ask.entry));
        let (to, token, turn) = (self.to.clone(), token.clone(), self.turn.clone());
        let client = self.client();
        tokio::spawn(async move {
            let came = match client {
                Ok(client) => preview(&ask, client, url, &token, turn).await,
                Err(_) => Err(NoPreview::NotCome),
            };
            let _ = to.send(Msg::Previewed(previewed(ask, came)));
        });
    }

    /// Hands a file in beside all else that goes on; a lost connection does not end it.
    pub(super) fn hand_in(&self, file: HandIn, token: &Secret) {
        let url = self.url(&format!("api/v1/tickets/{}/media", file.ticket));
        let (to, token) = (self.to.clone(), token.clone());
        let client = self.client();
        tokio::spawn(async move {
            let id = file.id;
            let told = to.clone();
            let up = move |bytes| drop(told.send(Msg::HandedIn(id, HandedIn::Up(bytes))));
            let news = match client {
                Ok(client) => attach::hand_in(&file, client, url, &token, up).await,
                Err(why) => Err(why),
            };
            let news = news.map_or_else(HandedIn::Failed, HandedIn::Done);
            let _ = to.send(Msg::HandedIn(id, news));
        });
    }

    /// Writes into a ledger and reads it, beside all else that goes on.
    pub(super) fn ledger(&self, contact: ContactId, write: Option<ConsentRequest>, token: &Secret) {
        let url = self.url(&format!("api/v1/contacts/{contact}/consents"));
        let (to, token) = (self.to.clone(), token.clone());
        let client = self.client();
        tokio::spawn(async move {
            let ledger = match client {
                Ok(client) => consents::ledger(contact, write, client, url, &token).await,
                Err(why) => unread(contact, write.is_some(), why),
            };
            let _ = to.send(Msg::Ledger(ledger));
        });
    }

    /// What was asked for without a connection: who waits for an answer gets one.
    pub(super) fn refuse(&self, order: Order) -> Result<(), Gone> {
        let why = "there is no connection to the relay".to_owned();
        let told = match order {
            Order::HandIn(file) => Msg::HandedIn(file.id, HandedIn::Failed(why)),
            Order::Consents(contact, write) => Msg::Ledger(unread(contact, write.is_some(), why)),
            Order::Preview(ask) => Msg::Previewed(previewed(ask, Err(NoPreview::NotCome))),
            _ => return Ok(()),
        };
        self.to.send(told).map_err(|_| Gone)
    }
}

fn previewed(ask: PreviewAsk, came: Result<Preview, NoPreview>) -> Previewed {
    Previewed { entry: ask.entry, wish: ask.wish, came }
}

/// A ledger that could not be asked for.
fn unread(contact: ContactId, write: bool, why: String) -> Ledger {
    let written = write.then(|| Err(why.clone()));
    Ledger { contact, written, entries: (!write).then_some(Err(why)) }
}
