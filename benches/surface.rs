//! How long a console waits for what it shows: `cargo bench --bench surface`, with `-- --quick` for a tenth of it.
//!
//! The relay is the built binary as a process of its own, with customers who all have an open ticket, and one thread
//! of 100,000 messages that ends with 60 replies. Each figure is from just before a console asks until the frame
//! with the end of the answer has been read, over the loopback, so the reading of the JSON is in it. A relay that
//! was just started has none of the page's people in memory.

mod rig;

use axum::Router;
use guichet::domain::id::TicketNumber;
use guichet::domain::name::Name;
use guichet::domain::routing::{
    Agent, AgentRules, Assignment, Demand, Mode, Standing, Turns, Waiting, hand_out,
};
use guichet::domain::ticket::{Priority, State};
use guichet::kit::Timestamp;
use guichet::wire::{ActionRequest, ClientFrame, Fresh, RelayFrame, Sort, TicketFilter, Watch};
use rig::child::Child;
use rig::console::{Console, inbox};
use rig::quantiles::Quantiles;
use rig::{Scale, fill, grouped, row, title};
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

/// How long one answer may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between questions: slower than one console may ask.
const PAUSE: Duration = Duration::from_millis(60);
/// Rows of a tall screen.
const ROWS: usize = 60;

/// Asks and waits for the whole answer.
async fn ask(console: &mut Console, watch: u32, what: Watch) -> (Duration, Vec<Fresh>) {
    sleep(PAUSE).await;
    let begun = Instant::now();
    console.say(&ClientFrame::Watch { watch, what }).await;
    let answer = hear(console, watch).await;
    (begun.elapsed(), answer)
}

/// The next news of a watch, whole.
async fn hear(console: &mut Console, watch: u32) -> Vec<Fresh> {
    let mut answer = Vec::new();
    loop {
        let text = timeout(PATIENCE, console.hear()).await.expect("an answer comes");
        let frame = serde_json::from_str(&text.expect("the relay goes on")).expect("a frame");
        let RelayFrame::Frame { parts, .. } = frame else { continue };
        for part in parts.into_iter().filter(|part| part.watch == watch) {
            let searching = matches!(&part.fresh, Fresh::Inbox { searching: true, .. });
            let ends = !part.more && !searching;
            answer.push(part.fresh);
            if ends {
                return answer;
            }
        }
    }
}

fn search(query: &str) -> Watch {
    let filter = TicketFilter { query: Some(query.into()), ..TicketFilter::default() };
    Watch::Inbox { filter, sort: Sort::Urgency, anchor: None, before: 0, place: 0, rows: ROWS }
}

fn thread(anchor: Option<String>) -> Watch {
    let before = if anchor.is_some() { ROWS } else { 0 };
    let ticket = TicketNumber(1);
    Watch::Thread { ticket, all: false, until: None, anchor, before, rows: ROWS }
}

/// The key of the oldest entry of a page.
fn oldest(answer: &[Fresh]) -> Option<String> {
    let entries = answer.iter().filter_map(|fresh| match fresh {
        Fresh::Thread { entries, .. } => Some(&entries.items),
        _ => None,
    });
    let first = entries.flatten().min_by_key(|entry| (entry.entry.at, entry.key.clone()));
    first.map(|entry| entry.key.clone())
}

/// Writes replies in the first ticket and waits until the platform has taken them.
async fn reply(relay: &Child, count: usize) {
    let mut console = Console::open(relay, Watch::Roster).await;
    for number in 0..count {
        sleep(PAUSE).await;
        let action = ActionRequest::Reply { text: format!("reply {number}"), quote: None };
        let (id, ticket) = (Uuid::new_v4(), TicketNumber(1));
        console.say(&ClientFrame::Command { id, ticket, action }).await;
    }
    sleep(Duration::from_secs(1)).await;
}

async fn measure(relay: &Child, when: &str) {
    let mut console = Console::open(relay, Watch::Roster).await;
    let line = |what: &str, times: Vec<Duration>, target: &str| {
        row(&format!("{what}, {when}: p50/p99/max"), &Quantiles::of(times).line(), target);
    };
    let (first, _) = ask(&mut console, 2, inbox(ROWS)).await;
    line("page of the inbox", vec![first], "100 ms");
    let (first, _) = ask(&mut console, 3, Watch::Counts).await;
    line("counts", vec![first], "");
    let (first, _) = ask(&mut console, 6, Watch::Wall).await;
    line("the wall", vec![first], "");
    let (first, answer) = ask(&mut console, 4, thread(None)).await;
    line("end of the long thread", vec![first], "30 ms");
    let (mut pages, mut from) = (Vec::new(), oldest(&answer));
    for _ in 0..20 {
        let (page, answer) = ask(&mut console, 4, thread(from.clone())).await;
        pages.push(page);
        from = oldest(&answer).or(from);
    }
    line("page back", pages, "3 ms");
    for query in ["waiting>10m", "due<30m", "tag:vip -assignee:me", "priority:normal sort:oldest"] {
        let (time, _) = ask(&mut console, 5, search(query)).await;
        line(&format!("query \"{query}\""), vec![time], "");
    }
    for query in ["load 7", "load 8"] {
        let (time, _) = ask(&mut console, 5, search(query)).await;
        line(&format!("search for \"{query}\""), vec![time], "");
    }
}

/// What one look of the router costs, which gives out as much as it looks at.
fn route() {
    let queue = Name::from("support");
    let agent = |nth: u32| Agent {
        name: Name::from(format!("agent{nth}")),
        standing: Standing::Online,
        queues: vec![queue.clone()],
        rules: AgentRules { capacity: Some(100_000), ..AgentRules::default() },
        load: nth * 10,
        load_of: BTreeMap::new(),
        given: None,
    };
    let ticket = |nth: i64| Waiting {
        number: TicketNumber(nth.unsigned_abs()),
        queue: queue.clone(),
        priority: Priority::ALL[nth.unsigned_abs() as usize % 4],
        state: State::New,
        since: Timestamp(nth * 977),
        due: Some(Timestamp(nth * 1_013 + 3_600_000)),
        window_until: Some(Timestamp(nth * 977 + 86_400_000)),
        asks: true,
        vip: false,
        demand: Demand::default(),
        last: None,
        returned_by: None,
        asking: Default::default(),
    };
    let (tickets, agents) = ((1..=2_000).map(ticket), (0..20).map(agent));
    let (tickets, agents): (Vec<_>, Vec<_>) = (tickets.collect(), agents.collect());
    let rules = Assignment { mode: Mode::LeastActive, ..Assignment::default() };
    let rules = BTreeMap::from([(queue.clone(), rules)]);
    let mut times = Vec::new();
    for _ in 0..20 {
        let (mut agents, mut turns) = (agents.clone(), Turns::default());
        let begun = Instant::now();
        let given = hand_out(&tickets, &mut agents, &rules, &mut turns, Timestamp(3_000_000));
        times.push(begun.elapsed());
        assert_eq!(given.len(), tickets.len());
    }
    row(
        "a routing pass, 2,000 tickets to 20 agents: p50/p99/max",
        &Quantiles::of(times).line(),
        "",
    );
}

/// Accepts every message.
async fn accept() -> String {
    let id = Uuid::new_v4();
    format!(
        r#"{{"messaging_product":"whatsapp","messages":[{{"id":"wamid.{id}"}}],"success":true}}"#
    )
}

fn main() {
    let scale = Scale::asked();
    let (tickets, long) = scale.of((10_000, 10_000), (100_000, 100_000), (100_000, 100_000));
    rustls::crypto::ring::default_provider().install_default().expect("the first");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let platform = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let api_url = format!("http://{}/v25.0", platform.local_addr().expect("an address"));
    runtime.spawn(async move { axum::serve(platform, Router::new().fallback(accept)).await });
    route();
    let mut relay = Child::start(&api_url);
    title(&format!("what a console asks of {} tickets", grouped(tickets as f64)));
    fill(relay.url(), "long", 1, long);
    runtime.block_on(reply(&relay, scale.of(20, 60, 60)));
    // They write at random: as many messages as customers leave more than a third of them silent.
    fill(relay.url(), "many", tickets * 8 / 5, tickets as u64 * 8 / 5);
    runtime.block_on(measure(&relay, "running"));
    relay.restart(Signal::TERM);
    runtime.block_on(measure(&relay, "just started"));
}
