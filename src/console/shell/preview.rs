//! Fetches the files of pictures that are on the screen, one after the other, and has each decoded beside all else.

use crate::console::effect::PreviewAsk;
use crate::console::preview::{BYTES_MOST, NoPreview, Preview, decode};
use crate::kit::Secret;
use reqwest::{Client, Url};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a file may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whose turn it is: one file at a time is fetched and decoded, so that memory is taken for one.
pub(super) type Turn = Arc<Mutex<()>>;

/// Fetches the file at `url` and makes a preview of it. A decoder that fails, in whatever way, makes none.
pub(super) async fn preview(
    ask: &PreviewAsk,
    client: Client,
    url: Url,
    token: &Secret,
    turn: Turn,
) -> Result<Preview, NoPreview> {
    let turn = turn.lock_owned().await;
    let file = match timeout(PATIENCE, fetch(client, url, token)).await {
        Ok(fetched) => fetched?,
        Err(_) => return Err(NoPreview::NotCome),
    };
    let wish = ask.wish;
    let decoded = spawn_blocking(move || {
        let decoded = decode(&file, wish);
        drop(turn);
        decoded
    });
    decoded.await.unwrap_or(Err(NoPreview::NoPicture))
}

async fn fetch(client: Client, url: Url, token: &Secret) -> Result<Vec<u8>, NoPreview> {
    let not_come = |_| NoPreview::NotCome;
    let answer = client.get(url).bearer_auth(token.expose()).send().await.map_err(not_come)?;
    let mut answer = answer.error_for_status().map_err(not_come)?;
    let mut file = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(not_come)? {
        if (file.len() + piece.len()) as u64 > BYTES_MOST {
            return Err(NoPreview::NoPicture);
        }
        file.extend_from_slice(&piece);
    }
    Ok(file)
}
