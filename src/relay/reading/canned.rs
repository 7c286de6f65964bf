//! Canned replies.

use super::Reading;
use crate::wire::CannedView;

impl Reading {
    /// The canned replies, one for each language, in the order of the operator's files.
    pub fn canned(&self) -> Vec<CannedView> {
        let policy = self.policy();
        let views = policy.canned.iter().flat_map(|canned| {
            canned.texts.iter().map(|(language, text)| CannedView {
                name: canned.name.clone(),
                language: language.clone(),
                text: text.clone(),
                queues: canned.queues.iter().map(ToString::to_string).collect(),
                template: canned.template.clone(),
                fit: canned.fit.clone(),
                suggested_in: policy.suggested_in(&canned.name),
            })
        });
        views.collect()
    }
}
