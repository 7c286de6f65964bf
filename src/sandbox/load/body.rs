//! Requests built once and patched: only ids, customers, timestamps and the signature differ.

use super::{LoadOptions, Stamp, Target};
use crate::kit::Clock;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What customers write; of one length, so that bodies are patched in place.
const TEXTS: [&str; 4] = [
    "Hello, my parcel should have come yesterday. Where is it now?",
    "Good morning, I need the invoice of my last order, thank you!",
    "Hi, can I still change the address? I am moving on Saturday..",
    "The lamp arrived broken, what do I have to do to exchange it?",
];

/// Makes the requests of one connection.
pub(super) struct Builder {
    mac: Hmac<Sha256>,
    options: LoadOptions,
    clock: Clock,
    host: String,
    path: String,
    made: Vec<Request>,
    statuses_owed: f64,
}

/// A request of one shape and where it is patched.
struct Request {
    statuses: usize,
    bytes: Vec<u8>,
    body: usize,
    signature: usize,
    items: Vec<Item>,
}

/// An update's places: the id's number, the customer's number, the timestamp, the text.
struct Item {
    message: bool,
    id: usize,
    customers: Vec<usize>,
    timestamp: usize,
    text: Option<usize>,
}

/// A request that is ready to be written.
pub(super) struct Ready<'a> {
    pub(super) bytes: &'a [u8],
    request: &'a Request,
    run: usize,
}

/// Digits of an id's number and of a customer's.
const ID_DIGITS: usize = 12;
const CUSTOMER_DIGITS: usize = 7;

impl Builder {
    pub(super) fn new(options: &LoadOptions, target: &Target) -> Self {
        let key = options.app_secret.expose().as_bytes();
        Self {
            mac: Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length"),
            options: options.clone(),
            clock: Clock::system(),
            host: target.authority.clone(),
            path: target.path.clone(),
            made: Vec::new(),
            statuses_owed: 0.0,
        }
    }

    /// The next request; its updates are numbered from `first` on.
    pub(super) fn next(&mut self, first: u64) -> Ready<'_> {
        self.statuses_owed += self.options.statuses * self.options.batch as f64;
        let statuses = (self.statuses_owed as usize).min(self.options.batch);
        self.statuses_owed -= statuses as f64;
        let known = self.made.iter().position(|one| one.statuses == statuses);
        let at = known.unwrap_or_else(|| {
            self.made.push(Request::new(&self.options, &self.host, &self.path, statuses));
            self.made.len() - 1
        });
        let now = self.clock.now().secs();
        let customers = self.options.customers as u64;
        let stamp = self.options.timestamp;
        let request = &mut self.made[at];
        for (n, item) in request.items.iter().enumerate() {
            let number = first + n as u64;
            let customer = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % customers;
            let age = match stamp {
                Stamp::Now => 0,
                Stamp::Spread => (number.wrapping_mul(7_919) % 72_000) as i64,
            };
            digits(&mut request.bytes[item.id..item.id + ID_DIGITS], number);
            for place in &item.customers {
                digits(&mut request.bytes[*place..place + CUSTOMER_DIGITS], customer);
            }
            let seconds = now.saturating_sub(age).unsigned_abs();
            digits(&mut request.bytes[item.timestamp..item.timestamp + 10], seconds);
            if let Some(place) = item.text {
                let text = TEXTS[(number % TEXTS.len() as u64) as usize];
                request.bytes[place..place + text.len()].copy_from_slice(text.as_bytes());
            }
        }
        let mut mac = self.mac.clone();
        mac.update(&request.bytes[request.body..]);
        let hash = mac.finalize().into_bytes();
        for (n, byte) in hash.iter().enumerate() {
            let place = request.signature + 2 * n;
            request.bytes[place] = HEX[usize::from(byte >> 4)];
            request.bytes[place + 1] = HEX[usize::from(byte & 15)];
        }
        let request = &self.made[at];
        Ready { bytes: &request.bytes, request, run: self.options.run.len() }
    }
}

impl Ready<'_> {
    /// The ids of its messages, a line each.
    pub(super) fn ids(&self, lines: &mut Vec<u8>) {
        for item in self.request.items.iter().filter(|item| item.message) {
            let start = item.id - "wamid.".len() - self.run - ".m".len();
            lines.extend_from_slice(&self.bytes[start..item.id + ID_DIGITS]);
            lines.push(b'\n');
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn digits(place: &mut [u8], mut number: u64) {
    for byte in place.iter_mut().rev() {
        *byte = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl Request {
    fn new(options: &LoadOptions, host: &str, path: &str, statuses: usize) -> Self {
        let messages = options.batch - statuses;
        let LoadOptions { waba_id, phone_number_id, run, .. } = options;
        let mut body = Text::default();
        let mut contacts = Vec::new();
        body.add(&format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{waba_id}","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"{phone_number_id}"}}"#
        ));
        for n in 0..messages {
            body.add(if n == 0 { r#","contacts":["# } else { "," });
            body.add(r#"{"profile":{"name":"Customer "#);
            let name = body.hole(CUSTOMER_DIGITS);
            body.add(r#""},"wa_id":"39347"#);
            let wa_id = body.hole(CUSTOMER_DIGITS);
            body.add(r#"","user_id":"IT.98765"#);
            let user_id = body.hole(CUSTOMER_DIGITS);
            body.add(r#""}"#);
            contacts.push([name, wa_id, user_id]);
        }
        let mut items = Vec::new();
        for (n, contact) in contacts.into_iter().enumerate() {
            body.add(if n == 0 { r#"],"messages":["# } else { "," });
            body.add(r#"{"from":"39347"#);
            let from = body.hole(CUSTOMER_DIGITS);
            body.add(r#"","from_user_id":"IT.98765"#);
            let from_user_id = body.hole(CUSTOMER_DIGITS);
            body.add(&format!(r#"","id":"wamid.{run}.m"#));
            let id = body.hole(ID_DIGITS);
            body.add(r#"","timestamp":""#);
            let timestamp = body.hole(10);
            body.add(r#"","text":{"body":""#);
            let text = Some(body.hole(TEXTS[0].len()));
            body.add(r#""},"type":"text"}"#);
            let customers = contact.into_iter().chain([from, from_user_id]).collect();
            items.push(Item { message: true, id, customers, timestamp, text });
        }
        body.add(if messages > 0 { "]" } else { "" });
        for n in 0..statuses {
            body.add(if n == 0 { r#","statuses":["# } else { "," });
            body.add(&format!(r#"{{"id":"wamid.{run}.s"#));
            let id = body.hole(ID_DIGITS);
            body.add(r#"","status":"delivered","timestamp":""#);
            let timestamp = body.hole(10);
            body.add(r#"","recipient_id":"39347"#);
            let phone = body.hole(CUSTOMER_DIGITS);
            body.add(r#"","recipient_user_id":"IT.98765"#);
            let user_id = body.hole(CUSTOMER_DIGITS);
            body.add(r#"","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"}}"#);
            let customers = vec![phone, user_id];
            items.push(Item { message: false, id, customers, timestamp, text: None });
        }
        body.add(if statuses > 0 { "]" } else { "" });
        body.add(r#"},"field":"messages"}]}]}"#);

        let mut head = Text::default();
        let length = body.0.len();
        head.add(&format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nx-hub-signature-256: sha256="
        ));
        let signature = head.hole(64);
        head.add("\r\n\r\n");
        let start = head.0.len();
        for item in &mut items {
            item.id += start;
            item.timestamp += start;
            item.text = item.text.map(|place| place + start);
            item.customers.iter_mut().for_each(|place| *place += start);
        }
        let mut bytes = head.0;
        bytes.extend_from_slice(&body.0);
        Self { statuses, bytes, body: start, signature, items }
    }
}

/// Bytes with holes.
#[derive(Default)]
struct Text(Vec<u8>);

impl Text {
    fn add(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn hole(&mut self, long: usize) -> usize {
        let start = self.0.len();
        self.0.resize(start + long, b'0');
        start
    }
}
