//! Points.

use crate::rig::House;
use serde_json::json;

#[tokio::test]
async fn points_are_added_listed_and_proven() {
    let house = House::open_with(|config| config.starting_points = 100).await;
    let person = house.person().await;
    assert_eq!(person.get("/wallet").await.expect(200).json()["low_balance"], true);
    let added = person.post("/wallet/topup", json!({"points": 500, "note": "invoice 7"})).await.expect(201);
    let expected = json!({"balance": 600, "reserved": 0, "captured_total": 0, "topped_up_total": 600,
        "low_balance": false, "price_per_recipient": 2});
    assert_eq!(added.json(), expected);
    assert_eq!(person.get("/wallet").await.expect(200).json(), expected);
    let ledger = person.get("/wallet/txns?limit=1").await.expect(200).json();
    assert_eq!(
        (ledger["items"][0]["points"].as_i64(), ledger["items"][0]["balance_after"].as_i64()),
        (Some(500), Some(600))
    );
    assert!(ledger["next_cursor"].is_string());
    for points in [0, 1_000_000_001] {
        person.post("/wallet/topup", json!({"points": points})).await.problem(422, "invalid");
    }
    let proof = person.get("/wallet/proof").await.expect(200).json();
    assert_eq!(
        (proof["balances"].as_bool(), proof["events"].as_i64(), proof["difference"].as_i64()),
        (Some(true), Some(2), Some(0))
    );
}

#[tokio::test]
async fn a_ledger_that_was_tampered_with_does_not_balance() {
    let house = House::open().await;
    let person = house.person().await;
    person.get("/wallet").await.expect(200);
    sqlx::query("update read.wallet set available = available + 1")
        .execute(&house.context.store.database.system)
        .await
        .unwrap();
    let proof = person.get("/wallet/proof").await.expect(200).json();
    assert_eq!(proof["balances"], false);
    let failed: Vec<_> = proof["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
    assert_eq!((failed.len(), failed[0]["name"].as_str()), (1, Some("balance_equals_log")));
}
