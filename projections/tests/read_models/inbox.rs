use crate::fixture::Database;
use crate::log::{Log, TENANT, contact};
use chrono::TimeDelta;
use uuid::Uuid;
use waybill_domain::conversation::*;
use waybill_domain::id::{ConversationId, MessageId, ProfileId};
use waybill_domain::message::{self, Dispatched, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::tenant;
use waybill_projections::inbox::{self, ChatFilter};

const PROFILE: ProfileId = ProfileId(Uuid::from_u128(4));
const REPLY: MessageId = MessageId(Uuid::from_u128(9));

fn said(text: &str) -> Personal<Said> {
    let (phone, profile_name) = (Some("+4915112345678".to_owned()), Some("Ana".to_owned()));
    Personal::Known(Said { text: Some(text.to_owned()), phone, profile_name, ..Said::default() })
}

fn inbound(log: &mut Log, n: u128, said: Personal<Said>) {
    let (contact_id, at, kind) = (contact(n), log.now, "text".to_owned());
    let provider_message_id = format!("wamid.{}", log.events.len());
    let it = InboundReceived { contact_id, in_group: false, profile_id: PROFILE, provider_message_id, kind, at, said };
    log.push::<Event>(TENANT, ConversationId::for_contact(contact_id), it);
}

#[tokio::test]
async fn a_conversation_shows_what_was_said_last_and_how_long_it_may_be_answered() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.step = TimeDelta::seconds(10);
    let chat = ConversationId::for_contact(contact(1));
    let first = log.now;
    inbound(&mut log, 1, said("hello"));
    inbound(&mut log, 2, said(&"ä".repeat(200)));
    let (message_id, contact_id, profile_id, at) = (REPLY, contact(1), PROFILE, log.now);
    let it = ReplyRequested { message_id, contact_id, profile_id, user_id: None, at, said: said("hi") };
    log.push::<Event>(TENANT, chat, it);
    let it = Dispatched {
        campaign_id: None,
        conversation_id: Some(chat),
        contact_id,
        profile_id,
        provider: ProviderKind::Sandbox,
        attempt: 1,
        from: Status::Queued,
        content: Personal::Erased,
        choice: None,
    };
    log.push::<message::Event>(TENANT, REPLY, it);
    database.apply(&log.events, 1).await;
    database.as_application(Some(TENANT)).await;

    let page = inbox::chats(&mut database.connection, TENANT, &ChatFilter::default(), None, 1).await.unwrap();
    let row = &page.items[0];
    assert_eq!((row.conversation_id, row.contact_name.as_deref(), row.unread), (chat.0, Some("Ana"), 1));
    let last = (row.last_direction.as_deref(), row.last_preview.as_deref(), row.last_status.as_deref());
    assert_eq!(last, (Some("out"), Some("hi"), Some("sending")));
    assert_eq!(row.window_expires_at, Some(first + TimeDelta::hours(24)));
    let cut = page.next_cursor.as_deref();
    let rest = inbox::chats(&mut database.connection, TENANT, &ChatFilter::default(), cut, 1).await.unwrap();
    assert_eq!(rest.items[0].last_preview.as_deref(), Some("ä".repeat(120).as_str()));
    assert_eq!(rest.next_cursor, None);

    let thread = inbox::thread(&mut database.connection, TENANT, chat, vec![], None, 10).await.unwrap();
    let lines: Vec<_> = thread.items.iter().map(|row| (row.direction.as_str(), row.text.as_deref())).collect();
    assert_eq!(lines, vec![("out", Some("hi")), ("in", Some("hello"))]);
    assert_eq!(thread.items[0].status.as_deref(), Some("sending"));
}

#[tokio::test]
async fn reading_clears_the_count_and_new_messages_begin_it_again() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let chat = ConversationId::for_contact(contact(1));
    inbound(&mut log, 1, said("one"));
    inbound(&mut log, 1, said("two"));
    log.push::<Event>(TENANT, chat, MarkedRead {});
    inbound(&mut log, 2, said("other"));
    database.apply(&log.events, 2).await;
    let unread = ChatFilter { unread: Some(true), ..ChatFilter::default() };
    let page = inbox::chats(&mut database.connection, TENANT, &unread, None, 10).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.last_preview.as_deref()).collect::<Vec<_>>(), vec![Some("other")]);
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    assert_eq!((row.unread, row.last_preview.as_deref()), (0, Some("two")));

    let done = log.events.len();
    inbound(&mut log, 1, said("three"));
    database.apply(&log.events[done..], 1).await;
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    assert_eq!(row.unread, 1);
}

#[tokio::test]
async fn what_was_written_on_the_phone_stands_in_the_thread_and_counts_for_nothing() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.step = TimeDelta::seconds(10);
    let (contact_id, first) = (contact(1), log.now);
    let chat = ConversationId::for_contact(contact_id);
    let echo = |log: &mut Log, text: &str, by_api| {
        let (provider_message_id, kind, at) = (format!("3EB0{}", log.events.len()), "text".to_owned(), log.now);
        let said = said(text);
        let it =
            Echoed { contact_id, in_group: false, profile_id: PROFILE, provider_message_id, kind, by_api, at, said };
        log.push::<Event>(TENANT, chat, it);
    };
    inbound(&mut log, 1, said("hello"));
    echo(&mut log, "hi from the phone", false);
    echo(&mut log, "hi from the shop", true);
    database.apply(&log.events, 2).await;
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    let last = (row.last_direction.as_deref(), row.last_preview.as_deref(), row.last_status.as_deref());
    assert_eq!(last, (Some("out"), Some("hi from the shop"), None));
    assert_eq!((row.unread, row.window_expires_at), (1, Some(first + TimeDelta::hours(24))));
    let thread = inbox::thread(&mut database.connection, TENANT, chat, vec![], None, 10).await.unwrap().items;
    let lines: Vec<_> = thread
        .iter()
        .map(|row| (row.direction.as_str(), row.origin.as_deref(), row.text.as_deref(), row.status.as_deref()))
        .collect();
    let expected = [
        ("out", Some("other_system"), Some("hi from the shop"), None),
        ("out", Some("phone"), Some("hi from the phone"), None),
        ("in", None, Some("hello"), None),
    ];
    assert_eq!(lines, expected);
}

/// The group, and what one of its members says in it.
fn says_in_group(log: &mut Log, member: u128, text: &str) -> ConversationId {
    let chat = ConversationId::for_contact(contact(100));
    let Personal::Known(said) = said(text) else { unreachable!() };
    let group = Some(Group { id: "120363@g.us".into(), name: Some("Team".into()) });
    let it = InboundReceived {
        contact_id: contact(member),
        in_group: true,
        profile_id: PROFILE,
        provider_message_id: format!("3EB0{}", log.events.len()),
        kind: "text".into(),
        at: log.now,
        said: Personal::Known(Said { group, ..said }),
    };
    log.push::<Event>(TENANT, chat, it);
    chat
}

#[tokio::test]
async fn a_group_has_its_name_and_each_line_its_author_until_that_one_is_erased() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    says_in_group(&mut log, 1, "one");
    let chat = says_in_group(&mut log, 2, "two");
    database.apply(&log.events, 1).await;
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    assert_eq!((row.is_group, row.contact_id, row.phone, row.window_expires_at), (true, None, None, None));
    assert_eq!((row.contact_name.as_deref(), row.last_preview.as_deref()), (Some("Team"), Some("two")));

    let group = Personal::Known(Group { id: "120363@g.us".into(), name: Some("New team".into()) });
    let done = log.events.len();
    log.push::<Event>(TENANT, chat, GroupNamed { contact_id: contact(100), group });
    database.apply(&log.events[done..], 1).await;
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    assert_eq!((row.contact_name.as_deref(), row.last_preview.as_deref()), (Some("New team"), Some("two")));

    let done = log.events.len();
    let erased = waybill_domain::contact::Erased { streams: 1, events: 1 };
    log.push::<waybill_domain::contact::Event>(TENANT, contact(2), erased);
    database.apply(&log.events[done..], 1).await;
    let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
    assert_eq!((row.contact_name.as_deref(), row.last_preview), (Some("New team"), None));
    let thread = inbox::thread(&mut database.connection, TENANT, chat, vec![], None, 10).await.unwrap().items;
    let lines: Vec<_> = thread
        .iter()
        .map(|row| (row.text.as_deref(), row.member_name.as_deref(), row.member_phone.as_deref()))
        .collect();
    assert_eq!(lines, [(None, None, None), (Some("one"), Some("Ana"), Some("+4915112345678"))]);
}

#[tokio::test]
async fn a_conversation_with_somebody_who_hid_the_number_tells_where_it_goes_on() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let known_as = ConversationId::for_contact(contact(1));
    let known = |log: &mut Log, n| {
        let it = NumberKnown { contact_id: contact(1) };
        log.push::<Event>(TENANT, ConversationId::for_contact(contact(n)), it);
    };
    inbound(&mut log, 2, said("hello"));
    known(&mut log, 2);
    // Nothing was said under the other id yet.
    known(&mut log, 3);
    database.apply(&log.events, 1).await;
    let page = inbox::chats(&mut database.connection, TENANT, &ChatFilter::default(), None, 10).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.continued_in).collect::<Vec<_>>(), [Some(known_as.0)]);
    let unspoken = ConversationId::for_contact(contact(3));
    assert_eq!(inbox::chat(&mut database.connection, TENANT, unspoken).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_erased_says_so() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    inbound(&mut log, 1, Personal::Erased);
    database.apply(&log.events, 1).await;
    let chat = ConversationId::for_contact(contact(1));
    let thread = inbox::thread(&mut database.connection, TENANT, chat, vec![], None, 10).await.unwrap();
    assert_eq!((thread.items[0].erased, thread.items[0].text.as_deref()), (true, None));
}

#[tokio::test]
async fn texts_end_with_their_days_and_with_the_person() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let first_day = log.now.date_naive();
    inbound(&mut log, 1, said("old"));
    log.now += TimeDelta::days(1);
    inbound(&mut log, 2, said("new"));
    log.push::<tenant::Event>(TENANT, TENANT, tenant::RetentionApplied { through: first_day });
    database.apply(&log.events, 100).await;
    let shown = async |database: &mut Database, n| {
        let chat = ConversationId::for_contact(contact(n));
        let row = inbox::chat(&mut database.connection, TENANT, chat).await.unwrap().unwrap();
        let thread = inbox::thread(&mut database.connection, TENANT, chat, vec![], None, 10).await.unwrap().items;
        let lines: Vec<_> = thread.into_iter().map(|line| (line.text, line.erased)).collect();
        (row.contact_name, row.phone, row.last_preview, lines)
    };
    let name = || (Some("Ana".to_owned()), Some("+4915112345678".to_owned()));
    assert_eq!(shown(&mut database, 1).await, (None, None, None, vec![(None, true)]));
    let new = Some("new".to_owned());
    assert_eq!(shown(&mut database, 2).await, (name().0, name().1, new.clone(), vec![(new, false)]));

    let done = log.events.len();
    log.push::<waybill_domain::contact::Event>(
        TENANT,
        contact(2),
        waybill_domain::contact::Erased { streams: 1, events: 1 },
    );
    inbound(&mut log, 2, said("again"));
    database.apply(&log.events[done..], 100).await;
    let again = Some("again".to_owned());
    let lines = vec![(again.clone(), false), (None, true)];
    assert_eq!(shown(&mut database, 2).await, (name().0, name().1, again, lines), "who comes back is known from there");
}
