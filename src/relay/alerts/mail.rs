//! Mails: one for each alert, or one for many.

use super::{Told, Tried, Way};
use crate::domain::name::Name;
use crate::kit::Secret;
use crate::relay::config::{MailTls, Smtp};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;
use tokio::time::timeout;

/// How long one mail may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Alerts that one mail tells in full; of the rest it tells the line.
const FULL_MOST: usize = 20;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Why there is no mail server.
type Fault = lettre::transport::smtp::Error;

fn transport(smtp: &Smtp, password: Option<&Secret>) -> Result<Transport, Fault> {
    let tls = match smtp.tls {
        MailTls::Whole => Tls::Wrapper(TlsParameters::new(smtp.host.clone())?),
        MailTls::Start => Tls::Required(TlsParameters::new(smtp.host.clone())?),
        MailTls::None => Tls::None,
    };
    let mut builder = Transport::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(Duration::from_secs(10)));
    if let (Some((user, _)), Some(password)) = (&smtp.login, password) {
        let password = password.expose().trim_end_matches(['\r', '\n']).to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

/// Whether the mail server answers and takes the login.
///
/// # Errors
/// What it says, or why it cannot be asked.
pub async fn reach(smtp: &Smtp, password: Option<&Secret>) -> Result<(), String> {
    let asked = async { transport(smtp, password)?.test_connection().await };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("it answers no".to_owned()),
        Ok(Err(error)) => Err(cause(&error)),
        Err(_) => Err("it does not answer".to_owned()),
    }
}

/// What is at the bottom of an error.
fn cause(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        said = format!("{said}: {inner}");
        source = inner.source();
    }
    said
}

/// Sends to one address what it may get now: each alert by itself, or all in one where there is no room for that.
/// How many mails it was, and what came of each alert.
pub(super) async fn deliver(
    way: &Way,
    to: Name,
    told: Vec<Told>,
    free: usize,
) -> (Name, usize, Vec<(Told, Tried)>) {
    let Some((smtp, password)) = &way.smtp else {
        tracing::warn!(waiting = told.len(), "mails are owed and there is no [smtp]");
        return (to, 0, told.into_iter().map(|told| (told, Tried::Later)).collect());
    };
    let letters: Vec<Vec<Told>> = match told.len() <= free {
        true => told.into_iter().map(|told| vec![told]).collect(),
        false => vec![told],
    };
    let (mut sent, mut all, mut down) = (0, Vec::new(), false);
    let server = transport(smtp, password.as_ref());
    for letter in letters {
        let tried = match &server {
            // What is wrong with the server is wrong for all.
            _ if down => Tried::Later,
            Ok(server) => match message(smtp, &to, &letter) {
                Some(message) => send(server, message).await,
                None => Tried::Refused,
            },
            Err(error) => {
                tracing::error!(error = %cause(error), "mails cannot be sent");
                Tried::Later
            }
        };
        down |= tried == Tried::Later;
        sent += usize::from(tried == Tried::Delivered);
        all.extend(letter.into_iter().map(|told| (told, tried)));
    }
    (to, sent, all)
}

fn message(smtp: &Smtp, to: &Name, letter: &[Told]) -> Option<Message> {
    let first = letter.first()?;
    let mailbox =
        |name: &Name| name.as_str().parse().ok().map(|address| Mailbox::new(None, address));
    let (subject, body) = match letter {
        [one] => (one.line(), one.text()),
        many => {
            let full = many.iter().take(FULL_MOST).map(Told::text);
            let rest = many.iter().skip(FULL_MOST).map(|told| format!("{}\n", told.line()));
            let text = full.chain(rest).collect::<Vec<_>>().join("\n");
            (format!("{} alerts, of which the first: {}", many.len(), first.line()), text)
        }
    };
    let ids = letter.iter().map(|told| told.id.as_str()).collect::<Vec<_>>().join(" ");
    // Whoever gets a mail twice sees by its id that it is the same.
    let own = format!("<{}.{}@guichet.invalid>", first.id, letter.len());
    Message::builder()
        .from(mailbox(&smtp.from)?)
        .to(mailbox(to)?)
        .subject(format!("Guichet: {subject}"))
        .message_id(Some(own))
        .header(ContentType::TEXT_PLAIN)
        .body(format!("{body}\nid: {ids}\n"))
        .ok()
}

async fn send(server: &Transport, message: Message) -> Tried {
    match timeout(PATIENCE, server.send(message)).await {
        Ok(Ok(_)) => Tried::Delivered,
        Ok(Err(error)) => {
            // The words of the server may name the address.
            let code = error.status().map(u16::from);
            let refused = code.is_some_and(|code| (550..=554).contains(&code));
            tracing::warn!(code, refused, "a mail was not taken");
            if refused { Tried::Refused } else { Tried::Later }
        }
        Err(_) => {
            tracing::warn!("the mail server does not answer");
            Tried::Later
        }
    }
}
