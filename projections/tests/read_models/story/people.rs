//! Turns of a story about people: contacts, lists, imports and conversations.

use super::*;
use waybill_domain::{audit, member};

impl World {
    pub(super) fn contact(&mut self, dice: &mut Dice, log: &mut Log) {
        let id = self.someone(dice);
        let consent = Consent { source: "form".into(), proof: None, at: log.now };
        let tag = dice.pick(&["vip", "new", "a \"b\" {c}"]).to_owned();
        let command = match dice.roll(13) {
            0..5 => contact::Command::Add(contact::Added {
                contact_id: id,
                source: Source::Inbound,
                tags: if dice.roll(2) == 0 { BTreeSet::from([tag]) } else { BTreeSet::new() },
                consent: Some(consent).filter(|_| dice.roll(3) > 0),
                person: Personal::Known(Person {
                    phone: "+4915112345678".into(),
                    name: Some("Ana".to_owned()).filter(|_| dice.roll(2) == 0),
                    fields: BTreeMap::from([("city".into(), dice.pick(&["Bonn", " "]).into())]),
                }),
            }),
            5 => contact::Command::Update { name: Some("Bo".into()), fields: None },
            6 => contact::Command::GrantConsent(consent),
            7 => contact::Command::WithdrawConsent { reason: "STOP".into(), at: log.now },
            8 => contact::Command::Tag(tag),
            9 => contact::Command::Untag(tag),
            10 => dice.pick(&[contact::Command::Block, contact::Command::Unblock]),
            11 => contact::Command::Erase { certificate: contact::Erased { streams: 1, events: 1 }, readable: false },
            _ => contact::Command::Remove,
        };
        let state = self.contacts.get_mut(&id).unwrap();
        decided::<contact::Contact>(log, self.tenant, id, state, command);
    }

    pub(super) fn members(&mut self, dice: &mut Dice, log: &mut Log) {
        let there: Vec<ContactId> = self.contacts.iter().filter(|(_, it)| it.exists()).map(|(id, _)| *id).collect();
        let contact_ids: Vec<_> = there.into_iter().filter(|_| dice.roll(3) == 0).collect();
        if !contact_ids.is_empty() {
            log.push::<list::Event>(self.tenant, self.list, list::MembersAdded { contact_ids });
        }
    }

    pub(super) fn import(&mut self, dice: &mut Dice, log: &mut Log) {
        let import::State::Running { next_chunk: chunk } = self.import.1 else { return };
        let line = chunk * 10 + 2;
        let note = |line, reason: &str| vec![NotedRow { line, reason: reason.to_owned() }];
        // No import ends before it has a row.
        let command = match dice.roll(8) {
            0 if chunk > 0 => import::Command::Finish,
            1 if chunk > 0 => import::Command::Fail { reason: "not text".into(), line: Some(line) },
            _ => import::Command::RecordRows(import::RowsImported {
                chunk,
                rows: 10,
                created: 7,
                updated: 1,
                without_consent: 2,
                duplicate: note(line, "in_file"),
                rejected: note(line + 1, "phone_invalid"),
                bytes_read: chunk * 100,
            }),
        };
        decided::<import::Import>(log, self.tenant, self.import.0, &mut self.import.1, command);
    }

    pub(super) fn talk(&mut self, dice: &mut Dice, log: &mut Log) {
        let someone = self.someone(dice);
        // Some of the streams are groups, in which everybody talks.
        let in_group = someone.0.as_u128().is_multiple_of(5);
        let stream = ConversationId::for_contact(someone);
        let contact_id = if in_group { self.someone(dice) } else { someone };
        let (drawn, profile_id) = (self.draw(), dice.pick(&self.profiles));
        let attachment = self.attachment(dice);
        let said = |text: Option<&str>, name: Option<&str>| {
            let (text, profile_name) = (text.map(str::to_owned), name.map(str::to_owned));
            Personal::Known(Said {
                text,
                phone: Some("+4915112345678".into()),
                user_id: None,
                profile_name,
                attachment: attachment.clone(),
                group: in_group.then(|| Group { id: "120363@g.us".into(), name: Some("Team".into()) }),
            })
        };
        let state = self.conversations.entry(someone).or_default();
        match dice.roll(8) {
            0..3 => {
                let text = dice.pick(&[Some("hello"), None]);
                let said = said(text, dice.pick(&[Some("Ana"), None]));
                let at = log.now - TimeDelta::seconds(dice.roll(100) as i64);
                let (kind, provider_message_id) = ("text".to_owned(), drawn.to_string());
                let it = InboundReceived { contact_id, in_group, profile_id, provider_message_id, kind, at, said };
                let command = conversation::Command::ReceiveInbound(it);
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
            }
            3..5 => {
                let message_id = MessageId(drawn);
                let at = log.now;
                let said = said(Some("hi"), None);
                let it = ReplyRequested { message_id, contact_id, profile_id, user_id: None, at, said };
                let before = log.events.len();
                let command = conversation::Command::SendReply(it);
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
                if log.events.len() > before {
                    let mut message = message::State::default();
                    let dispatch = dispatch(None, Some(stream), contact_id, profile_id);
                    decided::<message::Message>(log, self.tenant, message_id, &mut message, dispatch);
                    self.messages.insert(message_id, (message, None, contact_id));
                }
            }
            5 => {
                let (kind, at, by_api) = ("text".to_owned(), log.now, dice.roll(2) == 0);
                let (said, provider_message_id) = (said(Some("from the phone"), None), drawn.to_string());
                let it = Echoed { contact_id, in_group, profile_id, provider_message_id, kind, by_api, at, said };
                let command = conversation::Command::RecordEcho(it);
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
            }
            6 if !in_group => {
                let command = conversation::Command::KnowNumber(ContactId(drawn));
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
            }
            6 => {
                let group = Personal::Known(Group { id: "120363@g.us".into(), name: Some("Team 2".into()) });
                let command = conversation::Command::NameGroup(GroupNamed { contact_id: someone, group });
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
            }
            _ => {
                let command = conversation::Command::MarkRead;
                decided::<conversation::Conversation>(log, self.tenant, stream, state, command);
            }
        }
    }

    /// Entries of the audit log, and what ends texts and addresses.
    pub(super) fn notes(&mut self, dice: &mut Dice, log: &mut Log) {
        let user = UserId(Uuid::from_u128(7));
        let member = StreamId::member(self.tenant, user);
        match dice.roll(4) {
            0 => log.push::<member::Event>(self.tenant, member, member::Erased { streams: 1, events: 3 }),
            1 => {
                let through = log.now.date_naive();
                log.push::<tenant::Event>(self.tenant, self.tenant, tenant::RetentionApplied { through });
            }
            _ => {
                let noted = audit::Noted {
                    operation: dice.pick(&["contacts_add", "auth_login"]).into(),
                    outcome: dice.pick(&[audit::Outcome::Done, audit::Outcome::Refused]),
                    status: 200,
                    code: None,
                    target: Some(audit::Target { kind: "contact".into(), id: self.someone(dice).0 }),
                    subject: audit::Subject(member.id),
                    origin: Personal::Known(audit::Origin { ip: "203.0.113.7".into(), user_agent: "curl".into() }),
                };
                let id = self.draw();
                log.push::<audit::Event>(self.tenant, StreamId::audit(id), noted);
            }
        }
    }
}
