//! Names, as far as they may be called.

use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::reach::Reach;

/// Asks another resolver and hands on what is within reach. Connections are made to what is handed on and to nothing
/// else, so there is no moment between the judgement and the connection.
pub struct Resolver {
    reach: Reach,
    names: Arc<dyn Resolve>,
}

impl Resolver {
    pub fn new(reach: Reach, names: Arc<dyn Resolve>) -> Self {
        Self { reach, names }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        let host = name.as_str().to_owned();
        let found = self.names.resolve(name);
        Box::pin(async move {
            let admitted = reach.admitted(&host, found.await?.collect())?;
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

/// The names that this machine knows.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is set by whoever connects.
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
