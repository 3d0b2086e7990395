//! Everything of the Graph API that is not a message.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::graph::answers::{GraphError, json_response};
use crate::graph::{account, bearer, is_id, media, templates};
use crate::state::Sandbox;

const BODY_LIMIT: usize = 1 << 20;
const MEDIA_LIMIT: usize = (100 << 20) + (1 << 16);

/// Answers a path without its version.
pub async fn answer(sandbox: &Arc<Sandbox>, parts: &Parts, place: &[&str], body: Body) -> Response {
    if let ["whatsapp_business", "attachments"] = place {
        return media::fetch(sandbox, parts.uri.query().unwrap_or_default(), bearer(&parts.headers).is_some());
    }
    let limit = if place.last() == Some(&"media") { MEDIA_LIMIT } else { BODY_LIMIT };
    let Ok(body) = to_bytes(body, limit).await else {
        return GraphError::parameter("The request body is too large or did not arrive.").into_response();
    };
    match object(sandbox, parts, place, body).await {
        Ok(answer) => json_response(StatusCode::OK, &answer),
        Err(error) => error.into_response(),
    }
}

async fn object(
    sandbox: &Arc<Sandbox>,
    parts: &Parts,
    place: &[&str],
    body: axum::body::Bytes,
) -> Result<Value, GraphError> {
    let unknown = || GraphError::unknown_object(&place.join("/"));
    let url = reqwest::Url::parse(&format!("http://graph{}", parts.uri)).map_err(|_| unknown())?;
    let query: Vec<(String, String)> =
        url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    let field = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let token = bearer(&parts.headers).ok_or_else(GraphError::token)?;
    if let (&Method::GET, ["debug_token"]) = (&parts.method, place) {
        return Ok(account::debug_token(sandbox, field("input_token").unwrap_or_default()));
    }
    let [id, rest @ ..] = place else { return Err(unknown()) };
    if !is_id(id) {
        return Err(unknown());
    }
    let json = || match serde_json::from_slice(&body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        _ if body.is_empty() => Ok(json!({})),
        _ => Err(GraphError::parameter("The request body is not a JSON object.")),
    };
    let of_number = || if sandbox.token_fits(id, token) { Ok(()) } else { Err(GraphError::token()) };
    let of_business = || {
        let numbers = account::numbers_of(sandbox, id);
        let fits =
            numbers.is_empty() || numbers.iter().any(|number| sandbox.token_fits(&number.phone_number_id, token));
        if fits { Ok(()) } else { Err(GraphError::token()) }
    };
    match (&parts.method, rest) {
        (&Method::GET, []) => match sandbox.files.get(id) {
            Some(file) if sandbox.token_fits(&file.owner, token) => Ok(media::look_up(sandbox, &file)),
            Some(_) => Err(GraphError::token()),
            None if sandbox.graph.read().is_business(id) => {
                of_business()?;
                Ok(account::business(sandbox, id))
            }
            None => {
                of_number()?;
                sandbox.profile(id);
                Ok(account::number(sandbox, id))
            }
        },
        (&Method::DELETE, []) => match sandbox.files.get(id) {
            Some(file) if sandbox.token_fits(&file.owner, token) => {
                sandbox.files.remove(id);
                Ok(json!({ "success": true }))
            }
            _ => Err(unknown()),
        },
        (&Method::POST, []) => match templates::edit(sandbox, id, &json()?) {
            Some(answer) => Ok(answer),
            None => {
                of_number()?;
                account::configure(sandbox, id, &json()?).await
            }
        },
        (&Method::POST, ["media"]) => {
            of_number()?;
            media::upload(sandbox, id, parts, body).await
        }
        (&Method::POST, ["register" | "deregister"]) => {
            of_number()?;
            Ok(json!({ "success": true }))
        }
        (&Method::GET, ["block_users"]) => {
            of_number()?;
            Ok(account::blocks(sandbox, id))
        }
        (&Method::POST | &Method::DELETE, ["block_users"]) => {
            of_number()?;
            account::change_blocks(sandbox, id, &json()?, parts.method == Method::POST)
        }
        (verb, ["message_templates"]) => {
            of_business()?;
            match *verb {
                Method::GET => Ok(templates::list(sandbox, id, &query)),
                Method::POST => templates::create(sandbox, id, &json()?),
                Method::DELETE => templates::delete(sandbox, id, field("name").unwrap_or_default()),
                _ => Err(unknown()),
            }
        }
        (&Method::GET, ["phone_numbers"]) => {
            of_business()?;
            Ok(account::numbers(sandbox, id))
        }
        (verb, ["subscribed_apps"]) => {
            of_business()?;
            match *verb {
                Method::GET => Ok(account::subscriptions(sandbox, id)),
                Method::POST => account::subscribe(sandbox, id, &json()?).await,
                Method::DELETE => Ok(account::unsubscribe(sandbox, id)),
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}
