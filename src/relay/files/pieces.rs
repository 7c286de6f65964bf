//! A sealed file as a stream: read piece by piece on threads that may wait for the disk.

use crate::vault::{FileError, Opened};
use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use std::io;

/// What is left of a file. One that is not as it was sealed breaks the stream off.
pub fn pieces(opened: Opened) -> impl Stream<Item = io::Result<Bytes>> {
    unfold(Some(opened), |opened| async move {
        let mut opened = opened?;
        let read = tokio::task::spawn_blocking(move || {
            let piece = opened.next_piece();
            (piece, opened)
        });
        match read.await {
            Ok((Ok(Some(piece)), opened)) => Some((Ok(Bytes::from(piece)), Some(opened))),
            Ok((Ok(None), _)) => None,
            Ok((Err(error), _)) => {
                if matches!(error, FileError::Broken) {
                    tracing::error!("a file is not as it was sealed: it is not given out");
                }
                Some((Err(io::Error::other(error)), None))
            }
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    })
}
