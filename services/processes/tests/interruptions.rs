//! What a process that was interrupted begins again after, and what ends it.

use waybill_projections::page::QueryError;
use waybill_runtime::leader::is_passing;

#[test]
fn a_question_to_a_read_model_that_broke_with_the_database_is_asked_again() {
    let away = QueryError::from(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()));
    assert!(is_passing(&anyhow::Error::from(away)));
    assert!(!is_passing(&anyhow::Error::from(QueryError::BadCursor)));
}
