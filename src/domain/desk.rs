//! The desk as a whole: accounts, templates, and what could not be understood.

use super::alert::{AlertTurned, Alerts};
use super::campaign::{Addressed, Campaign, Campaigns, Plan, Stage, Turned};
use super::line::{LineState, Told};
use super::name::Name;
use super::policy::Policy;
use super::private::Private;
use super::roster::{Member, Role};
use super::template::Catalogue;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What happens to the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DeskEvent {
    /// The operator's rules changed.
    PolicyChanged {
        /// When.
        at: Timestamp,
        /// All of them.
        policy: Box<Policy>,
    },
    /// The operator's changed file was refused, and the rules before stay in force.
    ReloadRefused {
        /// When.
        at: Timestamp,
        /// Why; nothing where what is in force is the file again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// An account exists, or has new rights or a new password. One that was disabled may work again; its old
    /// tokens are void for good.
    AccountSet {
        /// When.
        at: Timestamp,
        /// Its name.
        name: Name,
        /// What it may do.
        role: Role,
        /// The queues that it works.
        queues: Vec<Name>,
        /// Its password's argon2id hash.
        password: String,
    },
    /// An account may do nothing any more; its tokens are void. They stay known until the account is set again,
    /// so that whoever shows one can be named.
    AccountDisabled {
        /// When.
        at: Timestamp,
        /// Its name.
        name: Name,
    },
    /// A bearer token was handed out.
    TokenIssued {
        /// When.
        at: Timestamp,
        /// The account.
        name: Name,
        /// SHA-256 of the token, as hex.
        digest: String,
        /// When it ends; nothing means never.
        until: Option<Timestamp>,
    },
    /// The templates of an account were fetched and differ from before.
    TemplatesFetched {
        /// When.
        at: Timestamp,
        /// The WhatsApp Business account.
        account: Name,
        /// All of them.
        catalogue: Box<Catalogue>,
    },
    /// Something arrived that could not be handled. Its raw form is the body, sealed under the day's key.
    DeadLettered {
        /// When.
        at: Timestamp,
        /// The key: see [`day_of`].
        day: u32,
        /// Why, in a word and a sentence without personal data.
        reason: String,
        /// The phone number id that it was for, if it says so.
        line: Option<Name>,
        /// As it came.
        #[serde(default)]
        body: Private<String>,
    },
    /// The platform told something about the account that is kept and needs no answer. Its raw form is the
    /// body, sealed under the day's key.
    Noticed {
        /// When.
        at: Timestamp,
        /// The key: see [`day_of`].
        day: u32,
        /// The platform's word for it.
        what: String,
        /// The phone number id that it was for, if it says so.
        line: Option<Name>,
        /// As it came.
        #[serde(default)]
        body: Private<String>,
    },
    /// A dead letter was handled after all.
    DeadLetterRetried {
        /// When.
        at: Timestamp,
        /// Position of the record in which it was put away, and its index there.
        position: u64,
        /// See `position`.
        index: u8,
    },
    /// Dead letters were given up: by the operator, or because they name somebody who was erased.
    DeadLettersDiscarded {
        /// When.
        at: Timestamp,
        /// Where they were put away.
        letters: Vec<Place>,
    },
    /// The key of a day is to be destroyed, since it seals what names somebody who was erased: from now on
    /// another seals what comes on that day.
    DeadLettersRekeyed {
        /// When.
        at: Timestamp,
        /// The new key: see [`day_of`].
        day: u32,
    },
    /// A dead letter that must stay was sealed anew, under its day's new key.
    DeadLetterMoved {
        /// When.
        at: Timestamp,
        /// The key: see [`day_of`].
        day: u32,
        /// Where it was put away before.
        from: Place,
        /// As it came.
        #[serde(default)]
        body: Private<String>,
    },
    /// Dead letters of that day and before are gone.
    DeadLettersExpired {
        /// When.
        at: Timestamp,
        /// The last day that is gone.
        day: u32,
    },
    /// The platform said something of lines that was not known.
    LinesTold {
        /// Of which, by the platform's phone number ids.
        lines: Vec<Name>,
        /// What, and when.
        told: Told,
        /// It was asked for and nothing of it was known before: people need not be told.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        first: bool,
    },
    /// Somebody wants a template sent to a list of people.
    CampaignMade {
        /// When.
        at: Timestamp,
        /// Its name.
        name: Name,
        /// What it says, and where.
        plan: Plan,
        /// Who.
        by: Name,
    },
    /// Rows of its list were taken: what each became is written with it, in the same commit.
    CampaignFilled {
        /// When.
        at: Timestamp,
        /// Its name.
        name: Name,
        /// How many.
        rows: u32,
        /// Those that became messages.
        addressed: Vec<Addressed>,
        /// Those that did not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        turned: Vec<Turned>,
    },
    /// It may send from now on, or may not any more.
    CampaignShifted {
        /// When.
        at: Timestamp,
        /// Its name.
        name: Name,
        /// Where it stands now.
        stage: Stage,
        /// Who says so.
        by: Name,
    },
    /// An alert of the operator's rules was raised, told again or cleared.
    AlertTurned(Box<AlertTurned>),
    /// Somebody takes care of an alert: it is not told again.
    AlertAcknowledged {
        /// When.
        at: Timestamp,
        /// Which.
        name: Name,
        /// Who.
        by: Name,
    },
    /// A mail or a call of a hook that was owed for an alert is delivered.
    AlertDelivered {
        /// When.
        at: Timestamp,
        /// For which [`DeskEvent::AlertTurned`]: its number among the desk's events.
        of: u64,
        /// Which of that event's: first the mails, then the hooks.
        to: u8,
        /// It was not delivered and will not be.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lost: bool,
    },
    /// Something that must be traceable, beside the commands themselves: refused logins, missing rights.
    Audited {
        /// When.
        at: Timestamp,
        /// Who, as he called himself; an account's name or `?`.
        who: String,
        /// What was tried.
        what: String,
        /// What came of it.
        outcome: String,
    },
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// What it may do.
    pub role: Role,
    /// The queues that it works.
    pub queues: Vec<Name>,
    /// Its password's hash.
    pub password: String,
    /// It may do nothing any more.
    pub disabled: bool,
}

/// One bearer token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// The account.
    pub name: Name,
    /// When it ends; nothing means never.
    pub until: Option<Timestamp>,
}

/// Something that could not be handled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Position of its record.
    pub position: u64,
    /// Index of its event there.
    pub index: u8,
    /// When it came.
    pub at: Timestamp,
    /// The key that seals it: see [`day_of`].
    pub day: u32,
    /// Why.
    pub reason: String,
    /// For which line, if known.
    pub line: Option<Name>,
}

impl DeadLetter {
    /// Where it is written.
    pub fn place(&self) -> Place {
        Place::new(self.position, self.index)
    }
}

/// The state of the desk's own stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// Events so far.
    pub version: u64,
    /// The rules in force; nothing before the first start.
    pub policy: Option<Policy>,
    /// Since when the operator's file is another than the rules in force, and why it was refused.
    #[serde(default)]
    pub refused: Option<(Timestamp, String)>,
    /// Accounts by name.
    pub accounts: BTreeMap<Name, Account>,
    /// Tokens by digest.
    pub tokens: BTreeMap<String, Token>,
    /// Templates by WhatsApp Business account, and when they were fetched.
    pub templates: BTreeMap<Name, (Timestamp, Catalogue)>,
    /// The latest that wait to be looked at, at most [`DEAD_LETTERS_MOST`]; older ones stay in the journal
    /// until their day's key goes.
    pub dead_letters: Vec<DeadLetter>,
    /// How many there have ever been.
    #[serde(default)]
    pub dead_letters_seen: u64,
    /// Keys in force for days whose first key was given up.
    #[serde(default)]
    pub day_keys: BTreeMap<u32, u32>,
    /// What the platform says of lines, by its phone number ids.
    #[serde(default)]
    pub lines: BTreeMap<Name, LineState>,
    /// Templates sent to lists of people, by name.
    #[serde(default)]
    pub campaigns: Campaigns,
    /// What supervisors are told of.
    #[serde(default)]
    pub alerts: Alerts,
}

/// The day, counted from 1970, that a key of dead letters belongs to. The lower 16 bits are the day, those above
/// count the keys of that day from 0.
pub fn day_of(key: u32) -> u32 {
    key & 0xffff
}

/// Dead letters that are listed.
pub const DEAD_LETTERS_MOST: usize = 10_000;

/// Tokens that one account may have at a time; the oldest goes.
pub const TOKENS_MOST: usize = 64;

impl Desk {
    /// Folds one event in.
    pub fn evolve(&mut self, event: &DeskEvent, place: Place) {
        self.version += 1;
        match event {
            DeskEvent::PolicyChanged { policy, .. } => self.policy = Some(Policy::clone(policy)),
            DeskEvent::ReloadRefused { at, why } => {
                self.refused = why.clone().map(|why| (*at, why));
            }
            DeskEvent::AccountSet { name, role, queues, password, .. } => {
                let account = Account {
                    role: *role,
                    queues: queues.clone(),
                    password: password.clone(),
                    disabled: false,
                };
                let before = self.accounts.insert(name.clone(), account);
                if before.is_some_and(|account| account.disabled) {
                    self.tokens.retain(|_, token| token.name != *name);
                }
            }
            DeskEvent::AccountDisabled { name, .. } => {
                if let Some(account) = self.accounts.get_mut(name) {
                    account.disabled = true;
                }
            }
            DeskEvent::TokenIssued { at, name, digest, until } => {
                self.tokens.retain(|_, token| token.until.is_none_or(|until| until > *at));
                self.tokens.insert(digest.clone(), Token { name: name.clone(), until: *until });
                let of_account = |token: &&Token| token.name == *name && token.until.is_some();
                if self.tokens.values().filter(of_account).count() > TOKENS_MOST {
                    let oldest = self.tokens.iter().filter(|(_, t)| of_account(t));
                    let oldest = oldest.min_by_key(|(_, t)| t.until).map(|(d, _)| d.clone());
                    self.tokens.retain(|digest, _| Some(digest) != oldest.as_ref());
                }
            }
            DeskEvent::TemplatesFetched { at, account, catalogue } => {
                self.templates.insert(account.clone(), (*at, Catalogue::clone(catalogue)));
            }
            DeskEvent::DeadLettered { at, day, reason, line, .. } => {
                self.dead_letters_seen += 1;
                if self.dead_letters.len() >= DEAD_LETTERS_MOST {
                    self.dead_letters.drain(..DEAD_LETTERS_MOST / 10);
                }
                self.dead_letters.push(DeadLetter {
                    position: place.position(),
                    index: place.index(),
                    at: *at,
                    day: *day,
                    reason: reason.clone(),
                    line: line.clone(),
                });
            }
            DeskEvent::DeadLetterRetried { position, index, .. } => {
                self.dead_letters
                    .retain(|letter| (letter.position, letter.index) != (*position, *index));
            }
            DeskEvent::DeadLettersDiscarded { letters, .. } => {
                let gone: BTreeSet<_> = letters.iter().collect();
                self.dead_letters.retain(|letter| !gone.contains(&letter.place()));
            }
            DeskEvent::DeadLettersRekeyed { day, .. } => {
                self.day_keys.insert(day_of(*day), *day);
            }
            DeskEvent::DeadLetterMoved { day, from, .. } => {
                let moved = self.dead_letters.iter_mut().find(|letter| letter.place() == *from);
                if let Some(letter) = moved {
                    letter.day = *day;
                    (letter.position, letter.index) = (place.position(), place.index());
                }
            }
            DeskEvent::DeadLettersExpired { day, .. } => {
                self.dead_letters.retain(|letter| day_of(letter.day) > *day);
                self.day_keys.retain(|known, _| known > day);
            }
            DeskEvent::LinesTold { lines, told, first } => {
                for line in lines {
                    self.lines.entry(line.clone()).or_default().evolve(told, *first);
                }
            }
            DeskEvent::CampaignMade { at, name, plan, by } => {
                let campaign = Campaign::new(plan.clone(), by.clone(), *at);
                self.campaigns.insert(name.clone(), campaign);
            }
            DeskEvent::CampaignFilled { name, rows, turned, .. } => {
                if let Some(campaign) = self.campaigns.get_mut(name) {
                    campaign.filled(*rows, turned, place);
                }
            }
            DeskEvent::CampaignShifted { name, stage, .. } => {
                if let Some(campaign) = self.campaigns.get_mut(name) {
                    campaign.stage = *stage;
                }
            }
            DeskEvent::AlertTurned(turned) => self.alerts.turn(turned, self.version),
            DeskEvent::AlertAcknowledged { at, name, by } => {
                self.alerts.acknowledge(name, *at, by);
            }
            DeskEvent::AlertDelivered { of, to, .. } => self.alerts.delivered(*of, *to),
            DeskEvent::Noticed { .. } | DeskEvent::Audited { .. } => {}
        }
    }

    /// The key that seals what cannot be handled on that day.
    pub fn day_key(&self, day: u32) -> u32 {
        self.day_keys.get(&day).copied().unwrap_or(day)
    }

    /// The key that follows `key` on its day; nothing when the day has had 65,536.
    pub fn next_key(key: u32) -> Option<u32> {
        key.checked_add(1 << 16)
    }

    /// The active accounts, as decisions see them.
    pub fn members(&self) -> Vec<Member> {
        let active = self.accounts.iter().filter(|(_, account)| !account.disabled);
        active
            .map(|(name, account)| Member {
                name: name.clone(),
                role: account.role,
                queues: account.queues.clone(),
            })
            .collect()
    }
}
