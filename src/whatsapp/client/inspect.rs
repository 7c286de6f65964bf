//! Questions about how a line is set up. Only who looks for a fault asks them; the relay does not.

use super::{Fault, GraphClient, Secret, strange};
use crate::whatsapp::setup::{self, Named, NumberSetup, SETUP_FIELDS, Subscription, TokenStatus};

impl GraphClient {
    /// What the platform says about the client's own token.
    ///
    /// # Errors
    /// [`Fault::Refused`] with 190 if it is no token at all.
    pub async fn token_status(&self) -> Result<TokenStatus, Fault> {
        let query = [("input_token", self.token.expose())];
        let json = self.ask(self.get(self.server.url(&["debug_token"]), &query)).await?;
        TokenStatus::from_json(&json).ok_or_else(|| strange("it is no token's status"))
    }

    /// The webhooks that an app subscribed to, asked in the app's own name.
    ///
    /// # Errors
    /// [`Fault::Refused`] with 190 if `app_secret` is not that of the app.
    pub async fn subscriptions(
        &self,
        app_id: &str,
        app_secret: &Secret,
    ) -> Result<Vec<Subscription>, Fault> {
        let token = Secret::new(format!("{app_id}|{}", app_secret.expose()));
        let url = self.server.url(&[app_id, "subscriptions"]);
        let json = self.ask(self.server.http.get(url).bearer_auth(token.expose())).await?;
        Subscription::list_from_json(&json).ok_or_else(|| strange("it is no list"))
    }

    /// The apps that get the webhooks of a business account.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn subscribed_apps(&self, waba_id: &str) -> Result<Vec<Named>, Fault> {
        let json = self.ask(self.get(self.of(waba_id, "subscribed_apps"), &[])).await?;
        setup::apps(&json).ok_or_else(|| strange("it is no list of apps"))
    }

    /// The numbers of a business account; a hundred at most.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn numbers(&self, waba_id: &str) -> Result<Vec<Named>, Fault> {
        let query = [("fields", "id,display_phone_number"), ("limit", "100")];
        let json = self.ask(self.get(self.of(waba_id, "phone_numbers"), &query)).await?;
        setup::numbers(&json).ok_or_else(|| strange("it is no list of numbers"))
    }

    /// How one of our numbers is set up.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn number_setup(&self, phone_number_id: &str) -> Result<NumberSetup, Fault> {
        let json = self.look(phone_number_id, SETUP_FIELDS).await?;
        NumberSetup::from_json(&json).ok_or_else(|| strange("it is no number"))
    }
}
