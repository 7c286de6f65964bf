//! Accounts and tokens.

use super::{ACTOR, Items, Office, failed, give, wrong};
use crate::domain::desk::{Account, Desk, DeskEvent};
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::kit::Secret;
use crate::relay::gate::refused;
use crate::relay::token;
use crate::wire::Refused;
use serde_json::{Value, json};
use std::sync::Arc;

/// Whether it can name an account: 1 to 64 of `a-z 0-9 . _ -`, not beginning with `-`, which begins the names
/// that the relay has for itself.
pub fn is_account_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    (1..=64).contains(&name.len()) && name.chars().all(allowed) && !name.starts_with('-')
}

/// Words that stand for somebody else in threads and in the audit trail.
const RESERVED: [&str; 9] =
    ["admin", "bot", "campaign", "customer", "platform", "relay", "survey", "system", "unknown"];

impl Office {
    fn desk(&self) -> Arc<Desk> {
        self.relay().store.read().desk().clone()
    }

    async fn record(&self, event: DeskEvent) -> Result<(), Refused> {
        let recorded = self.relay().desk.record(ACTOR, vec![event]).await;
        recorded.map(|_| ()).map_err(|refusal| refused(&refusal))
    }

    fn active(desk: &Desk, name: &str) -> Result<Account, Refused> {
        let account = desk.accounts.get(name).filter(|account| !account.disabled);
        let unknown = || refused(&Refusal::AgentUnknown { name: Name::from(name) });
        account.cloned().ok_or_else(unknown)
    }

    pub(super) async fn add(
        &self,
        name: String,
        role: Role,
        queues: Vec<String>,
        password: String,
    ) -> Result<Value, Refused> {
        if !is_account_name(&name) {
            return Err(wrong(
                "an account's name has 1 to 64 of a-z, 0-9, dot, underscore and hyphen, and does not begin with a hyphen",
            ));
        }
        if RESERVED.contains(&&*name) {
            return Err(wrong(format!(
                "{name} already means somebody else in threads and in the audit trail: choose another name"
            )));
        }
        let desk = self.desk();
        if desk.accounts.get(name.as_str()).is_some_and(|account| !account.disabled) {
            return Err(refused(&Refusal::Exists { name: Name::from(name) }));
        }
        self.check(role, &queues)?;
        let password = self.hashed(password).await?;
        let queues = queues.iter().map(|queue| Name::from(&**queue)).collect();
        self.put(&name, Account { role, queues, password, disabled: false }).await
    }

    /// Whether an account may have these rights.
    fn check(&self, role: Role, queues: &[String]) -> Result<(), Refused> {
        let known = self.gate.reading.desk().queues;
        if let Some(unknown) = queues.iter().find(|queue| !known.contains(queue)) {
            return Err(wrong(format!("there is no queue {unknown}: {}", known.join(", "))));
        }
        if queues.is_empty() && role == Role::Agent {
            return Err(wrong("an agent works at least one queue: --queue NAME"));
        }
        Ok(())
    }

    async fn hashed(&self, password: String) -> Result<String, Refused> {
        let hashed = self.gate.passwords().hash(Secret::new(password)).await;
        hashed.map_err(|error| wrong(error.to_string()))
    }

    async fn put(&self, name: &str, account: Account) -> Result<Value, Refused> {
        let Account { role, queues, password, .. } = account;
        let done = json!({ "name": name, "role": role, "queues": queues });
        let at = self.gate.real().now();
        let name = Name::from(name);
        self.record(DeskEvent::AccountSet { at, name, role, queues, password }).await?;
        Ok(done)
    }

    pub(super) async fn enable(&self, name: &str) -> Result<Value, Refused> {
        let known = self.desk().accounts.get(name).cloned();
        match known {
            None => Err(refused(&Refusal::AgentUnknown { name: Name::from(name) })),
            Some(account) if !account.disabled => Err(wrong(format!("{name} is not disabled"))),
            Some(account) => self.put(name, account).await,
        }
    }

    pub(super) async fn set(
        &self,
        name: &str,
        role: Option<Role>,
        queues: Option<Vec<String>>,
        password: Option<String>,
    ) -> Result<Value, Refused> {
        let mut account = Self::active(&self.desk(), name)?;
        if role.is_none() && queues.is_none() && password.is_none() {
            return Err(wrong("nothing to change: give a role, queues or a password"));
        }
        if role.is_some() || queues.is_some() {
            let kept = || account.queues.iter().map(ToString::to_string).collect();
            let queues = queues.unwrap_or_else(kept);
            account.role = role.unwrap_or(account.role);
            self.check(account.role, &queues)?;
            account.queues = queues.iter().map(|queue| Name::from(&**queue)).collect();
        }
        if let Some(password) = password {
            account.password = self.hashed(password).await?;
        }
        self.put(name, account).await
    }

    pub(super) async fn accounts(&self, items: &Items) -> Result<Value, Refused> {
        let desk = self.desk();
        let now = self.gate.real().now();
        for (name, account) in &desk.accounts {
            let live = |token: &&crate::domain::desk::Token| {
                token.name == *name
                    && !account.disabled
                    && token.until.is_none_or(|until| until > now)
            };
            let item = json!({
                "name": name, "role": account.role, "queues": account.queues,
                "disabled": account.disabled, "tokens": desk.tokens.values().filter(live).count(),
            });
            give(items, &item).await?;
        }
        Ok(json!({ "accounts": desk.accounts.len() }))
    }

    pub(super) async fn disable(&self, name: String) -> Result<Value, Refused> {
        Self::active(&self.desk(), &name)?;
        let at = self.gate.real().now();
        self.record(DeskEvent::AccountDisabled { at, name: Name::from(&*name) }).await?;
        Ok(json!({ "name": name }))
    }

    pub(super) async fn token(&self, name: String, days: Option<u32>) -> Result<Value, Refused> {
        Self::active(&self.desk(), &name)?;
        if days == Some(0) {
            return Err(wrong("a token lasts at least a day"));
        }
        let at = self.gate.real().now();
        let until = days.map(|days| at.plus_secs(i64::from(days) * 86_400));
        let (token, digest) = token::generate();
        let digest = digest.to_string();
        self.record(DeskEvent::TokenIssued { at, name: Name::from(&*name), digest, until }).await?;
        let until = until.map(|until| until.to_string());
        serde_json::to_value(json!({ "name": name, "token": token.expose(), "until": until }))
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::is_account_name;

    #[test]
    fn names_of_accounts() {
        for (name, good) in [
            ("anna", true),
            ("a.b_c-9", true),
            ("9", true),
            ("", false),
            ("-relay", false),
            ("Anna", false),
            ("an na", false),
            ("ànna", false),
            ("?", false),
        ] {
            assert_eq!(is_account_name(name), good, "{name}");
        }
        assert!(is_account_name(&"a".repeat(64)) && !is_account_name(&"a".repeat(65)));
    }
}
