//! A relay in this process, spoken to as the platform speaks to it.

mod fixtures;
mod rig;
mod webhooks;
