//! What every role is handed: configuration, clock, telemetry, life cycle, the log and the bus.

pub mod accounts;
pub mod bus;
pub mod clock;
pub mod config;
pub mod context;
pub mod feed;
pub mod leader;
pub mod life;
pub mod role;
pub mod subscription;
pub mod telemetry;

pub use clock::Clock;
pub use config::Config;
pub use context::Context;
pub use feed::Feed;
pub use role::Role;
pub use subscription::Subscription;
