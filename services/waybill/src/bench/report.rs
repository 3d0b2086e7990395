//! What a benchmark tells: a table for people, JSON for everything else.

use super::machine::{self, Conditions};
use anyhow::Context as _;
use chrono::Utc;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Lines of a table; the first column is on the left, figures on the right.
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|it| (*it).to_owned()).collect(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub fn print(&self) {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|at| lines().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0))
            .collect();
        println!();
        for row in lines() {
            let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            println!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
        println!();
    }
}

/// One finished benchmark.
#[derive(Serialize)]
pub struct Report {
    pub name: &'static str,
    /// The promise it is held against.
    pub goal: &'static str,
    pub at: chrono::DateTime<Utc>,
    pub cores: usize,
    pub version: &'static str,
    pub conditions: Vec<Conditions>,
    pub figures: Value,
}

impl Report {
    pub fn new(name: &'static str, goal: &'static str) -> Self {
        println!("\n{name}: {goal}");
        Self {
            name,
            goal,
            at: Utc::now(),
            cores: machine::cores(),
            version: env!("CARGO_PKG_VERSION"),
            conditions: Vec::new(),
            figures: json!({}),
        }
    }

    /// Measures the disk, before and after each round.
    pub fn probe(&mut self, folder: &Path, when: &str) -> anyhow::Result<()> {
        let conditions = Conditions::probe(folder)?;
        conditions.print(when);
        self.conditions.push(conditions);
        Ok(())
    }

    /// Writes it where it was asked for, or to `target/bench/<name>.json`.
    pub fn write(&self, path: Option<&Path>) -> anyhow::Result<()> {
        let usual = || PathBuf::from(format!("target/bench/{}.json", self.name));
        let path = path.map_or_else(usual, Path::to_owned);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        println!("  written to {}", path.display());
        Ok(())
    }
}

/// The middle one; of an even number the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

/// 12345.6 as `12,346`; small figures keep what distinguishes them.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.0} %", share * 100.0) } else { "-".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median([]).is_nan());
    }

    #[test]
    fn figures_can_be_read() {
        let shown = [0.5, 99.0, 100.4, 1_234.0, -1_234.0, 1_234_567.0, f64::NAN].map(figure);
        assert_eq!(shown, ["0.50", "99.00", "100", "1,234", "-1,234", "1,234,567", "-"]);
    }
}
