//! What may stand in an address, and where an address leads.

/// Whether an id can stand between two slashes of an address and mean only itself.
pub fn is_path_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The same for ids of chats, messages and groups. Two dots alone would climb.
pub fn is_chat_segment(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_@.:=".contains(&byte);
    !id.is_empty() && id.len() <= 200 && id.bytes().all(allowed) && !id.starts_with('.')
}

/// Whether two addresses lead to the same server.
pub fn same_origin(one: &str, other: &str) -> bool {
    let origin = |url: &str| reqwest::Url::parse(url).ok().map(|url| url.origin());
    matches!((origin(one), origin(other)), (Some(one), Some(other)) if one.is_tuple() && one == other)
}

/// Whether an address that came from outside leads out of this network, as far as it shows: by name, encrypted.
pub fn is_public_address(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let is_name = url.domain().is_some_and(|name| name.contains('.') && !name.ends_with(".localhost"));
    url.scheme() == "https" && is_name && url.username().is_empty() && url.password().is_none()
}
