//! Carries out the rebuilds that are asked for in `process.rebuild_request`, one at a time.

use crate::rebuild;
use std::sync::Arc;
use std::time::Duration;
use waybill_projections::projection::Projection;
use waybill_runtime::Context;

const POLL: Duration = Duration::from_secs(1);

pub(crate) async fn serve(context: Context, projections: Vec<Arc<dyn Projection>>) {
    let stop = context.stop.clone();
    tokio::select! {
        () = stop.cancelled() => {}
        () = serve_forever(&context, &projections) => {}
    }
}

async fn serve_forever(context: &Context, projections: &[Arc<dyn Projection>]) {
    loop {
        match rebuild::requests(&context.store.database.system).await {
            Ok(names) => {
                let wanted = projections.iter().filter(|it| names.iter().any(|name| name == it.name()));
                for projection in wanted {
                    // Not ours when another process has begun it.
                    if let Err(error) = rebuild::attempt(context, projection.as_ref(), &mut |_| ()).await {
                        let name = projection.name();
                        tracing::warn!(projection = name, error = format!("{error:#}"), "a rebuild did not end");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "rebuild requests cannot be read"),
        }
        tokio::time::sleep(POLL).await;
    }
}
