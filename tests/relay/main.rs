//! A relay in this process, spoken to as the platform speaks to it.

mod admin;
mod bounds;
mod campaigns;
mod canned;
mod consent;
mod console;
mod errors;
mod files;
mod fixtures;
mod garbage;
mod identity;
mod later;
mod lines;
mod mutations;
mod outbox;
mod reads;
mod rig;
mod rights;
mod sending;
mod sessions;
mod submit;
mod surface;
mod tags;
mod templates;
mod webhooks;
