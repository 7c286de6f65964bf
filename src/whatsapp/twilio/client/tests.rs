//! What is sent, and how an answer is judged.

use super::*;
use crate::whatsapp::send::{Location, SentFile};
use reqwest::header::HeaderMap;

const SID: &str = "SM00000000000000000000000000000001";

fn client() -> TwilioClient {
    rustls::crypto::ring::default_provider().install_default().ok();
    TwilioClient::new(&super::super::access(), Timeouts::default()).expect("a client")
}

fn request(body: Body) -> SendRequest {
    SendRequest {
        phone_number_id: "14155238886".into(),
        to: Recipient::Phone("393331234567".into()),
        body,
        reply_to: None,
        callback: Some("7.9".into()),
    }
}

fn text(text: &str) -> Body {
    Body::Text { text: text.into(), preview_url: false }
}

async fn form(request: &SendRequest) -> Vec<(&'static str, String)> {
    client().form(request).await.expect("it can be sent")
}

#[tokio::test]
async fn a_message_is_a_form() {
    let head = [
        ("From", "whatsapp:+14155238886".to_owned()),
        ("To", "whatsapp:+393331234567".to_owned()),
        ("StatusCallback", "https://mycompany.com/webhooks/twilio/shop?outbox=7.9".to_owned()),
    ];
    let sent = form(&request(text("Ciao"))).await;
    assert_eq!(sent[..3], head);
    assert_eq!(sent[3..], [("Body", "Ciao".to_owned())]);
    let file = SentFile {
        kind: "image",
        id: "https://mycompany.com/files/1/a.png".into(),
        caption: Some("ecco".into()),
        ..SentFile::default()
    };
    let sent = form(&request(Body::File(file))).await;
    let url = "https://mycompany.com/files/1/a.png".to_owned();
    assert_eq!(sent[3..], [("Body", "ecco".to_owned()), ("MediaUrl", url)]);
    let place =
        Location { latitude: 45.5, longitude: -9.25, name: Some("Shop".into()), address: None };
    let sent = form(&request(Body::Location(place))).await;
    let action = ("PersistentAction", "geo:45.5,-9.25|Shop".to_owned());
    assert_eq!(sent[3..], [action, ("Body", "Shop".to_owned())]);
    let to = Recipient::UserId("BR.1".into());
    let sent = form(&SendRequest { to, ..request(text("x")) }).await;
    assert_eq!(sent[1].1, "whatsapp:BR.1");
}

#[tokio::test]
async fn what_twilio_does_not_carry_leaves_nobody() {
    let reaction = Body::Reaction { message_id: "SM1".into(), emoji: "👍".into() };
    for refused in [
        request(reaction),
        request(Body::Contacts(Vec::new())),
        SendRequest { reply_to: Some("SM1".into()), ..request(text("x")) },
        request(text(" ")),
    ] {
        let outcome = client().send(&refused).await;
        assert!(matches!(outcome, SendOutcome::NotSent { retry: false, .. }), "{outcome:?}");
    }
}

#[test]
fn an_answer_to_a_send_is_judged() {
    let judged = |status: u16, body: &str| {
        let status = StatusCode::from_u16(status).expect("a status");
        outcome(&Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() })
    };
    let queued = format!(r#"{{"sid":"{SID}","status":"queued","error_code":null}}"#);
    let accepted = SendOutcome::Accepted { wamid: SID.into(), message_status: None };
    assert_eq!(judged(201, &queued), accepted);
    let failed = format!(r#"{{"sid":"{SID}","status":"failed","error_code":63016}}"#);
    for (status, body, code) in [
        (201, failed.as_str(), Some(131_047)),
        (400, r#"{"code":21211,"message":"m"}"#, Some(131_026)),
        (401, r#"{"code":20003}"#, Some(190)),
        (429, r#"{"code":20429}"#, Some(130_429)),
        (429, "<html>", None),
    ] {
        let judged = judged(status, body);
        let SendOutcome::Rejected { code: was, .. } = judged else { panic!("{judged:?}") };
        assert_eq!(was, code, "{status} {body}");
    }
    // Without an idempotency key, what is not known is never tried again.
    for (status, body) in [
        (201, "{}"),
        (201, r#"{"sid":"HX00000000000000000000000000000001"}"#),
        (200, "<html>"),
        (307, ""),
        (500, r#"{"code":20500}"#),
        (502, "<html>"),
        (504, queued.as_str()),
    ] {
        let judged = judged(status, body);
        assert!(matches!(judged, SendOutcome::Unknown { .. }), "{status} {body}: {judged:?}");
    }
}

#[test]
fn the_token_is_shown_to_twilio_only() {
    let client = client();
    for (url, trusted) in [
        ("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", true),
        ("https://mcs.us1.twilio.com/x", true),
        ("http://api.twilio.com/x", false),
        ("https://mms.twiliocdn.com/x", false),
        ("https://twilio.com.evil.org/x", false),
        ("https://eviltwilio.com/x", false),
    ] {
        assert_eq!(client.trusts(&Url::parse(url).expect("an address")), trusted, "{url}");
    }
    assert_eq!(client.contents_at.as_str(), "https://content.twilio.com/v1/ContentAndApprovals");
}
