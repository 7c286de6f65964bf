//! The lines as they are configured now, with their secrets.

mod view;

pub use view::{reports, views};

use super::config::{Config, SecretError};
use crate::domain::name::Name;
use crate::kit::Secret;
use crate::whatsapp::provider::{Access, Provider};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// One business phone number and what is needed to talk about it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The operator's name for it.
    pub name: Name,
    /// The platform's phone number id.
    pub phone_number_id: Name,
    /// The WhatsApp Business account that it belongs to.
    pub account: Name,
    /// Lines of one portfolio share ids and limits.
    pub portfolio: Name,
    /// Who carries it.
    pub provider: &'static Provider,
    /// What it is spoken for with.
    pub access: Access,
    /// Expected in the verification handshake, where there is one.
    pub verify_token: Option<Secret>,
}

/// All lines by phone number id. A reload puts a new set in place; whoever took the old one finishes with it.
#[derive(Clone)]
pub struct Lines(Arc<RwLock<Arc<BTreeMap<Name, Line>>>>);

impl Lines {
    /// Resolves the secrets of a configuration.
    ///
    /// # Errors
    /// The secret that cannot be read.
    pub fn of(config: &Config) -> Result<Self, SecretError> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(resolved(config)?)))))
    }

    /// The lines as they are now.
    pub fn now(&self) -> Arc<BTreeMap<Name, Line>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another set in place.
    pub fn replace(&self, lines: &Self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = lines.now();
    }
}

fn resolved(config: &Config) -> Result<BTreeMap<Name, Line>, SecretError> {
    let line = |line: &super::config::Line| {
        let access = line.access()?;
        let line = Line {
            name: Name::from(line.name.as_str()),
            phone_number_id: Name::from(line.phone_number_id.as_str()),
            account: Name::from(line.waba_id.as_str()),
            portfolio: Name::from(line.portfolio.as_deref().unwrap_or("default")),
            provider: line.provider,
            access,
            verify_token: line.verify_token.as_ref().map(|token| token.resolve()).transpose()?,
        };
        Ok((line.phone_number_id.clone(), line))
    };
    config.lines.iter().map(line).collect()
}
