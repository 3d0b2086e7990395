//! The code to scan, as a picture and as a stream of pictures.

use super::{Device, not_linkable, refused};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::At;
use crate::live;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::profile::{self, LinkState};
use waybill_providers::Code;

/// Providers renew a code every twenty seconds and answer once a second.
const LOOK: Duration = Duration::from_millis(1_500);
/// No code is offered for longer than some minutes; whoever still looks connects again.
const LOOKS: u32 = 400;

/// What the page shows while a device is being linked.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Linking {
    /// `unlinked`, `linking`, `linked` or `disconnected`.
    pub state: String,
    /// Why it is not linked.
    pub detail: Option<String>,
    /// The number of the linked device, where the provider tells it.
    pub phone: Option<String>,
    /// The code to scan now, as the address of a picture (`data:`); a new one comes before it ends.
    pub code: Option<String>,
}

/// One event of the stream.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkingEvent)]
pub struct LinkingEvent {
    event: String,
    /// JSON: a `Linking`.
    data: String,
}

/// The code to scan, as a picture. It ends within twenty seconds; `409` when there is none at the moment.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/link/code", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)),
    responses((status = 200, description = "PNG, or SVG where the provider tells the text of the code",
        body = Vec<u8>, content_type = "image/png")))]
pub async fn code(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    reading: Reading<WriteNumbers>,
) -> Result<Response, Problem> {
    let device = Device::find(&app, reading.caller.tenant, path).await?;
    let provider = app.providers.provider_for(device.provider);
    let linking = provider.linking().ok_or_else(not_linkable)?;
    let none = |code, text: &str| Err(Problem::new(StatusCode::CONFLICT, code, text));
    // Some providers show a code at any time; it is worth nothing before their webhooks come here.
    if matches!(device.loaded.state.link, LinkState::Unlinked { .. }) {
        return none("no_code_yet", "there is no code yet; start linking first");
    }
    let (kind, bytes) = match linking.code(&device.account).await.map_err(|refusal| refused(&refusal))? {
        Code::Png(bytes) => ("image/png", bytes),
        Code::Text(text) => ("image/svg+xml", drawn(&text)?.into_bytes()),
        Code::Linked => return none("linked_already", "a device is linked already"),
        Code::NotYet => return none("no_code_yet", "there is no code yet; ask again in a moment"),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

/// Server-sent events: `linking` on connecting and whenever the state or the code is another. Ends once it is linked or
/// has failed.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/link/events", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)),
    responses((status = 200, description = "`event: linking`, `data:` a `Linking`", body = LinkingEvent,
        content_type = "text/event-stream")))]
pub async fn events(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    reading: Reading<WriteNumbers>,
) -> Result<Response, Problem> {
    let tenant = reading.caller.tenant;
    let device = Device::find(&app, tenant, path).await?;
    if device.loaded.state.link == LinkState::NotNeeded {
        return Err(not_linkable());
    }
    let (events, stream) = mpsc::channel(4);
    let stop = app.stop.clone();
    tokio::spawn(async move {
        let mut told: Option<Linking> = None;
        for _ in 0..LOOKS {
            let Ok(seen) = look(&app, &reading, path).await else { return };
            let over = seen.state != "linking";
            if told.as_ref() != Some(&seen) {
                let Ok(event) = Event::default().event("linking").json_data(&seen) else { return };
                if events.send(event).await.is_err() {
                    return;
                }
                told = Some(seen);
            }
            if over {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = events.closed() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    });
    Ok(live::response(ReceiverStream::new(stream)))
}

async fn look(app: &App, reading: &Reading<WriteNumbers>, path: (Uuid, Uuid)) -> Result<Linking, Problem> {
    // Who lost the right to see it, or signed out, sees no further code.
    let device = Device::find(app, reading.caller.tenant, path).await?;
    reading.caller.still_may::<WriteNumbers>(app).await?;
    let state: &profile::State = &device.loaded.state;
    let mut seen = Linking { state: state.link.as_str().to_owned(), detail: None, phone: None, code: None };
    match &state.link {
        LinkState::Unlinked { detail } | LinkState::Disconnected { detail } => seen.detail = Some(detail.clone()),
        LinkState::Linked { phone } => seen.phone = phone.clone(),
        LinkState::Linking => {
            let provider = app.providers.provider_for(device.provider);
            let linking = provider.linking().ok_or_else(not_linkable)?;
            match linking.code(&device.account).await {
                Ok(Code::Png(bytes)) => seen.code = Some(format!("data:image/png;base64,{}", STANDARD.encode(bytes))),
                Ok(Code::Text(text)) => {
                    seen.code = Some(format!("data:image/svg+xml;base64,{}", STANDARD.encode(drawn(&text)?)));
                }
                // Told by its webhook in a moment.
                Ok(Code::Linked | Code::NotYet) => {}
                Err(refusal) => seen.detail = Some(format!("{} ({})", refusal.detail, refusal.code)),
            }
        }
        LinkState::NotNeeded => return Err(not_linkable()),
    }
    Ok(seen)
}

fn drawn(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text.as_bytes()).map_err(Problem::internal)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(280, 280).build())
}
