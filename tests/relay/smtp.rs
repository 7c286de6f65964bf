//! A mail server of our own: what is sent to it is kept; it may say no.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    /// As it came, with its headers.
    pub(crate) text: String,
}

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Server {
    mails: Arc<Mutex<Vec<Mail>>>,
    logins: Arc<Mutex<Vec<String>>>,
    down: Arc<AtomicBool>,
}

impl Server {
    /// Listens until the test ends; at which port.
    pub(crate) async fn start(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        port
    }

    /// Takes nothing, or everything again.
    pub(crate) fn is_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("not poisoned").clone()
    }

    /// What was shown to log in.
    pub(crate) fn logins(&self) -> Vec<String> {
        self.logins.lock().expect("not poisoned").clone()
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (from, mut to) = stream.into_split();
        let mut lines = BufReader::new(from).lines();
        if self.down.load(Ordering::SeqCst) {
            to.write_all(b"421 not now\r\n").await.ok()?;
            return None;
        }
        to.write_all(b"220 post.example ESMTP\r\n").await.ok()?;
        let mut address = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-post.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => {
                    self.logins.lock().expect("not poisoned").push(line.clone());
                    "235 welcome"
                }
                "RCPT" => {
                    address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    if address.starts_with("nobody@") { "550 no such box" } else { "250 ok" }
                }
                "DATA" => {
                    to.write_all(b"354 go on\r\n").await.ok()?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await.ok()? {
                        if line == "." {
                            break;
                        }
                        text.push_str(&line);
                        text.push('\n');
                    }
                    let mail = Mail { to: address.clone(), text };
                    self.mails.lock().expect("not poisoned").push(mail);
                    "250 kept"
                }
                "QUIT" => {
                    to.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "250 ok",
            };
            to.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        None
    }
}
