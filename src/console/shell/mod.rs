//! The edge: threads, the network, the terminal. Nothing else in the console knows them.

pub mod link;
