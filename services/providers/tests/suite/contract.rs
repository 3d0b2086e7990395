//! What every provider promises, whatever its wire. A new provider passes this suite against a far
//! side that speaks its protocol.

use axum::body::Bytes;
use axum::http::HeaderMap;
use uuid::Uuid;
use waybill_domain::provider::{ErrorClass, Refusal};
use waybill_providers::{
    Account, Content, Inbound, Notice, Outcome, Outgoing, Parameter, Provider, ReceiptStatus, Recipient,
    SignatureError, Template,
};

/// What the far side is told to do with the sends that follow.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    None,
    Throttle {
        retry_after_s: u32,
    },
    /// Refuse because the recipient cannot be reached.
    RefuseNumber,
    ErrorBefore,
    ErrorAfter,
    /// Take the message and answer later than the client waits.
    Hang,
    ResetBefore,
    Reset,
}

/// The other end of the wire.
pub trait FarSide {
    fn account(&self) -> Account;
    /// An account that the far side does not let in.
    fn stranger(&self) -> Account;
    async fn set(&mut self, trouble: Trouble);
    /// How often the far side took this message.
    async fn taken(&self, message_id: Uuid) -> usize;
    async fn write(&mut self, from: &str, text: &str);
    /// The next webhook, as it arrived.
    async fn webhook(&mut self) -> (HeaderMap, Bytes);
}

pub async fn run(provider: &dyn Provider, far: &mut impl FarSide) {
    an_accepted_message_is_taken_once_and_its_receipts_name_it(provider, far).await;
    templates_and_replies_are_accepted(provider, far).await;
    a_refused_message_is_not_taken(provider, far).await;
    what_may_have_been_taken_is_unknown(provider, far).await;
    no_connection_is_a_refusal_to_retry(provider, far).await;
    a_message_from_a_person_arrives_whole(provider, far).await;
}

fn text(body: &str) -> Outgoing {
    let content = Content::Text { body: body.into(), preview_url: false };
    Outgoing { message_id: Uuid::new_v4(), to: Recipient::Phone("+4915112345678".into()), content, reply_to: None }
}

async fn verified(provider: &dyn Provider, far: &mut impl FarSide) -> Vec<Notice> {
    let (headers, body) = far.webhook().await;
    let account = far.account();
    provider.verify_signature(&account, &headers, &body).expect("the far side signs");
    let mut altered = body.to_vec();
    altered.push(b' ');
    assert_eq!(provider.verify_signature(&account, &headers, &altered), Err(SignatureError::Mismatch));
    assert_eq!(provider.verify_signature(&account, &HeaderMap::new(), &body), Err(SignatureError::Missing));
    provider.parse_webhook(&body).expect("the far side speaks the protocol")
}

async fn an_accepted_message_is_taken_once_and_its_receipts_name_it(provider: &dyn Provider, far: &mut impl FarSide) {
    far.set(Trouble::None).await;
    let outgoing = text("Grüße 🎉");
    let Outcome::Accepted { provider_message_id: id } = provider.send(&far.account(), &outgoing).await else {
        panic!("the message was not accepted");
    };
    assert_eq!(far.taken(outgoing.message_id).await, 1);
    let mut read = false;
    while !read {
        for notice in verified(provider, far).await {
            let Notice::Receipt { number_id, provider_message_id, correlation, status, error, .. } = notice else {
                panic!("expected receipts, not {notice:?}");
            };
            assert_eq!((&provider_message_id, correlation), (&id, Some(outgoing.message_id)));
            assert_eq!((number_id, error), (far.account().number_id, None));
            read |= status == ReceiptStatus::Read;
        }
    }
}

async fn templates_and_replies_are_accepted(provider: &dyn Provider, far: &mut impl FarSide) {
    let content = Content::Template(Template {
        name: "order".into(),
        language: "en_US".into(),
        header: None,
        body: vec![Parameter { name: None, text: "Ann".into() }],
        buttons: Vec::new(),
    });
    for outgoing in [Outgoing { content, ..text("") }, Outgoing { reply_to: Some("wamid.A".into()), ..text("yes") }] {
        let outcome = provider.send(&far.account(), &outgoing).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(far.taken(outgoing.message_id).await, 1);
    }
}

async fn a_refused_message_is_not_taken(provider: &dyn Provider, far: &mut impl FarSide) {
    let refusal = refused(provider, far, Trouble::Throttle { retry_after_s: 3 }).await;
    assert_eq!((refusal.class, refusal.retry_after_ms), (ErrorClass::Throttle, Some(3_000)));
    let refusal = refused(provider, far, Trouble::RefuseNumber).await;
    assert_eq!(refusal.class, ErrorClass::Number);
    far.set(Trouble::None).await;
    let outcome = provider.send(&far.stranger(), &text("hi")).await;
    assert!(matches!(&outcome, Outcome::Refused(refusal) if refusal.class == ErrorClass::Auth), "{outcome:?}");
}

async fn refused(provider: &dyn Provider, far: &mut impl FarSide, trouble: Trouble) -> Refusal {
    far.set(trouble).await;
    let outgoing = text("hi");
    let outcome = provider.send(&far.account(), &outgoing).await;
    assert_eq!(far.taken(outgoing.message_id).await, 0, "{trouble:?}");
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("{trouble:?} led to {other:?}"),
    }
}

async fn what_may_have_been_taken_is_unknown(provider: &dyn Provider, far: &mut impl FarSide) {
    let troubles = [
        (Trouble::ErrorBefore, 0),
        (Trouble::ErrorAfter, 1),
        (Trouble::ResetBefore, 0),
        (Trouble::Reset, 1),
        (Trouble::Hang, 1),
    ];
    for (trouble, taken) in troubles {
        far.set(trouble).await;
        let outgoing = text("hi");
        let outcome = provider.send(&far.account(), &outgoing).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{trouble:?} led to {outcome:?}");
        assert_eq!(far.taken(outgoing.message_id).await, taken, "{trouble:?}");
    }
    far.set(Trouble::None).await;
}

async fn no_connection_is_a_refusal_to_retry(provider: &dyn Provider, far: &mut impl FarSide) {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let account = Account { base_url: format!("http://{nobody}"), ..far.account() };
    let outcome = provider.send(&account, &text("hi")).await;
    let expected = (ErrorClass::Retry, "connect_refused");
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if (refusal.class, refusal.code.as_str()) == expected),
        "{outcome:?}"
    );
}

async fn a_message_from_a_person_arrives_whole(provider: &dyn Provider, far: &mut impl FarSide) {
    far.write("+4915187654321", "Grüße a/b 🎉").await;
    loop {
        for notice in verified(provider, far).await {
            if let Notice::Inbound(inbound) = notice {
                let Inbound { number_id, from, text, .. } = *inbound;
                assert_eq!(number_id, far.account().number_id);
                assert_eq!((from.as_deref(), text.as_deref()), (Some("+4915187654321"), Some("Grüße a/b 🎉")));
                return;
            }
        }
    }
}
