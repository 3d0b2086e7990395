use super::*;
use crate::aggregate::spec::given;
use proptest::prelude::*;
use uuid::Uuid;

fn campaign(n: u128) -> CampaignId {
    CampaignId(Uuid::from_u128(n))
}

fn topped_up(points: u64) -> Event {
    ToppedUp { points, note: String::new() }.into()
}

fn reserved(points: u64) -> Event {
    Reserved { campaign_id: campaign(1), points }.into()
}

fn settle(sent: u64, unsent: u64, undone: u64, through_position: i64) -> Command {
    Command::Settle { campaign_id: campaign(1), sent, unsent, undone, through_position }
}

#[test]
fn a_start_that_costs_more_than_there_is_is_refused() {
    given::<Wallet>([topped_up(9)])
        .when(Command::Reserve { campaign_id: campaign(1), points: 10 })
        .refused(Refusal::InsufficientPoints { needed: 10, available: 9 });
}

#[test]
fn a_campaign_reserves_once() {
    given::<Wallet>([topped_up(20), reserved(10)])
        .when(Command::Reserve { campaign_id: campaign(1), points: 10 })
        .then_nothing();
}

#[test]
fn the_same_stretch_of_the_log_is_settled_once() {
    let first = given::<Wallet>([topped_up(20), reserved(10)])
        .when(settle(2, 1, 0, 100))
        .then_kinds(&["wallet.captured", "wallet.released"]);
    let mut events = vec![topped_up(20), reserved(10)];
    events.extend(first);
    given::<Wallet>(events.clone()).when(settle(2, 1, 0, 100)).then_nothing();
    given::<Wallet>(events).when(settle(3, 0, 0, 101)).refused(Refusal::MoreThanReserved {
        campaign_id: campaign(1),
        reserved: 4,
        wanted: 6,
    });
}

proptest! {
    /// Whatever is commanded, the accounts balance and the campaigns' accounts add up to them.
    #[test]
    fn the_ledger_balances_after_every_event(steps in prop::collection::vec((0u8..4, 1u128..4, 0u64..40), 1..80)) {
        let mut state = State::default();
        for (position, (what, n, amount)) in steps.into_iter().enumerate() {
            let campaign_id = campaign(n);
            let through_position = position as i64 + 1;
            let command = match what {
                0 => Command::TopUp { points: amount, note: String::new() },
                1 => Command::Reserve { campaign_id, points: amount * 2 },
                2 => Command::Settle { campaign_id, sent: amount / 4, unsent: amount / 8, undone: 0, through_position },
                _ => Command::Settle { campaign_id, sent: 0, unsent: 0, undone: amount / 8, through_position },
            };
            for event in decide(&state, command).unwrap_or_default() {
                state = evolve(state, &event);
                prop_assert_eq!(state.topped_up, state.available + state.reserved + state.captured);
                prop_assert_eq!(state.reserved, state.campaigns.values().map(|it| it.reserved).sum::<u64>());
                prop_assert_eq!(state.captured, state.campaigns.values().map(|it| it.captured).sum::<u64>());
            }
        }
    }
}
