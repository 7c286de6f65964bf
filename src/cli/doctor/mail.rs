//! Whether the mail server can be reached.

use super::finding::{Finding, Report};
use crate::relay::alerts::reach;
use crate::relay::config::Smtp;

/// The one check. No mail is sent.
pub(super) async fn examine(smtp: &Smtp) -> Vec<Finding> {
    let mut report = Report::of("smtp");
    let password = smtp.login.as_ref().map(|(_, password)| password.resolve()).transpose();
    let at = format!("{}:{}", smtp.host, smtp.port);
    match password {
        Err(error) => report.wrong("mail", error.to_string(), "mend [smtp] password"),
        Ok(password) => match reach(smtp, password.as_ref()).await {
            Ok(()) if password.is_some() => report.ok("mail", format!("{at} takes the login")),
            Ok(()) => report.ok("mail", format!("{at} answers")),
            Err(why) => {
                let mend =
                    "see host, port, tls, user and password of [smtp]; alerts wait meanwhile";
                report.wrong("mail", format!("{at}: {why}"), mend);
            }
        },
    }
    report.findings
}
