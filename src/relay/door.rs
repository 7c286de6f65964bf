//! The listeners' routes, which are there from the first moment on: before the store is open, everything is
//! answered 503, and the platform tries again.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use tower::ServiceExt;

/// A listener's routes, once they are there.
#[derive(Clone, Default)]
pub struct Door(Arc<OnceLock<Router>>);

impl Door {
    /// Opens: from now on `router` answers.
    pub fn open(&self, router: Router) {
        let _ = self.0.set(router);
    }

    /// What the listener serves.
    pub fn router(&self) -> Router {
        Router::new().fallback(through).with_state(self.clone())
    }
}

async fn through(State(door): State<Door>, request: Request) -> Response {
    match door.0.get() {
        Some(router) => {
            let answered: Result<_, Infallible> = router.clone().oneshot(request).await;
            answered.unwrap_or_else(|never| match never {})
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "the relay is starting\n").into_response(),
    }
}
