//! Signing out.

use super::session::{self, REFRESH_COOKIE};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;

/// Ends the session of this browser; without one it does nothing.
#[utoipa::path(post, path = "/logout", tag = "auth", security(("refresh_cookie" = []), ()),
    responses((status = 204, description = "Signed out")))]
pub async fn logout(State(app): State<App>, jar: CookieJar) -> Result<impl IntoResponse, Problem> {
    if let Some(token) = jar.get(REFRESH_COOKIE) {
        let mut connection = app.store.database.system.acquire().await?;
        session::end_family(&app, &mut connection, token.value()).await?;
    }
    Ok((StatusCode::NO_CONTENT, session::forget(&app)))
}
