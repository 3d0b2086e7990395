//! Every setting of every role, from the command line or the environment. `deploy/env.example` lists them; a test holds
//! the two together.

use anyhow::Context as _;
use clap::{Args, Parser, ValueEnum};
use secrecy::ExposeSecret;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use waybill_media_files::{MediaFiles, Scanner, Shelf};
use waybill_providers::Reach;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Postgres, as a role that may migrate; the application connects as its own restricted roles.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,

    /// NATS with JetStream, 2.10 or newer.
    #[arg(long, env = "NATS_URL", default_value = "nats://127.0.0.1:4222", hide_env_values = true)]
    pub nats_url: String,

    /// 64 hexadecimal digits that protect every other secret. Losing it loses all personal data.
    #[arg(long, env = "WAYBILL_MASTER_KEY", hide_env_values = true, default_value = "", hide_default_value = true)]
    pub master_key: SecretString,

    /// A file with the master key, in place of the key itself; nobody but its owner may read it.
    #[arg(long, env = "WAYBILL_MASTER_KEY_FILE")]
    pub master_key_file: Option<PathBuf>,

    /// Name of the JetStream stream, for several installations on one NATS.
    #[arg(long, env = "WAYBILL_STREAM", default_value = "EVENTS")]
    pub stream: String,

    /// Copies of the JetStream stream: 1 on a single server, 3 on a cluster.
    #[arg(long, env = "WAYBILL_STREAM_REPLICAS", default_value_t = 1)]
    pub stream_replicas: usize,

    /// Where the gateway listens.
    #[arg(long, env = "WAYBILL_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where people and providers reach the gateway.
    #[arg(long, env = "WAYBILL_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    pub public_url: String,

    /// Where the sandbox provider answers. When set, a new tenant starts with a package of three sandbox numbers.
    #[arg(long, env = "WAYBILL_SANDBOX_URL")]
    pub sandbox_url: Option<String>,

    /// Providers inside the network: hosts, `host:port` and networks, separated by commas. Beside these and the sandbox,
    /// numbers are called at public addresses only.
    #[arg(long, env = "WAYBILL_PRIVATE_PROVIDERS", default_value = "")]
    pub private_providers: String,

    /// Where the sandbox role listens.
    #[arg(long, env = "WAYBILL_SANDBOX_LISTEN", default_value = "127.0.0.1:8090")]
    pub sandbox_listen: SocketAddr,

    /// A file in which the sandbox remembers what it accepted, across restarts.
    #[arg(long, env = "WAYBILL_SANDBOX_JOURNAL")]
    pub sandbox_journal: Option<std::path::PathBuf>,

    /// Metrics and health of a process without a gateway.
    #[arg(long, env = "WAYBILL_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// The server that takes mail, such as smtps://user:password@mail.example.org.
    #[arg(long, env = "WAYBILL_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,

    /// Whom mail is from.
    #[arg(long, env = "WAYBILL_MAIL_FROM", default_value = "Waybill <waybill@localhost>")]
    pub mail_from: String,

    /// A folder that mail is put into instead, and shown from at /dev/mail to whoever asks: for trying things out only.
    #[arg(long, env = "WAYBILL_MAIL_FOLDER")]
    pub mail_folder: Option<std::path::PathBuf>,

    /// A file of JSON with the providers of single sign-on; docs/single-sign-on.md has an example.
    #[arg(long, env = "WAYBILL_OIDC_PROVIDERS")]
    pub oidc_providers: Option<std::path::PathBuf>,

    /// Proxies whose `X-Forwarded-For` is believed: addresses and networks, separated by commas.
    #[arg(long, env = "WAYBILL_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,

    /// Requests of a tenant in a minute, in place of what its plan allows.
    #[arg(long, env = "WAYBILL_REQUESTS_PER_MINUTE", value_parser = clap::value_parser!(u32).range(1..))]
    pub requests_per_minute: Option<u32>,

    /// Requests of one address in a minute that show no valid credentials.
    #[arg(long, env = "WAYBILL_REQUESTS_PER_MINUTE_PER_ADDRESS", default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub requests_per_minute_per_address: u32,

    /// Where the files of messages lie: file:///var/lib/waybill/media, or s3://bucket/prefix with the settings of AWS
    /// (AWS_ENDPOINT, AWS_ACCESS_KEY_ID, …) in the environment. Without it, messages are sent without files.
    #[arg(long, env = "WAYBILL_MEDIA_STORE")]
    pub media_store: Option<String>,

    /// Bytes of a file, at most.
    #[arg(long, env = "WAYBILL_MEDIA_MAX_BYTES", default_value_t = 10 * 1024 * 1024)]
    pub media_max_bytes: u64,

    /// The virus scanner that sees every file first: tcp://host:3310 or unix:///run/clamav/clamd.ctl.
    #[arg(long, env = "WAYBILL_CLAMD")]
    pub clamd: Option<String>,

    /// Points a new tenant starts with.
    #[arg(long, env = "WAYBILL_STARTING_POINTS", default_value_t = 1_000_000)]
    pub starting_points: u64,

    /// Messages of one number that may be with the provider at once.
    #[arg(long, env = "WAYBILL_IN_FLIGHT", default_value_t = 256)]
    pub in_flight: u32,

    /// Calls to providers at once, over all numbers. What is being called when a sender is killed becomes uncertain. One in
    /// eight is kept for replies.
    #[arg(long, env = "WAYBILL_CALLS_AT_ONCE", default_value_t = 128)]
    pub calls_at_once: u32,

    /// Seconds after which an uncertain message is put before a person.
    #[arg(long, env = "WAYBILL_UNCERTAIN_DEADLINE_S", default_value_t = 900)]
    pub uncertain_deadline_s: u32,

    /// Seconds a provider may take to answer.
    #[arg(long, env = "WAYBILL_PROVIDER_TIMEOUT_S", default_value_t = 20)]
    pub provider_timeout_s: u32,

    /// Connections to Postgres, for each of the two roles.
    #[arg(long, env = "WAYBILL_DATABASE_CONNECTIONS", default_value_t = 24)]
    pub database_connections: u32,

    /// OTLP collector (gRPC) for traces. Off when not set.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    #[arg(long, env = "WAYBILL_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,

    /// What is logged, as `tracing` directives.
    #[arg(long, env = "WAYBILL_LOG", default_value = "info,sqlx=warn,async_nats=warn,hyper=warn")]
    pub log: String,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    config: Config,
}

impl Config {
    /// With the master key out of its file, if it is in one.
    pub fn with_master_key(mut self) -> anyhow::Result<Self> {
        if let Some(path) = &self.master_key_file {
            self.master_key = read_secret(path)?;
        }
        let is_there = !self.master_key.expose_secret().is_empty();
        anyhow::ensure!(is_there, "WAYBILL_MASTER_KEY or WAYBILL_MASTER_KEY_FILE is needed");
        Ok(self)
    }

    /// Where providers may be: in public, where the operator lists them, and at the sandbox.
    pub fn reach(&self) -> anyhow::Result<Reach> {
        let reach = Reach::parse(&self.private_providers).context("WAYBILL_PRIVATE_PROVIDERS")?;
        match &self.sandbox_url {
            Some(url) => reach.and_origin(url).context("WAYBILL_SANDBOX_URL"),
            None => Ok(reach),
        }
    }

    /// The store of files and what guards it; `None` where there is none.
    pub fn shelf(&self) -> anyhow::Result<Option<Shelf>> {
        let Some(address) = &self.media_store else { return Ok(None) };
        let files = MediaFiles::open(address, std::env::vars()).context("WAYBILL_MEDIA_STORE")?;
        let scanner = self.clamd.as_deref().map(Scanner::parse).transpose().context("WAYBILL_CLAMD")?;
        Ok(Some(Shelf::new(files, scanner, self.media_max_bytes)))
    }

    /// The defaults on these servers, as the environment may change them: for whoever starts roles without a command
    /// line.
    pub fn on(database_url: &str, nats_url: &str, master_key: &str) -> Self {
        let arguments = ["waybill", "--database-url", database_url, "--nats-url", nats_url, "--master-key", master_key];
        Defaults::parse_from(arguments).config
    }
}

/// The contents of a file that only its owner may read.
pub fn read_secret(path: &Path) -> anyhow::Result<SecretString> {
    let about = std::fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?;
    let others = about.mode() & 0o077;
    anyhow::ensure!(
        others == 0,
        "others may read or change {}: its permissions are {:o}, `chmod 600` makes them right",
        path.display(),
        about.mode() & 0o777
    );
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text.trim().to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn providers_inside_are_those_that_are_listed_and_the_sandbox() {
        let mut config = Config::on("postgres://nowhere/", "nats://nowhere", "00");
        let allows = |config: &Config, url: &str| config.reach().expect("a list").allows(url);
        config.sandbox_url = None;
        config.private_providers = String::new();
        assert!(allows(&config, "https://graph.facebook.com/") && !allows(&config, "http://127.0.0.1:8090/green"));
        config.sandbox_url = Some("http://127.0.0.1:8090/".into());
        config.private_providers = "10.1.0.0/16".into();
        assert!(allows(&config, "http://127.0.0.1:8090/green") && !allows(&config, "http://127.0.0.1:8091/green"));
        assert!(allows(&config, "http://10.1.2.3:3000/") && !allows(&config, "http://10.2.2.3:3000/"));
        config.private_providers = "10.1.0.0/99".into();
        assert!(format!("{:#}", config.reach().unwrap_err()).starts_with("WAYBILL_PRIVATE_PROVIDERS: `10.1.0.0/99`"));
    }

    #[test]
    fn a_key_file_is_read_only_when_nobody_else_may() {
        let path = std::env::temp_dir().join(format!("waybill-key-{}", std::process::id()));
        std::fs::write(&path, "abc\n").expect("written");
        let allow = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("changed");
        for mode in [0o644, 0o640, 0o602] {
            allow(mode);
            assert!(read_secret(&path).is_err(), "{mode:o}");
        }
        allow(0o600);
        assert_eq!(read_secret(&path).expect("read").expose_secret(), "abc");
        std::fs::remove_file(&path).expect("removed");
    }
}
