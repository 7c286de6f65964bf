//! Guichet: a WhatsApp helpdesk for people who live in a terminal.
//!
//! # The map
//!
//! ```text
//!  the outside                      shells                    contracts           core
//!  platform ── webhooks ──▶ relay::ingress ─┐                 whatsapp           domain
//!  platform ◀── sends ───── relay::outbox ◀─┼─ relay::desk ─▶ journal ─▶ sled   (pure)
//!  consoles ◀── frames ──── relay::session ◀┘─ relay::views   wire     vault
//!  sandbox: the platform and its customers, simulated, through public HTTP only
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`kit`] | instants and clocks, back-off, secrets, printable text and JSON |
//! | [`domain`] | what the desk decides and why: `decide`, `evolve`, `pending`, `next_deadline`, `can` |
//! | [`journal`] | the append-only log of events, its adapters, the codec that seals what is personal |
//! | [`vault`] | a key for each person; destroying it erases him |
//! | [`whatsapp`] | the platform's words: webhooks, signature, errors, templates, client |
//! | [`wire`] | the words between relay, consoles and scripts: serde types and nothing else |
//! | [`relay`] | the daemon: webhooks, desk, views, outbox, timers, sessions, REST, administration |
//! | [`console`] | the terminal program: keys to actions, `update`, `view`, a painter of few bytes |
//! | [`sandbox`] | the simulated platform, its customers, faults, the load generator |
//! | [`cli`] | the commands; the only place where the parts are put together |
//!
//! # The way of a customer's message
//!
//! [`relay::ingress`] checks size and signature and splits the body; [`relay::translate`] turns the platform's
//! words into facts; the thread of [`relay::desk`] decides each on the state as it will be, seals the events
//! and hands one commit to the journal's thread; that writes what has gathered in one durable batch, folds
//! it into [`relay::views`], and only then answers. From there the effect is seen: consoles get the
//! difference, [`relay::outbox`] finds what is owed, [`relay::timers`] what is due. An agent's command goes
//! the same way from the desk on.
//!
//! # Invariants
//!
//! **Nothing is visible before it is durable.** No 200, no frame, no send goes out before the disk has the
//! events it rests on. Every decision passes through the journal's queue, also one without events.
//!
//! **Nothing acknowledged is lost.** No effect lives only in memory: what is owed and what is due are derived
//! from the state. A failing journal ends the process.
//!
//! **Nothing is sent twice.** An attempt is durable before the call. An unknown outcome is never tried again by
//! itself.
//!
//! **The core is pure.** `domain` knows no clock, no runtime, no disk; time, ids and policy are arguments. It
//! cannot fail but by a refusal, which is data.
//!
//! **One owner.** The desk's thread alone decides. The views change only in the journal's thread. There is no
//! other copy of the state: the desk keeps only what is on its way to the disk.
//!
//! **Folding needs no key.** `evolve` never looks at words, names or numbers, so a log folds the same after a
//! person was erased. Nothing personal lies clear below `data_dir`.
//!
//! **Imports point inward**, and `relay`, `console` and `sandbox` never import each other. A test
//! (`tests/architecture.rs`) reads the imports.
//!
//! # Where to add what
//!
//! | to add | begin in |
//! |---|---|
//! | something people can do | [`domain::command::Action`], `domain::decide::act`; the compiler lists the rest |
//! | something that happens | [`domain::event::Event`] and a golden file for its form on disk |
//! | something the platform sends | [`whatsapp::webhook`], then [`relay::translate`] |
//! | a provider | one file beside `whatsapp::cloud` with all of it, its name in [`whatsapp::provider::ALL`]; the suite in `tests/relay/providers.rs` |
//! | an SLA measure | [`domain::sla::Metric`], and when it runs in [`domain::sla::Situation::course`] |
//! | something to read | [`wire`], then `relay::reading` and [`relay::api`] |
//! | something a person can ask of the console | [`console::action`], then who takes it in `console::update` |
//! | a fault to test with | [`sandbox`] |

pub mod cli;
pub mod console;
pub mod domain;
pub mod journal;
pub mod kit;
pub mod relay;
pub mod sandbox;
pub mod vault;
pub mod whatsapp;
pub mod wire;
