//! Meta's own Cloud API, without anybody between.

use super::client::GraphClient;
use super::provider::{Key, Keys, PLAIN_ID, Provider, plain_id};
use std::sync::Arc;

/// Its webhooks come for a whole app, signed with the app's secret: the relay finds their line by what they say.
pub(super) static PROVIDER: Provider = Provider {
    name: "cloud",
    api_url: "https://graph.facebook.com/v25.0",
    keys: Keys {
        number: Key {
            name: "phone_number_id",
            what: "the number's id in the WhatsApp manager",
            shape: PLAIN_ID,
            read: plain_id,
        },
        account: Key {
            name: "waba_id",
            what: "the WhatsApp Business account's id",
            shape: PLAIN_ID,
            read: plain_id,
        },
        token: Some("access_token"),
        secrets: "app_secrets",
        verify: Some("verify_token"),
        public: None,
    },
    hook: None,
    limits: None,
    connect: |access, timeouts| {
        let client = GraphClient::new(&access.api_url, access.token.clone(), timeouts)?;
        Ok(Arc::new(client))
    },
};
