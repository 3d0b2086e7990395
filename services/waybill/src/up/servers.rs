//! Postgres, NATS and the sandbox for `waybill up`: private ones, or those that were named.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, bail, ensure};
use sqlx::Connection;
use waybill_launcher::{DataFolder, NatsServer, PostgresServer, Supervisor, Tuning, nats, postgres};

use super::{Servers, UpArgs, absolute, require_free, sandbox};

/// Opens the folder and starts the children, in the order they depend on each other. Blocks.
pub(super) fn start(args: &UpArgs, supervisor: &mut Supervisor) -> anyhow::Result<(DataFolder, Servers)> {
    let sandbox_port = match args.sandbox_port {
        Some(port) => port,
        None => {
            args.port.checked_add(10).context("--port leaves no room for the sandbox: name one with --sandbox-port")?
        }
    };
    let folder = DataFolder::open(&absolute(&args.data)?)?;
    require_free(args.port, "--port")?;
    require_free(sandbox_port, "--sandbox-port")?;
    let master_key = match &args.master_key {
        Some(given) => given.clone(),
        None => folder.master_key()?,
    };

    let database_url = match &args.database_url {
        Some(url) => url.clone(),
        None => {
            let server = PostgresServer::prepare(folder.root(), Tuning::Product)?;
            supervisor.run(server.clone())?;
            server.create_database(postgres::DATABASE)?;
            server.url(postgres::DATABASE)
        }
    };
    let nats_url = match &args.nats_url {
        Some(url) => url.clone(),
        None => {
            let server = NatsServer::prepare(folder.root())?;
            let url = server.url();
            supervisor.run(server)?;
            url
        }
    };
    let servers = Servers {
        database_url,
        nats_url,
        master_key,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
        sandbox_url: format!("http://127.0.0.1:{sandbox_port}"),
        data: folder.root().to_owned(),
        demo: !args.no_demo,
    };
    supervisor.run(sandbox::unit(&folder, sandbox_port, &servers)?)?;
    Ok((folder, servers))
}

/// Named servers may be older than what we rely on; an old NATS even acknowledges what it ignores.
pub(super) async fn check_versions(servers: &Servers) -> anyhow::Result<()> {
    let mut session = sqlx::PgConnection::connect(&servers.database_url).await.context("connecting to Postgres")?;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(&mut session)
        .await
        .context("asking Postgres for its version")?;
    ensure!(
        version / 10_000 >= i32::try_from(postgres::OLDEST_MAJOR)?,
        "the Postgres server has version {}, and {} or newer is needed",
        version / 10_000,
        postgres::OLDEST_MAJOR
    );
    session.close().await.context("leaving Postgres")?;

    let client = connect_nats(&servers.nats_url).await.context("connecting to NATS")?;
    let info = client.server_info();
    match nats::Version::parse(&info.version) {
        Some(version) if version >= nats::OLDEST_VERSION => {}
        _ => bail!("the NATS server has version {}, and {} or newer is needed", info.version, nats::OLDEST_VERSION),
    }
    ensure!(info.jetstream, "the NATS server runs without JetStream: start it with -js");
    Ok(())
}

/// async-nats takes user and password from its options only, not from the address.
async fn connect_nats(url: &str) -> anyhow::Result<async_nats::Client> {
    let address: async_nats::ServerAddr = url.parse().context("reading its address")?;
    let mut options = async_nats::ConnectOptions::new();
    if let (Some(user), Some(password)) = (address.username(), address.password()) {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    Ok(options.connect(address).await?)
}
