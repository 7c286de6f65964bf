//! Consoles: what they are sent is what there is, whatever they do.

use crate::rig::{Rig, config};
use futures_util::{SinkExt, StreamExt};
use guichet::domain::desk::DeskEvent;
use guichet::domain::id::TicketNumber;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::gate::Gate;
use guichet::relay::reading::Reading;
use guichet::relay::session::{self, Heard};
use guichet::wire::{
    ActionRequest, ClientFrame, Fresh, RelayFrame, Shown, ThreadEntry, TicketFilter, TicketView,
    WallShown, WallView, Watch,
};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

const NOW: i64 = 1_795_000_000;

/// The watch by which a console sees that it was told everything.
const LAST: u32 = 99;

/// A console that folds what it is sent, over channels instead of a socket.
pub(crate) struct Console {
    to: mpsc::Sender<Heard>,
    from: mpsc::Receiver<String>,
    pub(crate) inbox: Shown<TicketView>,
    pub(crate) thread: Shown<ThreadEntry>,
    /// The latest part of each watch, and what has been said to it besides its rows.
    pub(crate) parts: HashMap<u32, Fresh>,
    /// Each watched wall, put together.
    pub(crate) walls: HashMap<u32, (WallShown, WallView)>,
    pub(crate) last: Option<RelayFrame>,
    pub(crate) position: u64,
    unacked: Option<u64>,
    /// Something is left for the next frame.
    more: bool,
    /// Bytes of the largest frame, and of all.
    pub(crate) largest: usize,
    pub(crate) taken: usize,
}

impl Console {
    /// Connects without saying anything. `depth` frames fit into the pipe.
    pub(crate) async fn connect(rig: &Rig, token: &Secret, depth: usize) -> Self {
        let relay = rig.daemon.relay.clone();
        let reading = Reading::new(relay.store.clone(), relay.opener.clone());
        let gate = Gate::new(relay, reading, Clock::system());
        let signed = gate.signed(token).await.expect("a good token");
        let (to, heard) = mpsc::channel::<Heard>(64);
        let (said, from) = mpsc::channel::<String>(depth);
        let heard = futures_util::stream::unfold(heard, |mut heard| async move {
            heard.recv().await.map(|frame| (frame, heard))
        });
        let said = futures_util::sink::unfold(said, |said, text: String| async move {
            said.send(text).await.map(|()| said)
        });
        tokio::spawn(session::run(gate, signed, Box::pin(heard), Box::pin(said)));
        Self {
            to,
            from,
            inbox: Shown::default(),
            thread: Shown::default(),
            parts: HashMap::new(),
            walls: HashMap::new(),
            last: None,
            position: 0,
            unacked: None,
            more: false,
            largest: 0,
            taken: 0,
        }
    }

    /// Connects and is welcomed.
    pub(crate) async fn open(rig: &Rig, token: &Secret) -> Self {
        let mut console = Self::connect(rig, token, 64).await;
        console.say(&ClientFrame::Hello { version: 1, client: "test".into() }).await;
        assert!(matches!(console.next().await, Some(RelayFrame::Welcome { .. })));
        console
    }

    pub(crate) async fn say(&self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("JSON");
        let _ = self.to.send(Heard::Text(text)).await;
    }

    pub(crate) async fn next(&mut self) -> Option<RelayFrame> {
        let text = self.from.recv().await?;
        self.largest = self.largest.max(text.len());
        self.taken += text.len();
        Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
    }

    /// Takes one frame in, without acknowledging it.
    pub(crate) async fn take(&mut self) -> bool {
        let Some(frame) = self.next().await else { return false };
        if let RelayFrame::Frame { seq, position, parts, .. } = &frame {
            assert_eq!(self.unacked, None, "never two at once");
            self.unacked = Some(*seq);
            self.position = *position;
            self.more = parts.iter().any(|part| part.more);
            for part in parts.clone() {
                if let Fresh::Wall(news) = &part.fresh {
                    let (shown, view) = self.walls.entry(part.watch).or_default();
                    *view = shown.apply((**news).clone()).expect("it fits");
                }
                self.parts.insert(part.watch, part.fresh.clone());
                match part.fresh {
                    Fresh::Inbox { rows, .. } => self.inbox.apply(rows).expect("it fits"),
                    Fresh::Thread { entries, .. } => self.thread.apply(entries).expect("it fits"),
                    _ => {}
                }
            }
        }
        self.last = Some(frame);
        true
    }

    /// Bytes that were sent to it and that it has not read.
    pub(crate) fn unread(&mut self) -> usize {
        std::iter::from_fn(|| self.from.try_recv().ok()).map(|text| text.len()).sum()
    }

    pub(crate) async fn ack(&mut self) {
        if let Some(seq) = self.unacked.take() {
            self.say(&ClientFrame::Ack { seq }).await;
        }
    }

    /// Reads and acknowledges until it was told all that there is by now: a frame that also brings what is asked
    /// for last, and after which nothing is left.
    pub(crate) async fn settle(&mut self) {
        self.ack().await;
        self.parts.remove(&LAST);
        self.watch(LAST, Watch::Notices).await;
        let searching = |part: &Fresh| matches!(part, Fresh::Inbox { searching: true, .. });
        while self.more || !self.parts.contains_key(&LAST) || self.parts.values().any(searching) {
            if !self.take().await {
                return;
            }
            self.ack().await;
        }
    }

    /// Reads and acknowledges until what it was told is so.
    pub(crate) async fn until(&mut self, so: impl Fn(&Self) -> bool) {
        while !so(self) {
            assert!(self.take().await, "{:?}", self.last);
            self.ack().await;
        }
    }

    pub(crate) async fn watch(&self, watch: u32, what: Watch) {
        self.say(&ClientFrame::Watch { watch, what }).await;
    }

    pub(crate) fn numbers(&self) -> Vec<u64> {
        self.inbox.iter().map(|row| row.number.0).collect()
    }
}

pub(crate) fn inbox(rows: usize) -> Watch {
    Watch::Inbox {
        filter: TicketFilter::default(),
        sort: guichet::wire::Sort::Urgency,
        anchor: None,
        before: 0,
        place: 0,
        rows,
    }
}

pub(crate) fn thread(ticket: u64, rows: usize) -> Watch {
    Watch::Thread {
        ticket: TicketNumber(ticket),
        all: false,
        until: None,
        anchor: None,
        before: 0,
        rows,
    }
}

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_differences_add_up_to_is_what_there_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Supervisor, &[]).await;
    let mut dice = 7_u64;
    let mut roll = move |most: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % most
    };
    for n in 0..30 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 9_000 + n, "ciao").await;
    }
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox(20)).await;
    console.watch(2, thread(3, 15)).await;
    console.watch(3, Watch::Counts).await;
    for step in 0..120_i64 {
        let ticket = 1 + roll(30);
        let action = match roll(9) {
            0 => serde_json::json!({"do": "take"}),
            1 => serde_json::json!({"do": "release"}),
            2 => serde_json::json!({"do": "solve"}),
            3 => serde_json::json!({"do": "reply", "text": format!("risposta {step}")}),
            4 => serde_json::json!({"do": "note", "text": "nota"}),
            5 => serde_json::json!({"do": "prioritise", "priority": "urgent"}),
            6 => serde_json::json!({"do": "reply", "text": "x".repeat(4_000)}),
            _ => {
                let from = format!("39333{:07}", roll(30));
                rig.hears(&from, &format!("wamid.more.{step}"), NOW - 5_000 + step, "ancora").await;
                continue;
            }
        };
        let number = if roll(3) == 0 { 3 } else { ticket };
        rig.act(&anna, number, action).await;
        if roll(4) == 0 {
            let _ = tokio::time::timeout(Duration::from_millis(30), console.take()).await;
        }
        if roll(3) == 0 {
            console.ack().await;
        }
    }
    console.settle().await;
    let (_, whole) = rig.read(&anna, "/api/v1/tickets?limit=20").await;
    let shown: Vec<_> = console.inbox.iter().collect();
    assert_eq!(serde_json::to_value(&shown).expect("JSON"), whole);
    let (_, whole) = rig.read(&anna, "/api/v1/tickets/3/thread").await;
    let all = whole["entries"].as_array().expect("entries");
    let shown: Vec<_> = console.thread.iter().map(|entry| &entry.entry).collect();
    let last = &all[all.len().saturating_sub(15)..];
    assert_eq!(serde_json::to_value(&shown).expect("JSON"), serde_json::Value::from(last));
    assert!(console.largest < 90_000, "{}", console.largest);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_and_the_frame_at_its_position_has_its_effect() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox(10)).await;
    assert!(console.take().await);
    console.ack().await;
    assert_eq!(console.numbers(), [1]);
    let (id, ticket) = (Uuid::new_v4(), TicketNumber(1));
    let mut outboxes = Vec::new();
    for _ in 0..2 {
        let action = ActionRequest::Reply { text: "Buongiorno".into(), quote: None };
        console.say(&ClientFrame::Command { id, ticket, action }).await;
        let position = loop {
            assert!(console.take().await);
            console.ack().await;
            if let Some(RelayFrame::Done { id: of, position, outbox }) = &console.last {
                assert_eq!(*of, id);
                outboxes.push(*outbox);
                break *position;
            }
        };
        while console.position < position {
            assert!(console.take().await);
            console.ack().await;
        }
        let row = console.inbox.get(&ticket).expect("the row");
        assert_eq!(row.assignee.as_deref(), Some("anna"));
    }
    assert!(outboxes[0].is_some() && outboxes[0] == outboxes[1], "carried out once");
    let action = ActionRequest::Take;
    console
        .say(&ClientFrame::Command { id: Uuid::new_v4(), ticket: TicketNumber(9), action })
        .await;
    let refused = loop {
        assert!(console.take().await);
        console.ack().await;
        if let Some(RelayFrame::Refused { refused, .. }) = &console.last {
            break refused.code.clone();
        }
    };
    assert_eq!(refused, "no_ticket");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_a_ticket_is_done_in_that_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let mut console = Console::open(&rig, &anna).await;
    for n in 1..=20 {
        rig.hears(&format!("3933312345{n:02}"), &format!("wamid.{n}"), NOW - 60, "ciao").await;
        let reply = ActionRequest::Reply { text: "Buongiorno".into(), quote: None };
        for action in
            [reply, ActionRequest::Solve, ActionRequest::Reopen { state: None, keep: false }]
        {
            let (id, ticket) = (Uuid::new_v4(), TicketNumber(n));
            console.say(&ClientFrame::Command { id, ticket, action }).await;
        }
        for _ in 0..3 {
            assert!(console.take().await);
            assert!(matches!(console.last, Some(RelayFrame::Done { .. })), "{:?}", console.last);
        }
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_right_before_the_console_went_is_carried_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 1..=20 {
        rig.hears(&format!("3933312345{n:02}"), &format!("wamid.{n}"), NOW - 60, "ciao").await;
        let console = Console::open(&rig, &anna).await;
        let (id, ticket) = (Uuid::new_v4(), TicketNumber(n));
        console.say(&ClientFrame::Command { id, ticket, action: ActionRequest::Take }).await;
    }
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox(20)).await;
    while console.inbox.iter().filter(|row| row.assignee.as_deref() == Some("anna")).count() < 20 {
        assert!(console.take().await);
        console.ack().await;
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_stands_still_at_its_anchor_and_rights_are_those_of_now() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    for n in 0..40 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 900 + n, "ciao").await;
    }
    let mut console = Console::open(&rig, &anna).await;
    let anchor = Some(TicketNumber(21));
    let filter = TicketFilter::default();
    let sort = guichet::wire::Sort::Urgency;
    let page = Watch::Inbox { filter, sort, anchor, before: 3, place: 0, rows: 8 };
    console.watch(1, page).await;
    console.settle().await;
    assert_eq!(console.numbers(), [18, 19, 20, 21, 22, 23, 24, 25]);
    rig.act(&carla, 2, serde_json::json!({"do": "solve"})).await;
    rig.act(&carla, 21, serde_json::json!({"do": "solve"})).await;
    console.settle().await;
    assert_eq!(console.numbers(), [18, 19, 20, 22, 23, 24, 25, 26], "its place is kept");
    let filter = TicketFilter::default();
    let last = Watch::Inbox { filter, sort, anchor: None, before: 0, place: 1_000, rows: 8 };
    console.watch(1, last).await;
    console.settle().await;
    assert_eq!(
        console.numbers(),
        [33, 34, 35, 36, 37, 38, 39, 40],
        "beyond the end: the last page"
    );
    console.watch(2, thread(22, 10)).await;
    console.settle().await;
    assert_eq!(console.thread.len(), 2);

    // Moved to another queue: the same session sees nothing any more.
    rig.account("anna", Role::Agent, &["sales"]).await;
    console.settle().await;
    assert_eq!(console.numbers(), [] as [u64; 0]);
    let gone = DeskEvent::AccountDisabled { at: Timestamp(0), name: Name::from("anna") };
    rig.daemon.relay.desk.record("-test", vec![gone]).await.expect("recorded");
    while console.take().await {}
    assert_eq!(console.last, Some(RelayFrame::Goodbye { reason: "token".into() }));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn who_does_not_acknowledge_is_sent_nothing_more_and_let_go_after_half_a_minute() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, inbox(10)).await;
    assert!(console.take().await);
    for n in 0..20 {
        rig.hears("393331234567", &format!("wamid.B{n}"), NOW - 50 + n, "ancora").await;
    }
    assert!(console.from.try_recv().is_err(), "one frame is unacknowledged");
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    assert!(console.take().await);
    assert_eq!(console.last, Some(RelayFrame::Goodbye { reason: "slow".into() }));
    let waited = before.elapsed();
    assert!((20..=31).contains(&waited.as_secs()), "{waited:?}");
    assert!(!console.take().await);
    tokio::time::resume();
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn who_does_not_read_is_let_go_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let console = Console::connect(&rig, &anna, 1).await;
    console.say(&ClientFrame::Hello { version: 1, client: "test".into() }).await;
    for _ in 0..3 {
        console.say(&ClientFrame::Ping).await;
    }
    tokio::time::pause();
    console.to.closed().await;
    tokio::time::resume();
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_floods_are_answered_and_then_ended() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;

    let mut console = Console::connect(&rig, &anna, 64).await;
    console.to.send(Heard::Text("nonsense".into())).await.expect("taken");
    assert!(matches!(console.next().await, Some(RelayFrame::Refused { .. })));
    assert_eq!(console.next().await, Some(RelayFrame::Goodbye { reason: "garbage".into() }));

    let mut console = Console::open(&rig, &anna).await;
    let codes = HashMap::from([
        (r#"{"kind":"novelty","x":1}"#, "unknown"),
        (r#"{"kind":"watch","watch":1,"what":{"view":"novelty"}}"#, "unknown"),
        (r#"{"kind":"watch","watch":1,"what":{"view":"inbox","rows":5,"sort":"x"}}"#, "unknown"),
        (r#"{"kind":"watch"}"#, "malformed"),
        ("[[[[[[[[", "malformed"),
    ]);
    for (text, wanted) in codes {
        console.to.send(Heard::Text(text.into())).await.expect("taken");
        match console.next().await {
            Some(RelayFrame::Error { code, .. }) => assert_eq!(code, wanted, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    for _ in 0..12 {
        let _ = console.to.send(Heard::Other).await;
    }
    while console.take().await {}
    assert_eq!(console.last, Some(RelayFrame::Goodbye { reason: "garbage".into() }));

    let mut console = Console::open(&rig, &anna).await;
    let to = console.to.clone();
    tokio::spawn(async move {
        while to.send(Heard::Text(r#"{"kind":"ping"}"#.into())).await.is_ok() {}
    });
    while console.take().await {}
    assert_eq!(console.last, Some(RelayFrame::Goodbye { reason: "flood".into() }));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_real_socket_with_its_subprotocol_and_told_when_the_relay_stops() {
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let url = format!("ws://{}/ws", rig.daemon.consoles);
    let request = |token: Option<&Secret>, protocol: Option<&str>| {
        let mut request = url.as_str().into_client_request().expect("a request");
        let headers = request.headers_mut();
        if let Some(token) = token {
            let value = format!("Bearer {}", token.expose());
            headers.insert("authorization", value.parse().expect("a header"));
        }
        if let Some(protocol) = protocol {
            headers.insert("sec-websocket-protocol", protocol.parse().expect("a header"));
        }
        request
    };
    for (token, protocol) in
        [(None, Some("guichet.v1")), (Some(&anna), None), (Some(&anna), Some("guichet.v9"))]
    {
        assert!(tokio_tungstenite::connect_async(request(token, protocol)).await.is_err());
    }
    let connected =
        tokio_tungstenite::connect_async(request(Some(&anna), Some("guichet.v9, guichet.v1")))
            .await;
    let (mut socket, answer) = connected.expect("a connection");
    assert_eq!(answer.headers()["sec-websocket-protocol"], "guichet.v1");
    for text in [
        r#"{"kind":"hello","version":1,"client":"test","more":1}"#,
        r#"{"kind":"watch","watch":7,"what":{"view":"inbox","rows":5}}"#,
    ] {
        socket.send(Message::text(text)).await.expect("sent");
    }
    let mut frames = Vec::new();
    while frames.len() < 2 {
        let message = socket.next().await.expect("a message").expect("a good one");
        let text = message.into_text().expect("text");
        frames.push(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
    }
    assert_eq!(frames[0]["you"]["name"], "anna");
    assert_eq!(frames[0]["desk"]["lines"][0], "support");
    assert_eq!(frames[1]["kind"], "frame");
    assert_eq!(frames[1]["parts"][0]["inbox"]["items"][0]["number"], 1);
    let metrics = rig.http.get(rig.api("/metrics")).send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    assert!(metrics.contains("guichet_consoles_connected 1"), "{metrics}");
    rig.daemon.relay.stopping.cancel();
    let last = socket.next().await.expect("a message").expect("a good one");
    assert_eq!(
        last.into_text().expect("text").as_str(),
        r#"{"kind":"goodbye","reason":"stopping"}"#
    );
    rig.daemon.stop().await.expect("a clean stop");
}
