//! Signing out.

use super::enter::note;
use super::session::{self, REFRESH_COOKIE};
use crate::app::App;
use crate::audit::Ending;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;

/// Ends the session of this browser; without one it does nothing.
#[utoipa::path(post, path = "/logout", tag = "auth", security(("refresh_cookie" = []), ()),
    responses((status = 204, description = "Signed out")))]
pub async fn logout(State(app): State<App>, scope: Scope, jar: CookieJar) -> Result<impl IntoResponse, Problem> {
    if let Some(token) = jar.get(REFRESH_COOKIE) {
        let mut transaction = app.store.database.system.begin().await?;
        if let Some(who) = session::end_family(&app, &mut transaction, token.value()).await? {
            let ending = Ending::done(204, None);
            let position = note(&app, &scope, &mut transaction, &who, ending, Vec::new()).await?;
            transaction.commit().await?;
            app.store.announce(position);
            scope.is_audited();
        }
    }
    Ok((StatusCode::NO_CONTENT, session::forget(&app)))
}
