//! Many customers who write at once, and what they were told.

use crate::setup::{NOW, sign, text, webhook};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A webhook of one message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
}

/// What became of the messages.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Answered 200: must never be lost.
    pub(crate) acknowledged: Vec<Message>,
    /// Answered otherwise, or not at all: may be there or not; the platform sends them again.
    pub(crate) open: Vec<Message>,
    /// The answers other than 200; 0 is none.
    pub(crate) others: Vec<u16>,
}

/// Customers who write until they are stopped, or until nobody answers any more.
pub(crate) struct Crowd {
    stop: Arc<AtomicBool>,
    pub(crate) acknowledged: Arc<AtomicU64>,
    told: Arc<Mutex<Told>>,
    tasks: tokio::task::JoinSet<()>,
}

impl Crowd {
    /// `writers` connections to `url`; `run` makes their ids unlike any others'.
    pub(crate) fn write(url: &str, run: &str, writers: usize) -> Self {
        let http = client();
        let mut crowd = Self {
            stop: Arc::default(),
            acknowledged: Arc::default(),
            told: Arc::default(),
            tasks: tokio::task::JoinSet::new(),
        };
        for writer in 0..writers {
            let (http, url, run) = (http.clone(), url.to_owned(), run.to_owned());
            let (stop, count, told) =
                (crowd.stop.clone(), crowd.acknowledged.clone(), crowd.told.clone());
            crowd.tasks.spawn(async move {
                for nth in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    // Each connection has its own ten customers.
                    let phone = format!("39347{:04}{:03}", writer, nth % 10);
                    let id = format!("wamid.{run}.{writer}.{nth}");
                    let body = webhook(&[text(&phone, &id, NOW + nth, "where is my parcel?")]);
                    let message = Message { id, body };
                    let status = post(&http, &url, &message.body).await;
                    let mut told = told.lock().expect("not poisoned");
                    if status == 200 {
                        told.acknowledged.push(message);
                        count.fetch_add(1, Ordering::SeqCst);
                    } else {
                        told.open.push(message);
                        told.others.push(status);
                    }
                    if status == 0 {
                        return;
                    }
                }
            });
        }
        crowd
    }

    /// Waits until so many were acknowledged, or everybody has given up.
    pub(crate) async fn until(&mut self, acknowledged: u64) {
        while self.acknowledged.load(Ordering::SeqCst) < acknowledged {
            if self.tasks.is_empty() {
                return;
            }
            tokio::select! {
                _ = self.tasks.join_next() => {}
                () = tokio::task::yield_now() => {}
            }
        }
    }

    /// Stops them.
    pub(crate) async fn end(mut self) -> Told {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no panic");
        }
        std::mem::take(&mut *self.told.lock().expect("not poisoned"))
    }
}

pub(crate) fn client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().expect("a client")
}

/// Posts one signed webhook; the status, 0 without an answer.
pub(crate) async fn post(http: &reqwest::Client, url: &str, body: &str) -> u16 {
    let request = http.post(url).header("x-hub-signature-256", sign(body.as_bytes()));
    match request.body(body.to_owned()).send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(_) => 0,
    }
}

/// Posts these again, as the platform does until it is told 200; each must be.
pub(crate) async fn again(url: &str, messages: &[Message]) {
    let http = client();
    for message in messages {
        assert_eq!(post(&http, url, &message.body).await, 200, "{}", message.id);
    }
}
