//! New templates: a content is made, and its approval for WhatsApp is asked for. Source: twilio.com/docs/content,
//! content API resources.

use super::super::super::error::PlatformError;
use super::super::super::exchange::{exchange, strange, told};
use super::super::super::listing::word;
use super::super::super::platform::{Fault, SendOutcome};
use super::super::super::template::{New, Submitted};
use super::super::{content, error, new};
use super::TwilioClient;
use serde_json::{Value, json};

/// WhatsApp's "invalid parameter", and that a template of this name and language is there.
const THERE: (u32, u32) = (100, 2_388_024);

impl TwilioClient {
    pub(super) async fn submit(&self, new: &New) -> Result<Submitted, Fault> {
        let rich = new::content(new).map_err(|lacks| {
            strange(&format!("Twilio takes no template with a {lacks} from here"))
        })?;
        let known = self.fetch().await?;
        let same = |one: &content::Content| {
            one.template.name == new.name && one.template.language == new.language
        };
        if known.iter().any(same) {
            let title = "a template of this name and language is there already".to_owned();
            let (code, subcode) = (THERE.0, Some(THERE.1));
            return Err(Fault::Refused(PlatformError {
                code,
                subcode,
                title,
                ..PlatformError::default()
            }));
        }
        let sid = self.content_made(rich).await.map_err(fault)?;
        let mut url = self.contents_at.clone();
        url.set_path(&format!("/v1/Content/{sid}/ApprovalRequests/whatsapp"));
        let asked = json!({ "name": new.name, "category": new.category });
        let post = self.authorised(self.server.http.post(url)).json(&asked);
        let answer =
            told(exchange(post).await, |answer| error::refusal(answer.status, &answer.body))?;
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let status = word(&answer["status"]).ok_or_else(|| strange("it is no approval"))?;
        let status = content::status(&status).word().to_owned();
        Ok(Submitted { id: Some(sid), status, category: word(&answer["category"]) })
    }
}

/// What came of making a content, which is no message.
fn fault(outcome: SendOutcome) -> Fault {
    match outcome {
        SendOutcome::Rejected { code, title, details, .. } => Fault::Refused(PlatformError {
            code: code.unwrap_or(THERE.0),
            title,
            details,
            ..PlatformError::default()
        }),
        SendOutcome::NotSent { reason, .. } | SendOutcome::Unknown { reason } => {
            Fault::Silent { reason }
        }
        SendOutcome::Accepted { .. } => strange("it is no content"),
    }
}
