//! One connection: write, read, count, again.

use super::body::Builder;
use super::histogram::Histogram;
use super::{LoadOptions, Target, Until};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long a connection waits after it was refused.
const REFUSED: Duration = Duration::from_millis(20);

/// What all connections share: what is next, and what was seen.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) start: Instant,
    pub(super) last: Instant,
    pub(super) sent: u64,
    pub(super) acknowledged: u64,
    pub(super) updates: u64,
    pub(super) answers: BTreeMap<u16, u64>,
    pub(super) errors: u64,
    pub(super) latency: Histogram,
    pub(super) acked_fault: Option<io::Error>,
    acked: Option<File>,
    batch: u64,
    until: Until,
    rate: Option<f64>,
}

impl Shared {
    pub(super) fn new(options: &LoadOptions, start: Instant, acked: Option<File>) -> Self {
        Self {
            start,
            last: start,
            sent: 0,
            acknowledged: 0,
            updates: 0,
            answers: BTreeMap::new(),
            errors: 0,
            latency: Histogram::new(),
            acked_fault: None,
            acked,
            batch: options.batch as u64,
            until: options.until,
            rate: options.rate,
        }
    }

    /// The number of the next POST and, with a rate, when it is due; nothing when the load is over.
    fn take(&mut self) -> Option<(u64, Option<Instant>)> {
        let due =
            self.rate.map(|rate| self.start + Duration::from_secs_f64(self.sent as f64 / rate));
        let over = match self.until {
            Until::Count(count) => self.sent >= count,
            Until::Time(lasts) => due.unwrap_or_else(Instant::now) >= self.start + lasts,
        };
        if over || self.acked_fault.is_some() {
            return None;
        }
        self.sent += 1;
        Some((self.sent - 1, due))
    }

    /// Counts an answer. Ids are in their file before they count.
    fn answered(&mut self, status: u16, since: Instant, ids: &[u8]) {
        let now = Instant::now();
        self.last = now;
        if status == 200 {
            if let Some(file) = &mut self.acked
                && let Err(fault) = file.write_all(ids)
            {
                self.acked_fault.get_or_insert(fault);
                return;
            }
            self.acknowledged += 1;
            self.updates += self.batch;
            let micros = now.duration_since(since).as_micros();
            self.latency.add(u64::try_from(micros).unwrap_or(u64::MAX));
        }
        *self.answers.entry(status).or_default() += 1;
    }
}

/// Sends until the load is over.
pub(super) async fn work(target: Target, mut builder: Builder, shared: Rc<RefCell<Shared>>) {
    let mut open: Option<TcpStream> = None;
    let mut buffer = vec![0; 4096];
    let mut ids = Vec::new();
    loop {
        let next = shared.borrow_mut().take();
        let Some((number, due)) = next else { return };
        if let Some(due) = due
            && due > Instant::now()
        {
            tokio::time::sleep_until(due).await;
        }
        let batch = shared.borrow().batch;
        let ready = builder.next(number * batch);
        let since = due.unwrap_or_else(Instant::now);
        let mut stream = match open.take() {
            Some(stream) => stream,
            None => match connect(&target).await {
                Ok(stream) => stream,
                Err(_) => {
                    shared.borrow_mut().errors += 1;
                    tokio::time::sleep(REFUSED).await;
                    continue;
                }
            },
        };
        match exchange(&mut stream, ready.bytes, &mut buffer).await {
            Ok((status, keep)) => {
                ids.clear();
                if shared.borrow().acked.is_some() {
                    ready.ids(&mut ids);
                }
                shared.borrow_mut().answered(status, since, &ids);
                open = keep.then_some(stream);
            }
            Err(_) => shared.borrow_mut().errors += 1,
        }
    }
}

async fn connect(target: &Target) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(&target.authority).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Writes a request and reads its answer: the status, and whether the connection can be used again.
async fn exchange(
    stream: &mut TcpStream,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> io::Result<(u16, bool)> {
    stream.write_all(request).await?;
    let mut filled = 0;
    loop {
        let got = stream.read(&mut buffer[filled..]).await?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += got;
        if let Some(answer) = parse(&buffer[..filled])? {
            let whole = answer.head + answer.body.unwrap_or(0);
            let keep = answer.keep && answer.body.is_some() && whole == filled;
            if filled >= whole {
                return Ok((answer.status, keep));
            }
        }
        if filled == buffer.len() {
            buffer.resize(filled * 2, 0);
        }
    }
}

/// The head of an answer. Without a length its body is not waited for and the connection not used again.
struct Answer {
    status: u16,
    head: usize,
    body: Option<usize>,
    keep: bool,
}

fn parse(bytes: &[u8]) -> io::Result<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let fault = || io::Error::from(io::ErrorKind::InvalidData);
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| fault())?;
    let status = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(fault)?;
    let (mut body, mut keep) = (None, true);
    for line in head.split("\r\n").skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            body = Some(value.trim().parse().map_err(|_| fault())?);
        } else if name.eq_ignore_ascii_case("connection") {
            keep = !value.trim().eq_ignore_ascii_case("close");
        }
    }
    Ok(Some(Answer { status, head: end + 4, body, keep }))
}
