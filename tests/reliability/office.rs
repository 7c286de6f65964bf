//! People at work: accounts, and what they read and do over HTTP.

use crate::inside::opened;
use crate::setup;
use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use serde_json::{Value, json};
use std::net::SocketAddr;
use uuid::Uuid;

/// Makes a supervisor in a store that nobody has open; a token of his.
pub(crate) async fn hire(config: &Config, name: &str) -> Secret {
    let core = opened(config, Clock::system()).await;
    let secret = setup::hire(&core, name).await;
    core.close().await.expect("it closes");
    secret
}

/// A program that speaks for one account.
#[derive(Clone)]
pub(crate) struct Clerk {
    http: reqwest::Client,
    consoles: SocketAddr,
    token: Secret,
}

impl Clerk {
    pub(crate) fn at(consoles: SocketAddr, token: &Secret) -> Self {
        Self { http: crate::crowd::client(), consoles, token: token.clone() }
    }

    /// Reads a path; nothing without a good answer.
    pub(crate) async fn read(&self, path: &str) -> Option<Value> {
        let url = format!("http://{}/api/v1{path}", self.consoles);
        let answer = self.http.get(url).bearer_auth(self.token.expose()).send().await.ok()?;
        answer.error_for_status().ok()?.json().await.ok()
    }

    /// Posts to a path; the answer, or nothing without one.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Option<(u16, Value)> {
        let url = format!("http://{}/api/v1{path}", self.consoles);
        let asked = self.http.post(url).bearer_auth(self.token.expose()).json(&body);
        let answer = asked.send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// Acts on a ticket; the answer, or nothing without one.
    pub(crate) async fn act(&self, ticket: u64, id: Uuid, action: Value) -> Option<(u16, Value)> {
        let url = format!("http://{}/api/v1/tickets/{ticket}/actions", self.consoles);
        let asked = self.http.post(url).bearer_auth(self.token.expose());
        let answer = asked.json(&json!({"id": id, "action": action})).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }
}
