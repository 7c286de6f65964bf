//! A platform that answers what a test says, and else nothing.

use crate::whatsapp::archive::Archive;
use crate::whatsapp::listing::NumberStatus;
use crate::whatsapp::platform::{
    Asked, Fault, FileFault, FilePlace, Incoming, Platform, SendOutcome, Upload,
};
use crate::whatsapp::send::{MarkRead, SendRequest};
use crate::whatsapp::template::Template;
use std::sync::Arc;

/// An answer that a test gives.
type Says<A, T> = Option<Arc<dyn Fn(A) -> T + Send + Sync>>;

/// See the module.
#[derive(Clone, Default)]
pub struct StandIn {
    /// What comes of a message.
    pub sends: Says<SendRequest, Asked<'static, SendOutcome>>,
    /// What comes of marking one as read.
    pub reads: Says<MarkRead, Result<(), Fault>>,
    /// Whether it is there.
    pub probes: Says<(), Result<(), Fault>>,
    /// What it says of the number.
    pub number: Option<NumberStatus>,
    /// What it keeps.
    pub archive: Option<Arc<dyn Archive>>,
}

impl StandIn {
    /// No answer.
    pub fn silent() -> Fault {
        Fault::Silent { reason: "no answer".into() }
    }
}

fn nothing<T: Send + 'static>() -> Asked<'static, Result<T, Fault>> {
    Box::pin(async { Err(StandIn::silent()) })
}

impl Platform for StandIn {
    fn send<'a>(&'a self, request: &'a SendRequest) -> Asked<'a, SendOutcome> {
        match &self.sends {
            Some(sends) => sends(request.clone()),
            None => Box::pin(async { SendOutcome::Unknown { reason: "not asked".into() } }),
        }
    }

    fn mark_read<'a>(&'a self, read: &'a MarkRead) -> Asked<'a, Result<(), Fault>> {
        let answer = self.reads.as_ref().map_or(Err(Self::silent()), |reads| reads(read.clone()));
        Box::pin(async { answer })
    }

    fn templates<'a>(&'a self, _: &'a str) -> Asked<'a, Result<Vec<Template>, Fault>> {
        nothing()
    }

    fn number_status<'a>(&'a self, _: &'a str) -> Asked<'a, Result<NumberStatus, Fault>> {
        let answer = self.number.clone().ok_or_else(Self::silent);
        Box::pin(async { answer })
    }

    fn archive(&self) -> Option<&dyn Archive> {
        self.archive.as_deref()
    }

    fn probe<'a>(&'a self, _: &'a str) -> Asked<'a, Result<(), Fault>> {
        let answer = self.probes.as_ref().map_or(Err(Self::silent()), |probes| probes(()));
        Box::pin(async { answer })
    }

    fn file_place<'a>(&'a self, _: &'a str, _: &'a str) -> Asked<'a, Result<FilePlace, Fault>> {
        nothing()
    }

    fn file<'a>(&'a self, _: &'a str) -> Asked<'a, Result<Incoming, FileFault>> {
        Box::pin(async { Err(FileFault::Stale) })
    }

    fn upload<'a>(&'a self, _: &'a str, _: Upload) -> Asked<'a, Result<String, Fault>> {
        nothing()
    }
}
