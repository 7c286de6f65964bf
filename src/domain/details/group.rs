//! Groups: who writes in them, and what happens to them.

use serde::{Deserialize, Serialize};

/// What has happened to a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupChange {
    /// The platform's word: `group_create`, `group_participants_add` ...
    pub what: String,
    /// What it is called from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Member>,
    /// Who went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Member>,
    /// Why what was asked for did not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl GroupChange {
    /// What happened, in English, on one line.
    pub fn words(&self) -> String {
        let names =
            |all: &[Member]| all.iter().map(Member::known_as).collect::<Vec<_>>().join("; ");
        let mut words = Vec::new();
        if let Some(error) = &self.error {
            return format!("{} failed: {error}", self.what.replace('_', " "));
        }
        words.extend(self.subject.as_ref().map(|subject| format!("called {subject}")));
        if !self.joined.is_empty() {
            words.push(format!("joined: {}", names(&self.joined)));
        }
        if !self.left.is_empty() {
            words.push(format!("left: {}", names(&self.left)));
        }
        match words.is_empty() {
            true => self.what.replace('_', " "),
            false => words.join(", "),
        }
    }
}

/// Somebody who writes in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// As he calls himself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Digits as the platform writes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The platform's business-scoped id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl Member {
    /// Name and number, or what is known of them.
    pub fn known_as(&self) -> String {
        let number = self.phone.as_ref().map(|digits| format!("+{digits}"));
        let number = number.or_else(|| self.user_id.clone());
        [self.name.clone(), number].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
