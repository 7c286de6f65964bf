//! What the running relay has counted, where its metrics can be read in the clear on this machine.

use crate::relay::config::Endpoint;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How long the relay may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The relay's counters since its start, as Prometheus text.
#[derive(Debug)]
pub(super) struct Tally(String);

impl Tally {
    /// Reads them; `None` if no relay answers there, or only through TLS.
    pub(super) async fn of(consoles: &Endpoint) -> Option<Self> {
        if consoles.tls.is_some() {
            return None;
        }
        let ip = match consoles.addr.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let url = format!("http://{}/metrics", SocketAddr::new(ip, consoles.addr.port()));
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().ok()?;
        let answer = http.get(url).send().await.ok()?.error_for_status().ok()?;
        answer.text().await.ok().map(Self)
    }

    /// Handshakes that came with another verify token.
    pub(super) fn handshakes_refused(&self) -> u64 {
        self.sum("guichet_webhooks_rejected_total", &[r#"reason="verify_token""#.to_owned()])
    }

    /// Sends of a line that the platform answered with this code.
    pub(super) fn sends(&self, line: &str, code: u32) -> u64 {
        let labels = [format!("line={line:?}"), format!("result=\"{code}\"")];
        self.sum("guichet_sends_total", &labels)
    }

    fn sum(&self, name: &str, labels: &[String]) -> u64 {
        let lines = self.0.lines().filter_map(|line| line.strip_prefix(name)?.rsplit_once(' '));
        let counted = lines.filter(|(of, _)| labels.iter().all(|label| of.contains(label)));
        counted.filter_map(|(_, count)| count.parse::<u64>().ok()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_found_by_their_labels() {
        let tally = Tally(
            "# HELP guichet_sends_total x\nguichet_sends_total{line=\"a\",result=\"131030\"} 3\n\
             guichet_sends_total{line=\"b\",result=\"131030\"} 4\n\
             guichet_sends_total{line=\"a\",result=\"accepted\"} 9\n\
             guichet_webhooks_rejected_total{reason=\"signature\"} 7\n\
             guichet_webhooks_rejected_total{reason=\"verify_token\"} 2\n"
                .to_owned(),
        );
        assert_eq!(tally.sends("a", 131_030), 3);
        assert_eq!(tally.sends("c", 131_030), 0);
        assert_eq!(tally.handshakes_refused(), 2);
    }
}
