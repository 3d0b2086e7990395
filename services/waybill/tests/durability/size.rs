//! How large a run is: small enough for every change, or `WAYBILL_DURABILITY=full` for the figures that are promised.

/// Recipients of a campaign, and how often each thing is struck.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub recipients: u64,
    pub kills_per_role: usize,
    pub postgres_kills: usize,
    pub postgres_immediate_stops: usize,
    pub nats_kills: usize,
    pub nats_wipes: usize,
    /// Seconds for a wait that must end.
    pub patience_s: u64,
}

impl Size {
    pub fn of_this_run() -> Self {
        if std::env::var("WAYBILL_DURABILITY").is_ok_and(|size| size == "full") {
            Self {
                recipients: 100_000,
                kills_per_role: 100,
                postgres_kills: 20,
                postgres_immediate_stops: 10,
                nats_kills: 20,
                nats_wipes: 5,
                patience_s: 3_600,
            }
        } else {
            Self {
                recipients: 5_000,
                kills_per_role: 10,
                postgres_kills: 2,
                postgres_immediate_stops: 1,
                nats_kills: 2,
                nats_wipes: 5,
                patience_s: 480,
            }
        }
    }
}
