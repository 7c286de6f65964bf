//! What a colleague writes into a person's consent ledger.

use super::{Gate, Signed, refused};
use crate::domain::consent::Source;
use crate::domain::id::ContactId;
use crate::domain::identity::IdentityKind;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::relay::desk::Entered;
use crate::relay::fact::Who;
use crate::relay::translate::known;
use crate::wire::{Acted, ConsentImport, ConsentImported, ConsentRequest, ConsentRow, Refused};
use futures_util::future::join_all;

/// Most characters of what is written down as proof.
const WHY_MOST: usize = 500;

impl Gate {
    /// Writes down what a contact has said. It needs a reason: whoever is asked later must be able to show it.
    ///
    /// # Errors
    /// The refusal: no such contact, none that the account sees, no reason, an instant that is yet to come.
    pub async fn consent(
        &self,
        signed: &Signed,
        id: ContactId,
        request: ConsentRequest,
    ) -> Result<Acted, Refused> {
        let ConsentRequest { purpose, granted, why, at } = request;
        let seen = self.read(
            signed,
            || format!("contact {id} consent"),
            move |reading, member| reading.contact_for(member, id),
        );
        seen.await?;
        let at = at.unwrap_or(self.relay.clock.now());
        let entered = Entered { purpose, granted, at, source: Source::Agent, why };
        let entered = self.sound(entered).map_err(|refusal| refused(&refusal))?;
        let name = signed.member.name.as_str();
        let answered = self.relay.desk.consent(name, id, entered).await;
        let answered = answered.map_err(|refusal| refused(&refusal))?;
        Ok(Acted { position: answered.position.0, outbox: None })
    }

    /// Writes down what many people have said. Who was not known is from now on.
    ///
    /// # Errors
    /// The refusal of the whole: not a supervisor, too many rows, an unknown line. What is wrong with a row is
    /// told of that row, and the others are entered.
    pub async fn import_consents(
        &self,
        signed: &Signed,
        import: ConsentImport,
    ) -> Result<ConsentImported, Refused> {
        if signed.member.role < Role::Supervisor {
            let refusal = Refusal::RoleMissing { needed: Role::Supervisor };
            let who = signed.member.name.as_str();
            self.audit.note(who, "import of consents", refusal.code()).await;
            return Err(refused(&refusal));
        }
        let malformed = |what: String| refused(&Refusal::Malformed { what });
        if import.rows.len() > ConsentImport::ROWS_MOST {
            return Err(malformed(format!("at most {} rows at once", ConsentImport::ROWS_MOST)));
        }
        let portfolio = self.portfolio(import.line.as_deref()).map_err(malformed)?;
        let enter = import.rows.into_iter().map(|row| self.import(signed, &portfolio, row));
        let mut imported = ConsentImported::default();
        for (nth, entered) in join_all(enter).await.into_iter().enumerate() {
            match entered {
                Ok(()) => imported.entered += 1,
                Err(refusal) => imported.refused.push((nth, refusal.to_string())),
            }
        }
        Ok(imported)
    }

    async fn import(
        &self,
        signed: &Signed,
        portfolio: &str,
        row: ConsentRow,
    ) -> Result<(), Refusal> {
        let ConsentRow { phone, purpose, granted, at, why } = row;
        let source = Source::Import;
        let entered = self.sound(Entered { purpose, granted, at, source, why })?;
        let what = || "the phone is no number with its country's code".to_owned();
        let digits = self::phone(&phone).ok_or_else(|| Refusal::Malformed { what: what() })?;
        let known = known(&self.relay.vault, portfolio, IdentityKind::Phone, &digits);
        let who = Who { identities: vec![known], ..Who::default() };
        self.relay.desk.import_consent(signed.member.name.as_str(), who, entered).await?;
        Ok(())
    }

    /// The portfolio of a line, or the only one.
    fn portfolio(&self, line: Option<&str>) -> Result<String, String> {
        let policy = self.reading.policy();
        let mut of = policy
            .lines
            .values()
            .filter(|rules| line.is_none_or(|line| rules.name.as_str() == line));
        let Some(first) = of.next() else {
            return Err(format!("there is no line {}", line.unwrap_or_default()));
        };
        if of.any(|rules| rules.portfolio != first.portfolio) {
            return Err("name a line: there is more than one portfolio".to_owned());
        }
        Ok(first.portfolio.to_string())
    }

    /// Whoever is asked later must be able to show why.
    fn sound(&self, entered: Entered) -> Result<Entered, Refusal> {
        let why = entered.why.trim().to_owned();
        if why.is_empty() {
            let what = "say why: how he agreed or refused, or where the proof lies".to_owned();
            return Err(Refusal::Malformed { what });
        }
        let length = why.chars().count();
        if length > WHY_MOST {
            return Err(Refusal::TooLong { length, most: WHY_MOST });
        }
        if entered.at > self.relay.clock.now() {
            return Err(Refusal::Malformed { what: format!("{} is yet to come", entered.at) });
        }
        Ok(Entered { why, ..entered })
    }
}

/// The digits of a phone number with its country's code, however it is written; nothing if it is none.
pub(super) fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !" +-().".contains(*c)).collect();
    let whole = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    (whole && digits.chars().all(|c| c.is_ascii_digit())).then_some(digits)
}
