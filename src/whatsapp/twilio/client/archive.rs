//! The list of messages over HTTPS.

use super::super::super::archive::{Archive, Kept, Page, Sent, Span};
use super::super::super::exchange::strange;
use super::super::super::platform::{Asked, Fault};
use super::super::super::send::Recipient;
use super::super::{form, kept};
use super::TwilioClient;
use reqwest::Url;

/// Messages on a page: a full page of the longest stays below the largest answer that is read.
const PAGE: &str = "500";
/// Twilio's number for what is not there.
const GONE: u32 = 20_404;

impl TwilioClient {
    /// An address that the API named, if the token may be shown there.
    fn named(&self, uri: &str) -> Option<Url> {
        self.server.base.join(uri).ok().filter(|url| self.server.has(url))
    }

    /// A page of what went to or came from the number: the first, or the one of this name.
    async fn page(&self, side: &str, span: Span, page: Option<&str>) -> Result<String, Fault> {
        let url = match page {
            None => self.first_page((side, &format!("whatsapp:+{}", self.number)), span),
            Some(uri) => self.named(uri).ok_or_else(|| strange("the next page lies elsewhere"))?,
        };
        self.ask(url).await
    }

    fn page_of_sent(&self, page: Page<kept::Told>) -> Page<Sent> {
        let sent = page.messages.into_iter().map(|told| Sent {
            id: told.fields.get("MessageSid").cloned().unwrap_or_default(),
            at: told.at,
            text: told.text,
            webhook: form::told((&self.account, &self.number), told.fields, told.since),
        });
        Page { messages: sent.collect(), next: page.next }
    }

    fn first_page(&self, address: (&str, &str), span: Span) -> Url {
        let mut url = self.server.url(&["Accounts", &self.account, "Messages.json"]);
        url.query_pairs_mut()
            .append_pair(address.0, address.1)
            .append_pair("DateSent>", &kept::asked(span.since))
            .append_pair("DateSent<", &kept::asked(span.until.plus_millis(999)))
            .append_pair("PageSize", PAGE);
        url
    }
}

impl Archive for TwilioClient {
    fn written<'a>(
        &'a self,
        span: Span,
        page: Option<&'a str>,
    ) -> Asked<'a, Result<Page<Kept>, Fault>> {
        Box::pin(async move {
            let json = self.page("To", span, page).await?;
            kept::page(&json).ok_or_else(|| strange("it is no page of messages"))
        })
    }

    fn told<'a>(
        &'a self,
        span: Span,
        page: Option<&'a str>,
    ) -> Asked<'a, Result<Page<Sent>, Fault>> {
        Box::pin(async move {
            let json = self.page("From", span, page).await?;
            let page = kept::sent(&json).ok_or_else(|| strange("it is no page of messages"))?;
            Ok(self.page_of_sent(page))
        })
    }

    fn sent<'a>(&'a self, to: &'a Recipient, span: Span) -> Asked<'a, Result<Vec<Sent>, Fault>> {
        Box::pin(async move {
            let to = to.address().map_err(|_| strange("the customer has no address"))?;
            let mut url = self.first_page(("To", &format!("whatsapp:{to}")), span);
            url.query_pairs_mut().append_pair("From", &format!("whatsapp:+{}", self.number));
            let json = self.ask(url).await?;
            let page = kept::sent(&json).ok_or_else(|| strange("it is no page of messages"))?;
            // On another page there may be one like it.
            let whole = page.next.is_none();
            Ok(if whole { self.page_of_sent(page).messages } else { Vec::new() })
        })
    }

    fn webhook<'a>(&'a self, kept: &'a Kept) -> Asked<'a, Result<Vec<u8>, Fault>> {
        Box::pin(async move {
            let mut fields = kept.fields.clone();
            if kept.files > 0 {
                let segments = ["Accounts", &self.account, "Messages", &kept.id, "Media.json"];
                let files = match self.ask(self.server.url(&segments)).await {
                    Ok(json) => {
                        let root = |path: &str| Some(self.named(path)?.to_string());
                        kept::files(&json, root).ok_or_else(|| strange("it is no list of files"))?
                    }
                    // It was deleted there: the words are left.
                    Err(Fault::Refused(error)) if error.code == GONE => Vec::new(),
                    Err(fault) => return Err(fault),
                };
                for (nth, (url, mime)) in files.into_iter().enumerate() {
                    fields.insert(format!("MediaUrl{nth}"), url);
                    fields.insert(format!("MediaContentType{nth}"), mime);
                }
            }
            Ok(form::told((&self.account, &self.number), fields, kept.at))
        })
    }
}
