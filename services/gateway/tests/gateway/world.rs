//! One of everything that the API has an id for, in one organisation.

use crate::rig::{House, Person, json_request};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::conversation::{Event, InboundReceived, Said};
use waybill_domain::id::{ContactId, ConversationId, ProfileId, TenantId};
use waybill_domain::personal::Personal;
use waybill_event_store::{Append, Expected, StreamWrite};

pub struct World {
    pub owner: Person,
    pub tenant: String,
    pub contact: String,
    pub package: String,
    pub profile: String,
    pub campaign: String,
    pub message: String,
    pub chat: String,
    pub import: String,
    pub media: String,
    pub member: String,
    pub invite: String,
    pub key: String,
    /// Shown once.
    pub key_secret: String,
    pub session: String,
    pub entry: String,
}

impl World {
    pub async fn make(house: &House) -> Self {
        let owner = house.person().await;
        let me = owner.get("/auth/me").await.expect(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (tenant, member) = (text(&me["tenant"]["id"]), text(&me["user"]["id"]));
        let contact = owner.contact("+4915112345678").await;
        let (package, profile) = owner.package().await;
        let campaign = owner.draft(&package).await;
        let key = json!({"name": "Reader", "scopes": ["operation.read"]});
        let made = owner.post("/api-keys", key).await.expect(201);
        let key_secret = made.header("waybill-api-key").unwrap().to_owned();
        let invitation = json!({"email": "invited@example.org", "role": "agent"});
        let invite = owner.post(&format!("/tenants/{tenant}/invite"), invitation).await.expect(201).id();
        // Another one than the owner's own.
        let login = json!({"email": owner.email, "password": crate::rig::PASSWORD});
        house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200);
        let sessions = owner.get("/auth/sessions").await.expect(200).json();
        let sessions = sessions["items"].as_array().unwrap();
        let session = sessions.iter().find(|session| session["current"] == false).unwrap();
        let entries = owner.get("/audit?limit=1").await.expect(200).json();
        let (chat, message) = talk(house, &owner, &tenant, &contact, &profile).await;
        Self {
            import: import(&owner).await,
            media: crate::media::upload(&owner, "menu.png", "image/png", crate::media::PNG, None)
                .await
                .expect(201)
                .id(),
            session: text(&session["id"]),
            entry: text(&entries["items"][0]["id"]),
            key: made.id(),
            owner,
            tenant,
            contact,
            package,
            profile,
            campaign,
            message,
            chat,
            member,
            invite,
            key_secret,
        }
    }

    /// The path of an operation with these ids in it. A parameter that is new here has to be named: then its operation is
    /// tested on the day it is written.
    pub fn path(&self, template: &str) -> String {
        self.filled(template, None)
    }

    /// The same with ids that nobody has.
    pub fn path_of_nothing(&self, template: &str) -> String {
        self.filled(template, Some("00000000-0000-4000-8000-00000000dead"))
    }

    fn filled(&self, template: &str, instead: Option<&str>) -> String {
        let mut parts: Vec<String> = Vec::new();
        for part in template.split('/') {
            let before = parts.last().map(String::as_str).unwrap_or_default().to_owned();
            let id = match (part, before.as_str()) {
                ("{name}", "projections") => "contacts",
                ("{provider}", "oidc") => "nobody",
                ("{token}", "invites") => "no-such-token",
                ("{category}", "history") => "contact",
                ("{id}", "contact" | "contacts") => instead.unwrap_or(&self.contact),
                ("{id}", "packages") => instead.unwrap_or(&self.package),
                ("{pid}", "profiles") => instead.unwrap_or(&self.profile),
                ("{contact_id}", "recipients") => instead.unwrap_or(&self.contact),
                ("{gid}", "groups") => "120363000000000000@g.us",
                ("{id}", "campaigns") => instead.unwrap_or(&self.campaign),
                ("{id}" | "{mid}", "messages") => instead.unwrap_or(&self.message),
                ("{id}", "chats") => instead.unwrap_or(&self.chat),
                ("{id}", "media") => instead.unwrap_or(&self.media),
                ("{token}", "files") => "no-such-token",
                // Templates are the provider's: nobody has one here.
                ("{id}", "templates") => "00000000-0000-4000-8000-00000000feed",
                ("{id}", "session") => instead.unwrap_or(&self.profile),
                ("{id}", "imports") => instead.unwrap_or(&self.import),
                ("{id}", "members") => instead.unwrap_or(&self.member),
                ("{id}", "invites") => instead.unwrap_or(&self.invite),
                ("{id}", "api-keys") => instead.unwrap_or(&self.key),
                ("{id}", "tenants") => instead.unwrap_or(&self.tenant),
                ("{id}", "sessions" | "identities") => instead.unwrap_or(&self.session),
                ("{id}", "audit") => instead.unwrap_or(&self.entry),
                (other, _) if other.starts_with('{') => {
                    panic!("{template}: `{other}` after `{before}` is not known here; add one to the world")
                }
                (other, _) => other,
            };
            parts.push(id.to_owned());
        }
        parts.join("/")
    }

    /// Everything in it that no other tenant may see.
    pub fn ids(&self) -> Vec<&str> {
        let Self { tenant, contact, package, profile, campaign, message, chat, import, media, member, invite, .. } =
            self;
        [
            tenant,
            contact,
            package,
            profile,
            campaign,
            message,
            chat,
            import,
            media,
            member,
            invite,
            &self.key,
            &self.entry,
        ]
        .map(String::as_str)
        .to_vec()
    }
}

/// Somebody wrote, and was answered.
async fn talk(house: &House, owner: &Person, tenant: &str, contact: &str, profile: &str) -> (String, String) {
    let (tenant, contact_id) = (TenantId(tenant.parse().unwrap()), ContactId(contact.parse().unwrap()));
    let conversation = ConversationId::for_contact(contact_id);
    let received = Event::from(InboundReceived {
        contact_id,
        in_group: false,
        profile_id: ProfileId(profile.parse().unwrap()),
        provider_message_id: "wamid.world".into(),
        kind: "text".into(),
        at: house.context.clock.now(),
        said: Personal::Known(Said {
            text: Some("Is my order ready?".into()),
            phone: Some("+4915112345678".into()),
            profile_name: Some("Budi".into()),
            ..Said::default()
        }),
    });
    let metadata = house.context.unprompted(tenant, waybill_domain::actor::Actor::SYSTEM);
    let write = StreamWrite::new(conversation, Expected::Any, &[received]);
    let outcome = house.context.store.append(Append::new(metadata, vec![write])).await.unwrap();
    let waybill_event_store::Outcome::Appended { position, .. } = outcome else { panic!("{outcome:?}") };
    owner.saw(position);
    let path = format!("/chats/{}/messages", conversation.0);
    let reply = owner.post(&path, json!({"text": "Yes, come by"})).await.expect(202);
    (conversation.0.to_string(), reply.id())
}

async fn import(owner: &Person) -> String {
    let file = "phone,name\n+4915112345699,Cem\n";
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"commit\"\r\n\r\ntrue\r\n--b\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--b--\r\n"
    );
    let mut request: Request<Body> = json_request(Method::POST, "/api/v1/contacts/upload", None);
    *request.body_mut() = Body::from(form);
    request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    let accepted = owner.send(request).await.expect(202).json();
    Uuid::parse_str(accepted["import_id"].as_str().unwrap()).unwrap().to_string()
}
