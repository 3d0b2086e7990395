//! How large a run is: small enough for every change, `WAYBILL_DURABILITY=full` for the figures that are promised, or
//! `WAYBILL_DURABILITY=small` for a look by hand.

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
        let ci = Self {
            recipients: 5_000,
            kills_per_role: 10,
            postgres_kills: 2,
            postgres_immediate_stops: 1,
            nats_kills: 2,
            nats_wipes: 5,
            patience_s: 480,
        };
        match std::env::var("WAYBILL_DURABILITY").as_deref() {
            Ok("full") => Self {
                recipients: 100_000,
                kills_per_role: 100,
                postgres_kills: 20,
                postgres_immediate_stops: 10,
                nats_kills: 20,
                nats_wipes: 5,
                patience_s: 3_600,
            },
            Ok("small") => Self { recipients: 1_000, kills_per_role: 3, postgres_kills: 1, patience_s: 120, ..ci },
            _ => ci,
        }
    }
}
