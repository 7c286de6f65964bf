//! What goes on beside the connection: files and ledgers, over HTTP. A lost connection does not end it.

use super::{Connection, Order};
use crate::console::effect::{HandIn, PreviewAsk};
use crate::console::msg::{HandedIn, Ledger, Msg, Previewed};
use crate::console::preview::{NoPreview, Preview};
use crate::console::shell::Gone;
use crate::console::shell::files::Wanted;
use crate::console::shell::preview::preview;
use crate::console::shell::{attach, consents, raw};
use crate::domain::id::{ContactId, TicketNumber};
use crate::kit::Secret;
use crate::wire::{AlertAck, ConsentRequest, TicketFilter};
use reqwest::{Client, Url};

impl Connection {
    /// Asks over HTTP beside all else that goes on. Where there is no way to ask, `failed` tells why.
    fn beside<F>(&self, asks: impl FnOnce(Client) -> F, failed: impl FnOnce(String) -> Msg)
    where
        F: Future<Output = Msg> + Send + 'static,
    {
        let to = self.to.clone();
        match self.client().map(asks) {
            Ok(asked) => drop(tokio::spawn(async move { to.send(asked.await) })),
            Err(why) => drop(to.send(failed(why))),
        }
    }

    fn media(&self, ticket: TicketNumber, entry: &str) -> Url {
        self.url(&format!("api/v1/tickets/{ticket}/media/{entry}"))
    }

    /// Fetches a file.
    pub(super) fn fetch(&self, wanted: Wanted, token: &Secret) {
        let url = self.media(wanted.ask.ticket, &wanted.ask.entry);
        let token = token.clone();
        let told = |client| async move { Msg::Told(wanted.bring(client, url, token).await) };
        self.beside(told, Msg::Told);
    }

    /// Makes a preview of a picture.
    pub(super) fn preview(&self, ask: PreviewAsk, token: &Secret) {
        let url = self.media(ask.ticket, &ask.entry);
        let (token, turn) = (token.clone(), self.turn.clone());
        let not_come = previewed(ask.clone(), Err(NoPreview::NotCome));
        let made = move |client| async move {
            let came = preview(&ask, client, url, &token, turn).await;
            Msg::Previewed(previewed(ask, came))
        };
        self.beside(made, |_| Msg::Previewed(not_come));
    }

    /// Hands a file in.
    pub(super) fn hand_in(&self, file: HandIn, token: &Secret) {
        let url = self.url(&format!("api/v1/tickets/{}/media", file.ticket));
        let (id, to, token) = (file.id, self.to.clone(), token.clone());
        let up = move |bytes| drop(to.send(Msg::HandedIn(id, HandedIn::Up(bytes))));
        let done = move |client| async move {
            let news = attach::hand_in(&file, client, url, &token, up).await;
            Msg::HandedIn(id, news.map_or_else(HandedIn::Failed, HandedIn::Done))
        };
        self.beside(done, |why| Msg::HandedIn(id, HandedIn::Failed(why)));
    }

    /// Reads the raw form of a message.
    pub(super) fn raw(&self, ticket: TicketNumber, entry: &str, token: &Secret) {
        let url = self.url(&format!("api/v1/tickets/{ticket}/raw/{entry}"));
        let token = token.clone();
        let form =
            move |client| async move { Msg::Raw(ticket, raw::form(client, url, &token).await) };
        self.beside(form, |why| Msg::Raw(ticket, Err(why)));
    }

    /// Reads why a ticket is where it is.
    pub(super) fn why(&self, ticket: TicketNumber, token: &Secret) {
        let url = self.url(&format!("api/v1/tickets/{ticket}/why"));
        let token = token.clone();
        let told =
            move |client| async move { Msg::Why(ticket, raw::form(client, url, &token).await) };
        self.beside(told, |why| Msg::Why(ticket, Err(why)));
    }

    /// Reads what would even out who has how much.
    pub(super) fn spread(&self, token: &Secret) {
        let (url, token) = (self.url("api/v1/spread"), token.clone());
        let told = move |client| async move { Msg::Spread(raw::form(client, url, &token).await) };
        self.beside(told, |why| Msg::Spread(Err(why)));
    }

    /// Says that the person takes care of all alerts that are raised.
    pub(super) fn take_alerts(&self, token: &Secret) {
        let (url, token) = (self.url("api/v1/alerts/acknowledge"), token.clone());
        let ack = AlertAck::default();
        let told = move |client| async move {
            Msg::AlertsTaken(raw::said(client, url, &ack, &token).await)
        };
        self.beside(told, |why| Msg::AlertsTaken(Err(why)));
    }

    /// Lists all tickets that a filter finds.
    pub(super) fn all_of(&self, filter: Box<TicketFilter>, token: &Secret) {
        let url = self.url("api/v1/tickets");
        let (token, lost) = (token.clone(), filter.clone());
        let all = move |client| async move {
            let all = raw::listed(client, url, &filter, &token).await;
            Msg::AllOf(filter, all)
        };
        self.beside(all, |why| Msg::AllOf(lost, Err(why)));
    }

    /// Writes into a ledger and reads it.
    pub(super) fn ledger(&self, contact: ContactId, write: Option<ConsentRequest>, token: &Secret) {
        let url = self.url(&format!("api/v1/contacts/{contact}/consents"));
        let (token, writes) = (token.clone(), write.is_some());
        let ledger = move |client| async move {
            Msg::Ledger(consents::ledger(contact, write, client, url, &token).await)
        };
        self.beside(ledger, |why| Msg::Ledger(unread(contact, writes, why)));
    }

    /// What was asked for without a connection: who waits for an answer gets one.
    pub(super) fn refuse(&self, order: Order) -> Result<(), Gone> {
        let why = "there is no connection to the relay".to_owned();
        let told = match order {
            Order::HandIn(file) => Msg::HandedIn(file.id, HandedIn::Failed(why)),
            Order::Consents(contact, write) => Msg::Ledger(unread(contact, write.is_some(), why)),
            Order::Raw(ticket, _) => Msg::Raw(ticket, Err(why)),
            Order::Why(ticket) => Msg::Why(ticket, Err(why)),
            Order::Spread => Msg::Spread(Err(why)),
            Order::TakeAlerts => Msg::AlertsTaken(Err(why)),
            Order::AllOf(filter) => Msg::AllOf(filter, Err(why)),
            Order::Preview(ask) => Msg::Previewed(previewed(ask, Err(NoPreview::NotCome))),
            _ => return Ok(()),
        };
        self.to.send(told)
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
