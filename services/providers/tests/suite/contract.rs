//! What every provider promises, whatever its wire. A new provider passes this suite against a far
//! side that speaks its protocol; what it promises beyond sending is told by its abilities.

use crate::rig::Rig;
use crate::{contents, groups, inbound, journal, linking, media, sends, signatures, templates};
use waybill_domain::provider::ProviderKind;

async fn run(kind: ProviderKind, engine: &str) {
    let mut rig = Rig::start(kind, engine).await;
    sends::an_accepted_message_is_taken_once_and_its_receipts_name_it(&mut rig).await;
    sends::a_refused_message_is_not_taken(&mut rig).await;
    sends::an_unreachable_number_is_refused_or_fails_later(&mut rig).await;
    sends::what_may_have_been_taken_is_unknown(&mut rig).await;
    sends::no_connection_is_a_refusal_to_retry(&rig).await;
    contents::every_kind_that_can_be_sent_is_accepted_and_no_other_is_tried(&rig).await;
    contents::groups_and_replies_are_accepted(&rig).await;
    if rig.abilities().receives {
        inbound::a_message_from_a_person_arrives_whole(&mut rig).await;
        inbound::every_kind_has_its_word(&mut rig).await;
        inbound::reactions_changes_and_what_was_taken_back_name_their_message(&mut rig).await;
        inbound::what_is_written_on_the_phone_is_an_echo(&mut rig).await;
    }
    signatures::nobody_else_is_believed(&mut rig).await;
    if rig.abilities().checks_numbers {
        groups::a_check_tells_who_is_there(&rig).await;
    }
    if rig.abilities().lists_groups {
        groups::groups_have_members_some_of_whom_hide(&rig).await;
    }
    if rig.abilities().has_journal {
        journal::what_was_sent_can_be_asked(&rig).await;
    }
    media::files_of_people_can_be_fetched_up_to_a_limit(&mut rig).await;
    media::what_is_uploaded_can_be_sent(&rig).await;
    if rig.abilities().has_templates {
        templates::all_pages_are_listed(&rig).await;
    }
    if rig.abilities().tells_quality {
        templates::a_number_has_its_standing(&mut rig).await;
    }
    if rig.abilities().links_by_qr {
        linking::states_are_told_and_the_link_ends(&mut rig).await;
    }
}

#[tokio::test]
async fn the_cloud_api_keeps_the_contract() {
    for kind in [ProviderKind::CloudApi, ProviderKind::Sandbox] {
        run(kind, "").await;
    }
}

#[tokio::test]
async fn green_api_keeps_the_contract() {
    run(ProviderKind::GreenApi, "").await;
}

#[tokio::test]
async fn waha_keeps_the_contract_with_every_engine() {
    for engine in ["NOWEB", "GOWS", "WEBJS"] {
        run(ProviderKind::Waha, engine).await;
    }
}

#[tokio::test]
async fn zentra_keeps_the_contract() {
    run(ProviderKind::Zentra, "").await;
}
