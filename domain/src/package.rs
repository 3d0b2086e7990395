//! A package: a pool of numbers with common limits and a rule that picks among them.
//!
//! A pool adds capacity and isolation. It is never a way around a platform's rules.

pub mod distribution;
pub mod forecast;
pub mod limits;
pub mod plan;
pub mod recent;
pub mod strategy;

use crate::{aggregate, events, impersonal};
use limits::Settings;
use serde::{Deserialize, Serialize};

pub use distribution::Distribution;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub name: String,
    pub distribution: Distribution,
    pub settings: Settings,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingsChanged {
    pub name: String,
    pub settings: Settings,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistributionChanged {
    pub distribution: Distribution,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deleted {}

impersonal!(Created, SettingsChanged, DistributionChanged, Deleted);

events! {
    pub enum Event {
        Created(Created) = "package.created", 1;
        SettingsChanged(SettingsChanged) = "package.settings_changed", 1;
        DistributionChanged(DistributionChanged) = "package.distribution_changed", 1;
        Deleted(Deleted) = "package.deleted", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Create { name: String, distribution: Distribution, settings: Settings },
    ChangeSettings { name: String, settings: Settings },
    ChangeDistribution(Distribution),
    Delete,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub name: Option<String>,
    pub settings: Settings,
    pub distribution: Distribution,
    pub deleted: bool,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a package has a name of 1 to 120 characters")]
    BadName,
    #[error("package exists already")]
    Exists,
    #[error("no such package")]
    Missing,
    #[error("{0}")]
    BadSettings(&'static str),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let known = state.name.is_some() && !state.deleted;
    match command {
        Command::Create { name, distribution, settings } => {
            if state.name.is_some() {
                return Err(Refusal::Exists);
            }
            let name = good_name(&name)?;
            settings.check().map_err(Refusal::BadSettings)?;
            Ok(vec![Created { name, distribution, settings }.into()])
        }
        Command::Delete if state.deleted => Ok(vec![]),
        _ if !known => Err(Refusal::Missing),
        Command::Delete => Ok(vec![Deleted {}.into()]),
        Command::ChangeDistribution(distribution) if distribution == state.distribution => Ok(vec![]),
        Command::ChangeDistribution(distribution) => Ok(vec![DistributionChanged { distribution }.into()]),
        Command::ChangeSettings { name, settings } => {
            let name = good_name(&name)?;
            settings.check().map_err(Refusal::BadSettings)?;
            let same = state.name.as_ref() == Some(&name) && state.settings == settings;
            Ok(if same { vec![] } else { vec![SettingsChanged { name, settings }.into()] })
        }
    }
}

fn good_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 120 { Err(Refusal::BadName) } else { Ok(name.to_owned()) }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Created(it) => {
            state.name = Some(it.name.clone());
            state.settings = it.settings.clone();
            state.distribution = it.distribution;
        }
        Event::SettingsChanged(it) => {
            state.name = Some(it.name.clone());
            state.settings = it.settings.clone();
        }
        Event::DistributionChanged(it) => state.distribution = it.distribution,
        Event::Deleted(_) => state.deleted = true,
    }
    state
}

aggregate!(Package, Package);
