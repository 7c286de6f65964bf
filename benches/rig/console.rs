//! A console over WebSocket that watches and acknowledges.

use super::child::Child;
use futures_util::{SinkExt, StreamExt};
use guichet::wire::{ClientFrame, Sort, TicketFilter, Watch};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// See the module.
pub(crate) struct Console(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// A page of the inbox, from the top.
pub(crate) fn inbox(rows: usize) -> Watch {
    let filter = TicketFilter::default();
    Watch::Inbox { filter, sort: Sort::Urgency, anchor: None, before: 0, place: 0, rows }
}

impl Console {
    /// Connects, is welcomed and watches.
    pub(crate) async fn open(relay: &Child, what: Watch) -> Self {
        let url = format!("ws://{}/ws", relay.consoles);
        let mut request = url.into_client_request().expect("an address");
        let headers = request.headers_mut();
        let bearer = format!("Bearer {}", relay.token.expose());
        headers.insert("authorization", bearer.parse().expect("a header"));
        headers.insert("sec-websocket-protocol", "guichet.v1".parse().expect("a header"));
        let (socket, _) = connect_async_with_config(request, None, true).await.expect("upgraded");
        let mut console = Self(socket);
        console.say(&ClientFrame::Hello { version: 1, client: "bench".into() }).await;
        let welcome = console.hear().await.expect("a welcome");
        assert!(welcome.contains("welcome"), "{welcome}");
        console.say(&ClientFrame::Watch { watch: 1, what }).await;
        console
    }

    pub(crate) async fn say(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("JSON");
        self.0.send(Message::Text(text.into())).await.expect("the relay listens");
    }

    /// The next text, already acknowledged if it is a frame; nothing when the relay has closed.
    pub(crate) async fn hear(&mut self) -> Option<String> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => {
                    let text = text.as_str().to_owned();
                    if let Some(seq) = sequence(&text) {
                        self.say(&ClientFrame::Ack { seq }).await;
                    }
                    return Some(text);
                }
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

/// The number of a frame, without reading the rest: fifty consoles would otherwise cost more than the relay.
fn sequence(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("{\"kind\":\"frame\",\"seq\":")?;
    rest.split(',').next()?.parse().ok()
}
