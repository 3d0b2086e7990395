//! The commands. Each is a few lines that hand over to where the work is.

use crate::files::{self, FilesCommand};
use crate::keys::{self, KeysCommand, PlanArgs};
use crate::{bench, demo, health, roles};
use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use waybill::up::{self, DownArgs, UpArgs};
use waybill_event_store::{Database, MasterKey};
use waybill_runtime::{Clock, Config, Context, Role, telemetry};

/// Event-sourced messaging over WhatsApp business numbers.
#[derive(Parser)]
#[command(name = "waybill", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Up(UpArgs),
    Down(DownArgs),
    /// Run one or more roles in this process: gateway, relay, projector, processes, sender, sandbox, or all
    Run(RunArgs),
    /// Bring the database to this version
    Migrate(Config),
    /// Read models: rebuild one from the log, beside the live one
    #[command(subcommand)]
    Projection(ProjectionCommand),
    /// Change the keys that protect everything else
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look after the files of messages
    #[command(subcommand)]
    Files(FilesCommand),
    /// Put a tenant on a plan
    Plan(PlanArgs),
    /// Print the OpenAPI document
    Openapi,
    /// Ask a running process whether it is well; for container health checks
    Healthcheck {
        /// Its address
        #[arg(long, default_value = "http://127.0.0.1:8080/readyz")]
        url: String,
    },
    Bench(bench::BenchArgs),
}

#[derive(Args)]
struct RunArgs {
    /// Separated by commas
    #[arg(value_delimiter = ',', required = true)]
    roles: Vec<String>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum ProjectionCommand {
    /// Rebuild a read model from position 0 and swap it in when it has caught up
    Rebuild {
        name: String,
        #[command(flatten)]
        config: Config,
    },
}

impl Cli {
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Up(args) => up::up(args, demo::start).await,
            Command::Down(args) => tokio::task::spawn_blocking(move || up::down(&args)).await?,
            Command::Run(args) => run_roles(args).await,
            Command::Migrate(config) => migrate(&config).await,
            Command::Projection(ProjectionCommand::Rebuild { name, config }) => rebuild(&name, config).await,
            Command::Keys(command) => keys::run(command).await,
            Command::Files(command) => files::run(command).await,
            Command::Plan(args) => keys::plan(args).await,
            Command::Openapi => {
                print!("{}", waybill_gateway::openapi_json());
                Ok(())
            }
            Command::Healthcheck { url } => health::check(&url).await,
            Command::Bench(args) => bench::run(args).await,
        }
    }
}

async fn run_roles(args: RunArgs) -> anyhow::Result<()> {
    let mut wanted = Vec::new();
    for name in &args.roles {
        if name == "all" {
            wanted.extend(Role::WORKERS);
        } else {
            wanted.push(name.parse::<Role>().map_err(anyhow::Error::msg)?);
        }
    }
    let _telemetry = telemetry::init(&args.config, &args.roles.join("+"))?;
    telemetry::metrics();
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    roles::run(&wanted, args.config, stop).await
}

fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for signals")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}

pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let config = config.clone().with_master_key()?;
    let master = MasterKey::from_hex(config.master_key.expose_secret())?;
    Database::migrate(&config.database_url, &master).await.context("migrating the database")
}

async fn rebuild(name: &str, config: Config) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    let context = Context::connect(config, Clock::system(), stop).await?;
    let report = waybill_projector::rebuild(&context, name, |progress| {
        let percent = progress.position * 100 / progress.target.max(1);
        let bar = "#".repeat(usize::try_from(percent / 4).unwrap_or(0));
        eprint!("\r{name} [{bar:<25}] {percent:>3} %  {}/{}", progress.position, progress.target);
    })
    .await?;
    eprintln!();
    println!("{name}: {report:?}");
    Ok(())
}
