//! Long answers, made and sent piece by piece: what one request takes in memory does not grow with what it asks
//! for. Each piece is a read of its own, so a client who reads slowly keeps nobody else waiting.

use super::answer::Fault;
use crate::wire::Refused;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Serialize;
use std::io;

/// Rows or entries of one piece.
pub(super) const PIECE: usize = 200;

/// A JSON text: `head`, the items of all pieces with commas between them, `tail`. `piece` reads from a place and
/// says where the next piece begins, if there is one. What is wrong with the first is answered as a refusal;
/// later the answer is cut off, which a client sees.
pub(super) async fn answer<T, C, F>(
    head: String,
    tail: &'static str,
    begins: C,
    piece: impl Fn(C) -> F + Send + 'static,
) -> Result<Response, Fault>
where
    T: Serialize + Send + 'static,
    C: Send + 'static,
    F: Future<Output = Result<(Vec<T>, Option<C>), Refused>> + Send,
{
    let first = piece(begins).await?;
    let pieces = unfold(Some((piece, first, head.into_bytes(), true)), move |state| async move {
        let (piece, (items, next), mut text, mut bare) = state?;
        for item in &items {
            if !std::mem::take(&mut bare) {
                text.push(b',');
            }
            if let Err(error) = serde_json::to_writer(&mut text, item) {
                return Some((Err(io::Error::other(error)), None));
            }
        }
        drop(items);
        let Some(next) = next else {
            text.extend_from_slice(tail.as_bytes());
            return Some((Ok(Bytes::from(text)), None));
        };
        match piece(next).await {
            Ok(read) => Some((Ok(Bytes::from(text)), Some((piece, read, Vec::new(), bare)))),
            Err(refused) => Some((Err(io::Error::other(refused.message)), None)),
        }
    });
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], Body::from_stream(pieces)).into_response())
}
