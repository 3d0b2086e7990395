//! Starting, restarting and ending a link.

use super::{Device, not_linkable, refused};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::At;
use crate::intent::{Asked, Decided, Intent};
use crate::packages::profile_change::view;
use crate::packages::view::Profile;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::ProfileId;
use waybill_domain::profile::{self, Command, LinkState};

/// Starts to link a device: the provider makes a code, which `link/code` shows and `link/events` follows.
///
/// The provider's webhooks of this number are pointed at this installation.
#[utoipa::path(post, path = "/packages/{id}/profiles/{pid}/link", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)),
    responses((status = 202, description = "Being linked, or linked already", body = Profile)))]
pub async fn start(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers>,
) -> Result<Response, Problem> {
    begin(&app, &intent.asked, path).await
}

pub async fn begin(app: &App, asked: &Asked, path: (Uuid, Uuid)) -> Result<Response, Problem> {
    if let Some(answer) = asked.answered_before(app).await? {
        return Ok(answer);
    }
    let device = Device::find(app, asked.tenant(), path).await?;
    let provider = app.providers.provider_for(device.provider);
    let linking = provider.linking().ok_or_else(not_linkable)?;
    profile::decide(&device.loaded.state, Command::StartLinking)?;
    let base = app.config.public_url.trim_end_matches('/');
    let callback = format!("{base}/hooks/{}/{}", device.provider.as_str().replace('_', "-"), path.1);
    let session = linking.start(&device.account, &callback).await.map_err(|refusal| refused(&refusal))?;
    if let Some(engine) = &session.engine {
        remember_engine(app, ProfileId(path.1), engine).await?;
    }
    // A device that was linked before needs no code.
    let told = session.state.link().filter(|link| matches!(link, LinkState::Linked { .. }));
    record(app, asked, path, |state| {
        let mut events = profile::decide(state, Command::StartLinking)?;
        if let Some(link) = told.clone() {
            let after = profile::Profile::fold(state.clone(), &events);
            events.extend(profile::decide(&after, Command::RecordLink(link))?);
        }
        Ok(events)
    })
    .await
}

/// Starts the device anew, keeping its link.
#[utoipa::path(post, path = "/packages/{id}/profiles/{pid}/link/restart", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)),
    responses((status = 202, description = "Started anew", body = Profile)))]
pub async fn restart(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers>,
) -> Result<Response, Problem> {
    let asked = &intent.asked;
    if let Some(answer) = asked.answered_before(&app).await? {
        return Ok(answer);
    }
    let device = Device::find(&app, asked.tenant(), path).await?;
    let provider = app.providers.provider_for(device.provider);
    let linking = provider.linking().ok_or_else(not_linkable)?;
    linking.restart(&device.account).await.map_err(|refusal| refused(&refusal))?;
    record(&app, asked, path, |_| Ok(Vec::new())).await
}

/// Unlinks the device. The number sends nothing until one is linked again.
#[utoipa::path(delete, path = "/packages/{id}/profiles/{pid}/link", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)),
    responses((status = 202, description = "Unlinked", body = Profile)))]
pub async fn unlink(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers>,
) -> Result<Response, Problem> {
    end(&app, &intent.asked, path).await
}

pub async fn end(app: &App, asked: &Asked, path: (Uuid, Uuid)) -> Result<Response, Problem> {
    if let Some(answer) = asked.answered_before(app).await? {
        return Ok(answer);
    }
    let device = Device::find(app, asked.tenant(), path).await?;
    let provider = app.providers.provider_for(device.provider);
    let linking = provider.linking().ok_or_else(not_linkable)?;
    linking.log_out(&device.account).await.map_err(|refusal| refused(&refusal))?;
    record(app, asked, path, |state| {
        let detail = "unlinked here".to_owned();
        Ok(profile::decide(state, Command::RecordLink(LinkState::Unlinked { detail }))?)
    })
    .await
}

/// What drives the device decides which ids it takes: kept with what else the provider needs to know.
async fn remember_engine(app: &App, id: ProfileId, engine: &str) -> Result<(), Problem> {
    let Some(mut access) = app.store.credential(id).await? else { return Ok(()) };
    let before = access.credential.settings.insert("engine".to_owned(), engine.to_owned());
    if before.as_deref() != Some(engine) {
        app.store.put_credential(&access).await?;
        app.accesses.forget(id);
    }
    Ok(())
}

/// Appends what was decided, after the provider did its part. What a crash between the two loses, the provider tells again.
async fn record(
    app: &App,
    asked: &Asked,
    path: (Uuid, Uuid),
    decide: impl Fn(&profile::State) -> Result<Vec<profile::Event>, Problem>,
) -> Result<Response, Problem> {
    let id = ProfileId(path.1);
    asked
        .carry_out(app, || async {
            let loaded = app.store.load::<profile::Profile>(asked.tenant(), id.0).await?;
            let events = decide(&loaded.state)?;
            let state = profile::Profile::fold(loaded.state, &events);
            let version = loaded.version + events.len() as i64;
            let view = view(app, asked, id, &state).await?;
            Ok(Decided::accepted(view)?.write(id, loaded.version, &events).at_version(version))
        })
        .await
}
