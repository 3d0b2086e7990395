//! What the rig does with numbers: ranks, devices, and what each of them sent.

use super::*;
use waybill_providers::{Code, Registry};

impl Rig {
    /// Gives numbers their ranks and the package its way to pick one, before anything is sent.
    pub async fn distribute(&self, distribution: package::Distribution, ranks: [profile::Rank; 3]) {
        let store = &self.context.store;
        for (id, rank) in self.profiles.iter().zip(ranks) {
            let state = self.profile(*id).await;
            let added = state.added.expect("added");
            let updated = profile::Updated {
                name: added.name,
                phone: added.phone,
                overrides: added.overrides,
                rank,
                credentials_changed: false,
            };
            let command = profile::Command::Update(updated);
            store.execute::<profile::Profile>(self.metadata(), id.0, command).await.expect("updated");
        }
        let command = package::Command::ChangeDistribution(distribution);
        store.execute::<Package>(self.metadata(), self.package.0, command).await.expect("changed");
    }

    pub async fn profile(&self, id: ProfileId) -> profile::State {
        self.context.store.load::<profile::Profile>(self.tenant, id.0).await.expect("a number").state
    }

    pub async fn until_profile(&self, id: ProfileId, done: impl Fn(&profile::State) -> bool) {
        self.until_true(&format!("number {id}"), async || done(&self.profile(id).await)).await;
    }

    /// Messages that each number has sent, in the order of the numbers.
    pub async fn sent_by(&self) -> Vec<i64> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("select data->>'profile_id', count(*) from es.event where type = 'message.sent' group by 1")
                .fetch_all(&self.context.store.database.system)
                .await
                .expect("a count");
        let count = |id: &ProfileId| rows.iter().find(|(found, _)| *found == id.0.to_string()).map_or(0, |it| it.1);
        self.profiles.iter().map(count).collect()
    }

    /// A number whose device is linked by QR at the sandbox's WAHA, with its link begun.
    pub async fn add_device(&self, session: &str) -> ProfileId {
        self.add_device_of(ProviderKind::Waha, session).await
    }

    /// The same at one of the providers that link devices.
    pub async fn add_device_of(&self, kind: ProviderKind, session: &str) -> ProfileId {
        let id = ProfileId(Uuid::now_v7());
        let added = profile::Added {
            package_id: self.package,
            name: "Phone".into(),
            provider: kind,
            phone: "+6281234567890".into(),
            phone_number_id: session.into(),
            overrides: Overrides::default(),
            rank: Default::default(),
        };
        let credential = Credential {
            base_url: format!("{}/{}", self.sandbox, if kind == ProviderKind::Waha { "waha" } else { "green" }),
            access_token: "key".into(),
            app_secret: "hmac".into(),
            verify_token: String::new(),
            settings: Default::default(),
        };
        let phone_number_id = session.to_owned();
        let access =
            ProfileAccess { profile_id: id, tenant_id: self.tenant, provider: kind, phone_number_id, credential };
        self.context.store.put_credential(&access).await.expect("kept");
        let account = waybill_runtime::accounts::account(access);
        let config = self.context.client_config(PATIENCE).expect("settings");
        let provider = Registry::new(&config).expect("a client").provider_for(kind);
        let linking = provider.linking().expect("links devices");
        linking.start(&account, &format!("{}/{session}", self.hooks)).await.expect("begun");
        for command in [profile::Command::Add(added), profile::Command::StartLinking] {
            self.context.store.execute::<profile::Profile>(self.metadata(), id.0, command).await.expect("carried out");
        }
        while !matches!(linking.code(&account).await, Ok(Code::Png(_) | Code::Text(_))) {}
        id
    }

    /// Asks something of a device at the sandbox.
    pub async fn device(&self, session: &str, what: &str, body: serde_json::Value) {
        self.device_of(ProviderKind::Waha, session, what, body).await;
    }

    pub async fn device_of(&self, kind: ProviderKind, session: &str, what: &str, body: serde_json::Value) {
        let url = format!("{}/_sandbox/devices/{}/{session}/{what}", self.sandbox, kind.as_str());
        let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// What events of a type say.
    pub async fn events(&self, kind: &str) -> Vec<serde_json::Value> {
        let sql = "select data::text from es.event where type = $1 order by pos";
        let pool = &self.context.store.database.system;
        let rows: Vec<String> = sqlx::query_scalar(sql).bind(kind).fetch_all(pool).await.expect("events");
        rows.iter().map(|text| serde_json::from_str(text).expect("json")).collect()
    }

    /// What the sandbox calls a number.
    pub async fn number_id(&self, id: ProfileId) -> String {
        self.context.store.credential(id).await.expect("read").expect("there").phone_number_id
    }

    /// Until numbers are marked like this: whether each is on WhatsApp.
    pub async fn until_marked(&self, expected: &[bool]) {
        let sql = "select exists_on_whatsapp from process.number_check order by contact_id";
        let marks = async || -> Vec<bool> {
            sqlx::query_scalar(sql).fetch_all(&self.context.store.database.system).await.expect("marks")
        };
        let marked = async { while marks().await != expected {} };
        tokio::time::timeout(PATIENCE, marked).await.expect("the numbers are marked");
    }
}
