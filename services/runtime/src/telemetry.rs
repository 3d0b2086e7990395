//! Logs, traces and metrics of a process. Never bodies, numbers or tokens.

use crate::config::{Config, LogFormat};
use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::sync::OnceLock;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Flushes traces when dropped at the end of the process.
pub struct Telemetry {
    tracer: Option<SdkTracerProvider>,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(tracer) = self.tracer.take() {
            let _ = tracer.shutdown();
        }
    }
}

/// Sets up the process. The OTLP exporter is off unless an endpoint is configured.
pub fn init(config: &Config, process: &str) -> anyhow::Result<Telemetry> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let filter = EnvFilter::try_new(&config.log).with_context(|| format!("log directives `{}`", config.log))?;
    let lines = match config.log_format {
        LogFormat::Json => tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr).boxed(),
        LogFormat::Text => tracing_subscriber::fmt::layer().with_target(false).with_writer(std::io::stderr).boxed(),
    };
    let tracer = config.otlp_endpoint.as_deref().map(|endpoint| exporter(endpoint, process)).transpose()?;
    let spans = tracer.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("waybill")));
    tracing_subscriber::registry().with(filter).with(spans).with(lines).try_init().context("telemetry")?;
    Ok(Telemetry { tracer })
}

fn exporter(endpoint: &str, process: &str) -> anyhow::Result<SdkTracerProvider> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()
        .with_context(|| format!("otlp exporter to {endpoint}"))?;
    let resource = opentelemetry_sdk::Resource::builder().with_service_name(format!("waybill-{process}")).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The metrics of this process, in Prometheus' text format.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().expect("the recorder is installed once, here"))
}

/// The `traceparent` of the current span, when traces are on.
pub fn traceparent() -> Option<String> {
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    let context = tracing::Span::current().context();
    let mut headers = std::collections::HashMap::new();
    opentelemetry::global::get_text_map_propagator(|it| it.inject_context(&context, &mut headers));
    headers.remove("traceparent")
}

/// Makes the current span a child of the one that a `traceparent` names.
pub fn continue_trace(traceparent: Option<&str>) {
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    let Some(traceparent) = traceparent else { return };
    let headers = std::collections::HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let context = opentelemetry::global::get_text_map_propagator(|it| it.extract(&headers));
    let _ = tracing::Span::current().set_parent(context);
}
