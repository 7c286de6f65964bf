//! What a supervisor asks of campaigns.

use super::{Gate, Signed, refused};
use crate::domain::campaign::{Plan, Stage};
use crate::domain::identity::{IdentityKind, Known};
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::relay::desk::{Answered, Campaigning, ROWS_AT_ONCE, Reply, Row};
use crate::relay::translate::known;
use crate::wire::{
    Acted, CampaignAct, CampaignDo, CampaignFilled, CampaignRequest, CampaignRow, CampaignRows,
    Refused,
};

/// Most characters of a fingerprint.
const DIGEST_MOST: usize = 128;

impl Gate {
    /// Whether the account may see and lead campaigns: supervisors may.
    ///
    /// # Errors
    /// The refusal, which is in the audit trail.
    pub async fn leads_campaigns(&self, signed: &Signed, what: &str) -> Result<(), Refused> {
        if signed.member.role >= Role::Supervisor {
            return Ok(());
        }
        let refusal = Refusal::RoleMissing { needed: Role::Supervisor };
        let who = signed.member.name.as_str();
        self.audit.note(who, &format!("campaign {what}"), refusal.code()).await;
        Err(refused(&refusal))
    }

    /// Makes a campaign that has no rows yet and sends nothing.
    ///
    /// # Errors
    /// The refusal: not a supervisor, no such line, a template that cannot be sent, a name that is taken.
    pub async fn make_campaign(
        &self,
        signed: &Signed,
        request: CampaignRequest,
    ) -> Result<Acted, Refused> {
        self.leads_campaigns(signed, "make").await?;
        let CampaignRequest { name, line, template, language, digest } = request;
        let line = self.campaign_line(line.as_deref()).map_err(malformed)?;
        if digest.len() > DIGEST_MOST || template.len() > 512 || language.len() > 32 {
            return Err(malformed("the digest, the template or the language is too long".into()));
        }
        let plan = Plan { line, template, language, digest };
        self.lead(signed, &Name::from(name), Campaigning::Make(plan)).await.map(acted)
    }

    /// Takes rows of a campaign's list; how many are taken by now.
    ///
    /// # Errors
    /// The refusal of the whole: not a supervisor, no such campaign, one that has begun to send. What is wrong
    /// with a row is in the report.
    pub async fn fill_campaign(
        &self,
        signed: &Signed,
        name: &str,
        given: CampaignRows,
    ) -> Result<CampaignFilled, Refused> {
        self.leads_campaigns(signed, "fill").await?;
        let CampaignRows { from, rows } = given;
        let most = CampaignRows::ROWS_MOST;
        if rows.len() > most {
            return Err(malformed(format!("at most {most} rows at once")));
        }
        let name = Name::from(name);
        let line = {
            let views = self.relay.store.read();
            views.desk().campaigns.get(&name).map(|campaign| campaign.plan.line.clone())
        };
        let line = line.ok_or_else(|| refused(&Refusal::NoCampaign))?;
        let portfolio = self.reading.policy().lines.get(&line).map(|of| of.portfolio.to_string());
        let portfolio = portfolio.unwrap_or_default();
        let rows: Vec<_> = rows.into_iter().map(|row| self.row(&portfolio, row)).collect();
        let mut taken = from;
        let mut pieces: Vec<_> = rows.chunks(ROWS_AT_ONCE).map(<[Row]>::to_vec).collect();
        if pieces.is_empty() {
            // It is only asked how many there are.
            pieces.push(Vec::new());
        }
        for rows in pieces {
            let whole = taken.saturating_add(rows.len() as u32);
            let asked = Campaigning::Fill { from: taken, rows };
            let Reply::Filled(rows) = self.lead(signed, &name, asked).await?.reply else {
                return Err(super::stopping());
            };
            taken = rows;
            if taken != whole {
                break;
            }
        }
        Ok(CampaignFilled { rows: taken })
    }

    /// Lets a campaign go, pauses it, lets it go on, gives it up.
    ///
    /// # Errors
    /// The refusal: not a supervisor, no such campaign, no way from where it stands.
    pub async fn move_campaign(
        &self,
        signed: &Signed,
        name: &str,
        CampaignAct { act }: CampaignAct,
    ) -> Result<Acted, Refused> {
        self.leads_campaigns(signed, "move").await?;
        let to = match act {
            CampaignDo::Start | CampaignDo::Resume => Stage::Running,
            CampaignDo::Pause => Stage::Paused,
            CampaignDo::Cancel => Stage::Cancelled,
        };
        let answered = self.lead(signed, &Name::from(name), Campaigning::Shift(to)).await?;
        if to == Stage::Cancelled {
            self.relay.wake.campaigns.notify_one();
        }
        Ok(acted(answered))
    }

    async fn lead(
        &self,
        signed: &Signed,
        name: &Name,
        asked: Campaigning,
    ) -> Result<Answered, Refused> {
        let answered = self.relay.desk.campaign(signed.member.name.as_str(), name, asked).await;
        answered.map_err(|refusal| refused(&refusal))
    }

    /// A person of the list. What is no number belongs to nobody, and the row is refused for that.
    fn row(&self, portfolio: &str, row: CampaignRow) -> Row {
        let known = |kind, value: &str| known(&self.relay.vault, portfolio, kind, value);
        let user = row.user_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let user = user.map(|id| known(IdentityKind::UserId, id));
        let phone = row.phone.as_deref().and_then(super::consent::phone);
        let phone = phone.map(|digits| known(IdentityKind::Phone, &digits));
        let who: Vec<Known> = user.into_iter().chain(phone).collect();
        Row { who, parameters: row.parameters.into_iter().collect() }
    }

    /// The platform's id of a line, or of the only one.
    fn campaign_line(&self, line: Option<&str>) -> Result<Name, String> {
        let policy = self.reading.policy();
        let mut of = policy
            .lines
            .iter()
            .filter(|(_, rules)| line.is_none_or(|line| rules.name.as_str() == line));
        let first = of.next().ok_or_else(|| match line {
            Some(line) => format!("there is no line {line}"),
            None => "there is no line".to_owned(),
        })?;
        if of.next().is_some() {
            return Err("name a line: there is more than one".to_owned());
        }
        Ok(first.0.clone())
    }
}

fn malformed(what: String) -> Refused {
    refused(&Refusal::Malformed { what })
}

fn acted(answered: Answered) -> Acted {
    Acted { position: answered.position.0, outbox: None }
}
