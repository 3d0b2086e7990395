//! What the store needs to load a stream and to fold it: nothing else is asked of a category.

use crate::event::EventSet;
use crate::stream::Category;

/// A decider of one category. `State::default()` is the stream before its first event.
pub trait Aggregate {
    const CATEGORY: Category;
    type State: Default + Clone + Send;
    type Event: EventSet + Send;
    type Command: Send;
    type Refusal: std::error::Error + Send + Sync + 'static;

    fn decide(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;
    /// Total: whatever the log says has happened.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    fn fold<'a>(state: Self::State, events: impl IntoIterator<Item = &'a Self::Event>) -> Self::State
    where
        Self::Event: 'a,
    {
        events.into_iter().fold(state, Self::evolve)
    }
}

/// Ties the free functions `decide` and `evolve` of a module to the trait.
#[macro_export]
macro_rules! aggregate {
    ($name:ident, $category:ident) => {
        /// The decider of this category, for generic code.
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl $crate::aggregate::Aggregate for $name {
            const CATEGORY: $crate::stream::Category = $crate::stream::Category::$category;
            type State = State;
            type Event = Event;
            type Command = Command;
            type Refusal = Refusal;

            fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
                decide(state, command)
            }

            fn evolve(state: State, event: &Event) -> State {
                evolve(state, event)
            }
        }
    };
}

#[cfg(test)]
pub mod spec {
    //! `given(events).when(command).then(events)`.
    use super::Aggregate;
    use crate::event::EventSet;
    use std::fmt::Debug;

    pub struct Given<A: Aggregate>(A::State);
    pub struct When<A: Aggregate>(Result<Vec<A::Event>, A::Refusal>);

    pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
        Given(events.into_iter().fold(A::State::default(), |state, event| A::evolve(state, &event)))
    }

    impl<A: Aggregate> Given<A> {
        pub fn when(self, command: A::Command) -> When<A> {
            When(A::decide(&self.0, command))
        }
    }

    impl<A: Aggregate> When<A>
    where
        A::Event: Debug + PartialEq,
        A::Refusal: Debug + PartialEq,
    {
        #[track_caller]
        pub fn then(self, expected: impl IntoIterator<Item = A::Event>) {
            assert_eq!(self.0.expect("accepted"), expected.into_iter().collect::<Vec<_>>());
        }

        #[track_caller]
        pub fn then_kinds(self, expected: &[&str]) -> Vec<A::Event> {
            let events = self.0.expect("accepted");
            assert_eq!(events.iter().map(|event| event.wire().kind).collect::<Vec<_>>(), expected);
            events
        }

        #[track_caller]
        pub fn then_nothing(self) {
            self.then([]);
        }

        #[track_caller]
        pub fn refused(self, expected: A::Refusal) {
            assert_eq!(self.0.expect_err("refused"), expected);
        }
    }
}
