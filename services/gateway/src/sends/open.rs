//! A proactive message to several people: limited, queued, scheduled, distributed.

use super::{LimitsStatus, MessageType, package, recipient};
use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::campaigns::{MOST_CONTACTS, draft, reckoning};
use crate::content::Attachment;
use crate::extract::{self, At};
use crate::intent::{Asked, Decided, Intent};
use crate::packages::spread::WaitingStrategy;
use crate::problem::Problem;
use crate::reading::reach;
use crate::terms;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Audience, Plan, Spread};
use waybill_domain::contact::{self, Added, Consent, ConsentState, Contact, Person, Source};
use waybill_domain::content::Pattern;
use waybill_domain::id::{CampaignId, ContactId, PackageId};
use waybill_domain::package::distribution::Turns;
use waybill_domain::package::forecast::forecast;
use waybill_domain::package::plan::plan;
use waybill_domain::personal::Personal;
use waybill_domain::phone::Phone;
use waybill_domain::stream::StreamId;
use waybill_domain::tenant::Tenant;
use waybill_domain::wallet::{self, POINTS_PER_RECIPIENT};
use waybill_event_store::{EventStore, Loaded};
use waybill_projections::numbers;

#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenMessage {
    /// What the message is; has to agree with the attachment.
    pub r#type: MessageType,
    /// With placeholders such as `{{name}}` and `{{city|our town}}`. May be left out beside an attachment.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub text: String,
    pub attachment: Option<Attachment>,
    /// With a prefix, as bare digits with the country code, or in the national way of `default_country`.
    #[schema(min_items = 1, max_items = 1000)]
    pub recipients: Vec<String>,
    #[serde(default, deserialize_with = "extract::object")]
    pub options: OpenOptions,
    /// On what ground these people may be written to. Who has given no consent yet is written to on this ground only;
    /// who has withdrawn it is not.
    pub consent: Option<ConsentGround>,
    /// ISO 3166-1 alpha-2; the tenant's own when left out.
    pub default_country: Option<String>,
    /// Under which it stands among the campaigns.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct OpenOptions {
    /// In place of the package's.
    pub waiting_strategy: Option<WaitingStrategy>,
    /// With `drip`: minutes between two recipients.
    #[schema(minimum = 1, maximum = 1440)]
    pub drip_interval_minutes: Option<u32>,
    /// Nothing goes sooner.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub schedule_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct ConsentGround {
    /// Such as `checkout` or `order form`.
    #[schema(min_length = 1, max_length = 200)]
    pub source: String,
    /// What shows it, such as the number of an order.
    #[schema(max_length = 500)]
    pub proof: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAccepted {
    /// Also the id of a campaign.
    pub message_id: Uuid,
    /// `open`.
    pub mode: &'static str,
    /// `queued` or `scheduled`.
    pub status: &'static str,
    /// Who is written to.
    pub total_recipients: usize,
    /// Which number would write to whom, as things stand now; limits and failures may change it.
    pub distribution: BTreeMap<Uuid, Vec<String>>,
    /// When the last message would go; none when nothing can.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// The limit without which it would be sooner.
    pub binding_limit: Option<&'static str>,
    /// The numbers of the package, by id.
    pub limits_status: BTreeMap<Uuid, LimitsStatus>,
    /// Who is not written to, and why.
    pub rejected: Vec<Rejected>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rejected {
    /// As it was given.
    pub recipient: String,
    /// `invalid_number`, `ambiguous_number`, `duplicate`, `no_consent`, `opted_out`, `blocked` or `over_cap`.
    pub reason: &'static str,
}

/// Sends a message to several people, within consent and every limit.
///
/// The answer comes before anything is sent; `GET /packages/{id}/messages/{mid}` tells how it goes.
#[utoipa::path(post, path = "/packages/{id}/messages/open", tag = "messages", params(("id" = Uuid, Path)),
    request_body = OpenMessage, responses((status = 202, description = "Queued", body = OpenAccepted)))]
pub async fn open(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns, OpenMessage>,
) -> Result<Response, Problem> {
    let (Intent { asked, body: message, .. }, package_id) = (&intent, PackageId(id));
    let tenant = asked.tenant();
    if let Some(answer) = asked.answered_before(&app).await? {
        return Ok(answer);
    }
    message.check()?;
    let options = &message.options;
    let spread =
        draft::spread(options.waiting_strategy, options.drip_interval_minutes, options.schedule_at.as_deref())?;
    let attachment = match &message.attachment {
        Some(attachment) => Some(attachment.read(&app, tenant).await?),
        None => None,
    };
    message.r#type.require(attachment.as_ref())?;
    let pattern = Pattern::parse(&message.text, attachment.as_ref())?;
    let own = app.store.load::<Tenant>(tenant, tenant.0).await?.state;
    terms::require(&own)?;
    let package = package(&app, tenant, package_id).await?;
    let country = message.default_country.clone().or(own.registered.and_then(|it| it.default_country));
    // A number that was added a moment ago is one of them.
    reach(&app, tenant, &["numbers"], app.store.head().await?).await?;
    let (named, rejected) = read(&app, asked, &message.recipients, country.as_deref()).await?;
    let _turn = app.turns.wait(tenant).await;
    let campaign_id = CampaignId(asked.new_id());
    asked
        .carry_out(&app, || async {
            let mut rejected = rejected.clone();
            let ids: Vec<Uuid> = named.iter().map(|it| it.contact_id.0).collect();
            let mut transaction = app.store.tenant_transaction(tenant).await?;
            let states = EventStore::load_many::<Contact>(&mut transaction, &ids).await?;
            let profiles = numbers::profiles(&mut transaction, tenant, package_id, asked.at).await?;
            drop(transaction);
            let profiles = reckoning::able(&app, tenant, profiles, &pattern).await?;
            let cap = package.settings.cap_per_campaign.map_or(usize::MAX, |cap| cap as usize);
            let mut writes: Vec<(ContactId, i64, Vec<contact::Event>)> = Vec::new();
            let mut accepted: Vec<&Named> = Vec::new();
            for one in &named {
                let nobody = Loaded { state: contact::State::default(), version: 0 };
                let loaded = states.get(&one.contact_id.0).unwrap_or(&nobody);
                let decided = one.may_be_written_to(&loaded.state, message.consent.as_ref(), asked);
                let decided =
                    decided.and_then(|events| if accepted.len() < cap { Ok(events) } else { Err("over_cap") });
                match decided {
                    Ok(events) => {
                        accepted.push(one);
                        if !events.is_empty() {
                            writes.push((one.contact_id, loaded.version, events));
                        }
                    }
                    Err(reason) => rejected.push(Rejected { recipient: one.given.clone(), reason }),
                }
            }
            if accepted.is_empty() {
                let refusal = campaign::Refusal::NoRecipients;
                return Err(Problem::from(refusal).with("rejected", json!(rejected)));
            }
            let answer = answer(campaign_id, &package, spread, &profiles, &accepted, rejected, asked.at);
            let plan = Plan {
                name: message.name.clone().unwrap_or_else(|| {
                    format!("Message to {} of {}", accepted.len(), asked.at.format("%Y-%m-%d %H:%M UTC"))
                }),
                audience: Audience::Contacts(accepted.iter().map(|it| it.contact_id).collect()),
                template_text: message.text.clone(),
                attachment: attachment.clone(),
                package_id,
                spread,
            };
            let planned = accepted.len() as u64;
            let points = planned * POINTS_PER_RECIPIENT;
            let mut started = campaign::decide(&campaign::State::default(), campaign::Command::Draft(plan))?;
            let drafted = campaign::Campaign::fold(campaign::State::default(), &started);
            let start = campaign::Command::Start { planned_recipients: planned, points_reserved: points, at: asked.at };
            started.extend(campaign::decide(&drafted, start)?);
            let wallet = app.store.load_long::<wallet::Wallet>(tenant, StreamId::wallet(tenant).id).await?;
            let reserved = wallet::decide(&wallet.state, wallet::Command::Reserve { campaign_id, points })?;
            let mut decided = Decided::accepted(answer)?.write(StreamId::wallet(tenant), wallet.version, &reserved);
            for (id, version, events) in &writes {
                decided = decided.write(*id, *version, events);
            }
            // Last, so that whoever resolves the audience has seen these contacts.
            Ok(decided.write(campaign_id, 0, &started))
        })
        .await
}

/// A recipient whose number can be read.
#[derive(Debug, Clone)]
struct Named {
    given: String,
    phone: Phone,
    contact_id: ContactId,
}

impl Named {
    /// What has to be recorded first, or why not.
    fn may_be_written_to(
        &self,
        state: &contact::State,
        ground: Option<&ConsentGround>,
        asked: &Asked,
    ) -> Result<Vec<contact::Event>, &'static str> {
        let consent = || {
            let ground = ground.cloned().ok_or::<&'static str>("no_consent")?;
            Ok::<_, &'static str>(Consent { source: ground.source, proof: ground.proof, at: asked.at })
        };
        let command = if !state.exists() {
            contact::Command::Add(Added {
                contact_id: self.contact_id,
                source: Source::Manual { user_id: Some(asked.caller.user) },
                tags: BTreeSet::new(),
                consent: Some(consent()?),
                person: Personal::Known(Person {
                    phone: self.phone.as_str().to_owned(),
                    name: None,
                    fields: BTreeMap::new(),
                }),
            })
        } else if state.blocked {
            return Err("blocked");
        } else {
            match state.consent {
                ConsentState::Granted => return Ok(Vec::new()),
                ConsentState::Withdrawn => return Err("opted_out"),
                _ => contact::Command::GrantConsent(consent()?),
            }
        };
        contact::decide(state, command).map_err(|_| "no_consent")
    }
}

async fn read(
    app: &App,
    asked: &Asked,
    recipients: &[String],
    country: Option<&str>,
) -> Result<(Vec<Named>, Vec<Rejected>), Problem> {
    let mut named: Vec<Named> = Vec::with_capacity(recipients.len());
    let mut rejected = Vec::new();
    let mut seen: HashMap<ContactId, ()> = HashMap::new();
    for given in recipients {
        let phone = match recipient(given, country) {
            Ok(phone) => phone,
            Err(error) => {
                rejected.push(Rejected { recipient: given.clone(), reason: error.as_str() });
                continue;
            }
        };
        let contact_id = app.store.keys.contact_id(asked.tenant(), phone.as_str()).await?;
        if seen.insert(contact_id, ()).is_some() {
            rejected.push(Rejected { recipient: given.clone(), reason: "duplicate" });
        } else {
            named.push(Named { given: given.clone(), phone, contact_id });
        }
    }
    Ok((named, rejected))
}

/// What is answered: the plan as things stand, from the same functions that send.
fn answer(
    id: CampaignId,
    package: &waybill_domain::package::State,
    spread: Spread,
    profiles: &[numbers::Profile],
    accepted: &[&Named],
    rejected: Vec<Rejected>,
    now: DateTime<Utc>,
) -> OpenAccepted {
    let (ask, pool) = reckoning::ask(package, spread, profiles, accepted.len() as u64, now);
    let (planned, _) = plan(&ask, &pool, &Turns::default(), now, rand::random::<f64>);
    let reckoned = forecast(&ask, &pool, now);
    let mut distribution: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for (one, planned) in accepted.iter().zip(&planned) {
        distribution.entry(planned.profile_id.0).or_default().push(one.given.clone());
    }
    OpenAccepted {
        message_id: id.0,
        mode: "open",
        status: if spread.not_before.is_some_and(|at| at > now) { "scheduled" } else { "queued" },
        total_recipients: accepted.len(),
        distribution,
        estimated_completion: reckoned.finish_at,
        binding_limit: reckoned.binding.map(|limit| limit.as_str()),
        limits_status: profiles.iter().map(|it| (it.profile_id, LimitsStatus::of(it))).collect(),
        rejected,
    }
}

impl OpenMessage {
    fn check(&self) -> Result<(), Problem> {
        if self.recipients.is_empty() || self.recipients.len() > MOST_CONTACTS {
            return Err(Problem::invalid("recipients", "a message has 1 to 1,000 recipients"));
        }
        if let Some(ground) = &self.consent {
            let (source, proof) = (ground.source.trim(), ground.proof.as_deref().unwrap_or_default());
            if source.is_empty() || source.chars().count() > 200 || proof.chars().count() > 500 {
                return Err(Problem::invalid("consent", "a source has 1 to 200 characters, a proof 500 at most"));
            }
        }
        Ok(())
    }
}
