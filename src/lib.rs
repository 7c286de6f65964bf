//! Guichet: a WhatsApp helpdesk for people who live in a terminal.

pub mod cli;
pub mod domain;
pub mod journal;
pub mod kit;
pub mod relay;
pub mod sandbox;
pub mod vault;
pub mod whatsapp;
pub mod wire;
