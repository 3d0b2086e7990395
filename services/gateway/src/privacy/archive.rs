//! A ZIP of a few files, as an answer.

use crate::problem::Problem;
use crate::table;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    pub fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        self.file(name, text.as_bytes())
    }

    pub fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), Problem> {
        self.file(name, &serde_json::to_vec_pretty(value)?)
    }

    pub fn csv(&mut self, name: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Result<(), Problem> {
        let head = columns.iter().map(|column| (*column).to_owned()).collect();
        self.file(name, &table::write(std::iter::once(head).chain(rows)))
    }

    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.0.start_file(name, SimpleFileOptions::default()).map_err(Problem::internal)?;
        self.0.write_all(bytes).map_err(Problem::internal)
    }

    pub fn answer(self, name: &str) -> Result<Response, Problem> {
        let bytes = self.0.finish().map_err(Problem::internal)?.into_inner();
        let headers = [
            (CONTENT_TYPE, "application/zip".to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (CACHE_CONTROL, "no-store".to_owned()),
        ];
        Ok((headers, bytes).into_response())
    }
}
