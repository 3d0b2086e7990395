//! The one binary of Waybill. What it can do is in `cli`.

mod bench;
mod cli;
mod demo;
mod files;
mod health;
mod keys;
mod roles;

use clap::Parser;
use std::process::ExitCode;

/// Events are small and many: the system's allocator took a seventh of all time of a campaign.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime can be made");
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("waybill: {error:#}");
            ExitCode::FAILURE
        }
    }
}
