//! Accounts, and the consoles' listener as their programs speak to it.

use crate::rig::{Rig, text, webhook};
use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::password::Passwords;
use guichet::relay::token;
use serde_json::Value;

pub(crate) const PASSWORD: &str = "correct horse";

impl Rig {
    /// Makes an account with [`PASSWORD`] and gives a token of it.
    pub(crate) async fn account(&self, name: &str, role: Role, queues: &[&str]) -> Secret {
        let hash = Passwords::default().hash(Secret::new(PASSWORD)).await.expect("a hash");
        let at = self.daemon.relay.clock.now();
        let set = DeskEvent::AccountSet {
            at,
            name: Name::from(name),
            role,
            queues: queues.iter().map(|queue| Name::from(*queue)).collect(),
            password: hash,
        };
        let (token, issued) = self.issued(name, None);
        self.daemon.relay.desk.record("-test", vec![set, issued]).await.expect("recorded");
        token
    }

    /// A token of an account, not yet recorded.
    pub(crate) fn issued(&self, name: &str, until: Option<Timestamp>) -> (Secret, DeskEvent) {
        let (token, digest) = token::generate();
        let at = Clock::system().now();
        let digest = digest.to_string();
        (token, DeskEvent::TokenIssued { at, name: Name::from(name), digest, until })
    }

    pub(crate) fn api(&self, path: &str) -> String {
        format!("http://{}{path}", self.daemon.consoles)
    }

    /// Reads a path; the status and the JSON.
    pub(crate) async fn read(&self, token: &Secret, path: &str) -> (u16, Value) {
        let request = self.http.get(self.api(path)).bearer_auth(token.expose());
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    /// Posts JSON; the status and the JSON that comes back.
    pub(crate) async fn ask(
        &self,
        token: Option<&Secret>,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let mut request = self.http.post(self.api(path)).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn act(&self, token: &Secret, ticket: u64, action: Value) -> (u16, Value) {
        let path = format!("/api/v1/tickets/{ticket}/actions");
        self.ask(Some(token), &path, serde_json::json!({ "action": action })).await
    }

    /// A customer writes.
    pub(crate) async fn hears(&self, from: &str, id: &str, at: i64, said: &str) {
        let body = webhook("1", &[text(from, id, at, said)], &[]);
        let body = body.replace(
            "\"messages\":[",
            &format!(
                r#""contacts":[{{"profile":{{"name":"Anna {from}"}},"wa_id":"{from}","user_id":"IT.{from}"}}],"messages":["#
            ),
        );
        assert_eq!(self.post(body).await, 200);
    }

    /// What was refused so far: who, what, what came of it.
    pub(crate) fn audited(&self) -> Vec<(String, String, String)> {
        use guichet::journal::Position;
        let records = self.daemon.relay.store.reader().scan(Position::START, 100_000);
        let records = records.expect("the journal reads");
        let changes = records
            .iter()
            .flat_map(|record| guichet::relay::views::changes(record).expect("events read back"));
        let events = changes.flat_map(|change| change.events);
        events
            .filter_map(|event| match event {
                guichet::journal::codec::StreamEvent::Desk(DeskEvent::Audited {
                    who,
                    what,
                    outcome,
                    ..
                }) => Some((who, what, outcome)),
                _ => None,
            })
            .collect()
    }
}
