//! Uploads of contact files.

use crate::rig::{House, Person, Reply};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

const FILE: &[u8] = b"phone,name,city\n+4915112345678,Ana,Bonn\nnonsense,Bea,Ulm\n+4915112345678,Ana,Bonn\n";

/// A form as a browser sends it: fields in this order, the file where `file` is.
async fn upload(person: &Person, fields: &[(&str, &str)], file: &[u8], key: Option<&str>) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(b"--boundary\r\n");
        if *name == "file" {
            let head = "Content-Disposition: form-data; name=\"file\"; filename=\"spring.csv\"\r\n\r\n";
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(file);
        } else {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
            body.extend_from_slice(head.as_bytes());
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--boundary--\r\n");
    let mut request =
        Request::post("/api/v1/contacts/upload").header("content-type", "multipart/form-data; boundary=boundary");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    person.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_look_at_a_file_stores_nothing() {
    let house = House::open().await;
    let person = house.person().await;
    for fields in [[("commit", "false"), ("file", "")], [("file", ""), ("commit", "false")]] {
        let seen = upload(&person, &fields, FILE, None).await.expect(200).json();
        assert_eq!(
            (seen["headers"].clone(), seen["delimiter"].as_str()),
            (json!(["phone", "name", "city"]), Some(","))
        );
        let outcomes: Vec<_> = seen["rows"].as_array().unwrap().iter().map(|row| row["outcome"].clone()).collect();
        assert_eq!(outcomes, ["ok", "rejected", "duplicate"]);
    }
    assert_eq!(house.count("select count(*) from process.upload").await, 0);
    assert_eq!(house.count("select count(*) from process.upload_piece").await, 0);
}

#[tokio::test]
async fn a_file_is_stored_whole_and_its_import_begins() {
    let house = House::open().await;
    let person = house.person().await;
    let mut file = FILE.to_vec();
    while file.len() < 3 << 20 {
        file.extend_from_slice(b"+4915112345679,Cem,Kiel\n");
    }
    let fields =
        [("commit", "true"), ("list_name", "Spring"), ("tags", "a, b"), ("default_country", "de"), ("file", "")];
    let accepted = upload(&person, &fields, &file, Some("once")).await.expect(202);
    let again = upload(&person, &fields, &file, Some("once")).await.expect(202);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (accepted.json(), Some("true")));
    upload(&person, &fields, FILE, Some("once")).await.problem(422, "idempotency_mismatch");

    let id = accepted.json()["import_id"].as_str().unwrap().to_owned();
    let pool = &house.context.store.database.system;
    let (stored, bytes, complete): (Vec<u8>, i64, bool) = sqlx::query_as(
        "select (select string_agg(body, ''::bytea order by nth) from process.upload_piece), bytes, complete
         from process.upload",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert!(stored == file, "the pieces are the file");
    assert_eq!((bytes, complete), (file.len() as i64, true));
    let options: serde_json::Value =
        sqlx::query_scalar("select options from process.upload").fetch_one(pool).await.unwrap();
    assert_eq!((options["default_country"].as_str(), options["tags"].clone()), (Some("DE"), json!(["a", "b"])));

    let import = person.get(&format!("/imports/{id}")).await.expect(200).json();
    assert_eq!((import["status"].as_str(), import["file_name"].as_str()), (Some("running"), Some("spring.csv")));
    assert_eq!(import["bytes_total"], file.len() as i64);
    let lists = person.get("/contacts/lists").await.expect(200).json();
    assert_eq!((&lists["items"][0]["id"], lists["items"][0]["name"].as_str()), (&import["list_id"], Some("Spring")));
    assert_eq!(person.get("/imports").await.expect(200).json()["items"][0]["id"], id);
    assert_eq!(person.get(&format!("/imports/{id}/rows")).await.expect(200).json()["items"], json!([]));
    let csv = person.get(&format!("/imports/{id}/rejected.csv")).await.expect(200);
    assert_eq!((csv.text().as_str(), csv.header("content-type")), ("line,reason\n", Some("text/csv; charset=utf-8")));
}

#[tokio::test]
async fn a_file_that_cannot_be_imported_is_refused_while_somebody_looks() {
    let house = House::open().await;
    let person = house.person().await;
    let commit = [("commit", "true"), ("file", "")];
    upload(&person, &commit, b"city\nBonn\n", None).await.problem(422, "no_phone_column");
    upload(&person, &commit, b"PK\x03\x04", None).await.problem(422, "file_is_workbook");
    upload(&person, &commit, b"", None).await.problem(422, "file_empty");
    upload(&person, &[("commit", "true")], FILE, None).await.problem(422, "invalid");
    upload(&person, &[("mapping", "{"), ("file", "")], FILE, None).await.problem(422, "invalid");
    upload(&person, &[("file", ""), ("mapping", "{")], FILE, None).await.problem(422, "invalid");
    assert_eq!(house.count("select count(*) from process.upload_piece").await, 0);
    assert_eq!(house.count("select count(*) from es.event where category = 'import'").await, 0);
    person.post("/contacts/upload", json!({})).await.problem(415, "media_type");
}
