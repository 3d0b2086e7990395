//! Read models that turns ask, and whether they have seen what the turns have.

/// A read model that turns ask: how far it has to be, and how far it was when last looked at.
#[derive(Debug, Default)]
pub struct Followed {
    pub event: i64,
    /// Nothing before its tables were made.
    pub position: Option<i64>,
}

impl Followed {
    pub fn is_behind(&self) -> bool {
        self.position.is_none_or(|position| position < self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_model_is_behind_until_it_has_seen_what_the_turns_have() {
        let at = |position| Followed { event: 7, position };
        assert!(at(Some(6)).is_behind());
        assert!(!at(Some(7)).is_behind());
        assert!(Followed::default().is_behind(), "its tables are not there yet");
    }
}
