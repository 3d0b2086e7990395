//! Starting roles in this process.

use crate::health;
use anyhow::Context as _;
use tokio_util::sync::CancellationToken;
use waybill_runtime::life::Tasks;
use waybill_runtime::{Clock, Config, Context, Role};

/// Runs roles until `stop`, or until one fails.
pub async fn run(roles: &[Role], config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    let mut tasks = Tasks::default();
    if roles.contains(&Role::Sandbox) {
        let (config, stop) = (config.clone(), stop.clone());
        tasks.spawn("sandbox", async move { sandbox(config, stop).await });
    }
    if roles.iter().any(|role| *role != Role::Sandbox) {
        let context = Context::connect(config, Clock::system(), stop.clone()).await?;
        add(&mut tasks, roles, &context);
    }
    tasks.run(stop).await
}

/// Adds the roles that work on the log.
pub fn add(tasks: &mut Tasks, roles: &[Role], context: &Context) {
    for role in roles {
        let context = context.clone();
        match role {
            Role::Gateway => tasks.spawn("gateway", waybill_gateway::run(context)),
            Role::Relay => tasks.spawn("relay", waybill_relay::run(context)),
            Role::Projector => tasks.spawn("projector", waybill_projector::run(context)),
            Role::Processes => tasks.spawn("processes", waybill_processes::run(context)),
            Role::Sender => tasks.spawn("sender", waybill_sender::run(context)),
            Role::Sandbox => {}
        }
    }
    if let Some(listen) = context.config.metrics_listen {
        tasks.spawn("metrics", health::serve(listen, context.stop.clone()));
    }
}

async fn sandbox(config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    let listen = config.sandbox_listen;
    let listener =
        tokio::net::TcpListener::bind(listen).await.with_context(|| format!("the sandbox listening on {listen}"))?;
    let settings = waybill_sandbox::Config {
        default_callback: format!(
            "{}/hooks/cloud-api/by-number/{{phone_number_id}}",
            config.public_url.trim_end_matches('/')
        ),
        journal: config.sandbox_journal,
        ..waybill_sandbox::Config::default()
    };
    waybill_sandbox::serve(listener, settings, stop).await
}
