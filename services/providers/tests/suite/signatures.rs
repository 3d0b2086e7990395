//! Who is believed.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::json;
use waybill_providers::{Account, SignatureError};

use crate::rig::Rig;

pub async fn nobody_else_is_believed(rig: &mut Rig) {
    if !rig.abilities().receives {
        let told = rig.provider.verify_signature(&rig.account, &HeaderMap::new(), b"{}");
        assert_eq!(told, Err(SignatureError::Mismatch));
        assert!(rig.provider.parse_webhook(b"{}").is_err());
        return;
    }
    rig.write(json!({ "text": "signed" })).await;
    let (headers, body): (HeaderMap, Bytes) = rig.webhook().await;
    let check =
        |account: &Account, headers: &HeaderMap, body: &[u8]| rig.provider.verify_signature(account, headers, body);
    assert_eq!(check(&rig.account, &headers, &body), Ok(()));
    assert_eq!(check(&rig.account, &HeaderMap::new(), &body), Err(SignatureError::Missing));
    let other = Account { webhook_secret: "another-secret".into(), ..rig.account.clone() };
    assert_eq!(check(&other, &headers, &body), Err(SignatureError::Mismatch));
    let open = Account { webhook_secret: "".into(), ..rig.account.clone() };
    assert_eq!(check(&open, &headers, &body), Err(SignatureError::Mismatch));
    if rig.abilities().signs_webhooks {
        let altered = [&body[..], b" "].concat();
        assert_eq!(check(&rig.account, &headers, &altered), Err(SignatureError::Mismatch));
    }
}
