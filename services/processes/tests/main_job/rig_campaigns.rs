//! The rig's work with campaigns: started as the API does it, and waited for.

use super::*;

impl Rig {
    /// Drafts and starts a campaign to everyone, reserving the points in the same append.
    pub async fn start_campaign(&self, text: &str, recipients: u64) -> CampaignId {
        self.start_spread(text, recipients, campaign::Spread::default()).await
    }

    pub async fn start_spread(&self, text: &str, recipients: u64, spread: campaign::Spread) -> CampaignId {
        self.start_plan(|plan| Plan { template_text: text.into(), spread, ..plan }, recipients).await
    }

    pub async fn start_plan(&self, settle: impl FnOnce(Plan) -> Plan, recipients: u64) -> CampaignId {
        let id = CampaignId(Uuid::now_v7());
        let plan = Plan {
            name: "Spring".into(),
            audience: Audience::All,
            template_text: String::new(),
            package_id: self.package,
            spread: campaign::Spread::default(),
            attachment: None,
        };
        let plan = settle(plan);
        let points = recipients * wallet::POINTS_PER_RECIPIENT;
        let drafted = campaign::decide(&campaign::State::default(), campaign::Command::Draft(plan)).expect("drafted");
        let state = drafted.iter().fold(campaign::State::default(), campaign::evolve);
        let at = self.context.clock.now();
        let start = campaign::Command::Start { planned_recipients: recipients, points_reserved: points, at };
        let events: Vec<_> = drafted.into_iter().chain(campaign::decide(&state, start).expect("started")).collect();
        loop {
            let wallet = StreamId::wallet(self.tenant);
            let loaded = self.context.store.load::<Wallet>(self.tenant, wallet.id).await.expect("a wallet");
            let reserve = wallet::Command::Reserve { campaign_id: id, points };
            let reserved = wallet::decide(&loaded.state, reserve).expect("reserved");
            let writes = vec![
                StreamWrite::new(id, Expected::Exactly(0), &events),
                StreamWrite::new(wallet, Expected::Exactly(loaded.version), &reserved),
            ];
            // Billing may have come first: decided anew, as a command is.
            match self.context.store.append(Append::new(self.metadata(), writes)).await.expect("appends") {
                Outcome::Appended { .. } => break,
                Outcome::Conflict { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        id
    }

    pub async fn campaign(&self, id: CampaignId) -> campaign::State {
        self.context.store.load_long::<Campaign>(self.tenant, id.0).await.expect("a campaign").state
    }

    pub async fn command(&self, id: CampaignId, command: campaign::Command) {
        self.context.store.execute::<Campaign>(self.metadata(), id.0, command).await.expect("carried out");
    }

    /// Waits until a campaign has reached a state and its points are settled.
    pub async fn until(&self, id: CampaignId, status: campaign::Status) {
        self.until_campaign(id, |state| state.status == status).await;
        if status == campaign::Status::Completed {
            self.until_settled().await;
        }
    }

    pub async fn until_campaign(&self, id: CampaignId, done: impl Fn(&campaign::State) -> bool) {
        self.until_true(&format!("campaign {id}"), async || done(&self.campaign(id).await)).await;
    }

    pub async fn until_cancelled(&self, id: CampaignId, cancelled: i64) {
        let told = async || self.progress(id).await.is_some_and(|it| it.cancelled == cancelled);
        self.until_true(&format!("{cancelled} cancelled"), told).await;
    }

    pub async fn until_uncertain(&self, id: CampaignId, uncertain: i64) {
        let told = async || self.progress(id).await.is_some_and(|it| it.uncertain == uncertain);
        self.until_true(&format!("{uncertain} uncertain"), told).await;
    }

    pub async fn until_sent(&self, id: CampaignId, sent: i64) {
        self.until_true(&format!("{sent} sent"), async || self.progress(id).await.is_some_and(|it| it.sent == sent))
            .await;
    }
}
