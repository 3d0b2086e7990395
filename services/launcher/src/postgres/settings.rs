//! How a private Postgres is tuned. Passed on the command line, so that a new version of Waybill
//! brings its new values to an old cluster.

/// Which of the three uses a cluster has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tuning {
    /// `waybill up`: sized for a small machine that runs the whole product.
    Product,
    /// As durable, but small: for tests that kill servers and look at what is left.
    Small,
    /// Small and not durable: for tests that only need a database.
    Test,
}

pub(super) fn settings(tuning: Tuning, lz4: bool) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, &str)> = vec![
        ("listen_addresses", ""),
        ("port", "5432"),
        ("unix_socket_permissions", "0700"),
        ("synchronous_commit", "on"),
        ("wal_level", "replica"),
        ("wal_compression", if lz4 { "lz4" } else { "on" }),
        ("jit", "off"),
        ("random_page_cost", "1.1"),
        ("track_io_timing", "off"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("log_line_prefix", "%m [%p] "),
        ("log_min_duration_statement", "2s"),
        ("log_checkpoints", "off"),
        // Queues and read models are rewritten all the time: clean up before they bloat.
        ("autovacuum_naptime", "15s"),
        ("autovacuum_vacuum_scale_factor", "0.05"),
        ("autovacuum_analyze_scale_factor", "0.02"),
        ("autovacuum_vacuum_insert_scale_factor", "0.1"),
        ("autovacuum_vacuum_cost_limit", "1000"),
    ];
    all.extend_from_slice(match tuning {
        Tuning::Product => &[
            ("max_connections", "200"),
            ("shared_buffers", "512MB"),
            ("effective_cache_size", "1536MB"),
            ("work_mem", "16MB"),
            ("maintenance_work_mem", "128MB"),
            ("min_wal_size", "256MB"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "15min"),
            ("checkpoint_completion_target", "0.9"),
            ("wal_buffers", "16MB"),
        ][..],
        Tuning::Small | Tuning::Test => {
            &[("max_connections", "300"), ("shared_buffers", "128MB"), ("max_wal_size", "1GB")][..]
        }
    });
    if tuning == Tuning::Test {
        all.extend_from_slice(&[("fsync", "off"), ("full_page_writes", "off")]);
    }
    all.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_cluster_gives_up_durability() {
        for tuning in [Tuning::Product, Tuning::Small] {
            let all = settings(tuning, true);
            assert!(all.contains(&("synchronous_commit", "on".to_owned())));
            assert!(!all.iter().any(|(name, _)| *name == "fsync"));
        }
    }

    #[test]
    fn nothing_listens_on_the_network() {
        let all = settings(Tuning::Product, false);
        assert!(all.contains(&("listen_addresses", String::new())));
    }
}
