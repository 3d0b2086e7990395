//! Addresses and requests of WAHA. The key stands in a header.

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::http::{self, Client, invalid_account, is_chat_segment, is_path_segment};
use crate::limits::invalid;
use crate::waha::errors::judge;
use crate::{Account, waha};

/// A request to `{base}/api{path}`.
pub fn request(client: &Client, account: &Account, method: Method, path: &str) -> Result<RequestBuilder, Refusal> {
    session(account)?;
    let url = format!("{}/api{path}", account.base_url.trim_end_matches('/'));
    Ok(client.request(method, url)?.header(waha::KEY_HEADER, account.access_token.expose_secret()))
}

/// The session, fit to stand in an address.
pub fn session(account: &Account) -> Result<&str, Refusal> {
    if is_path_segment(&account.number_id) {
        Ok(&account.number_id)
    } else {
        Err(invalid_account("the session cannot be part of an address"))
    }
}

/// An id of a chat, group or message, fit to stand in an address.
pub fn segment(id: &str) -> Result<&str, Refusal> {
    if is_chat_segment(id) { Ok(id) } else { Err(invalid("the id cannot be part of an address")) }
}

pub async fn get(client: &Client, account: &Account, path: &str, query: &[(&str, &str)]) -> Result<Value, Refusal> {
    http::ask(account, request(client, account, Method::GET, path)?.query(query), judge).await
}

pub async fn put(client: &Client, account: &Account, path: &str, body: &Value) -> Result<Value, Refusal> {
    http::ask(account, request(client, account, Method::PUT, path)?.json(body), judge).await
}

pub async fn post(client: &Client, account: &Account, path: &str, body: &Value) -> Result<Value, Refusal> {
    http::ask(account, request(client, account, Method::POST, path)?.json(body), judge).await
}
