//! The rig's work with business accounts.

use super::*;

impl Rig {
    /// Says to which business account a number belongs, here and at the sandbox.
    pub async fn join_business(&self, number: ProfileId, business: &str) {
        self.join_portfolio(number, business, None).await;
    }

    /// The same with the portfolio to which the business account belongs.
    pub async fn join_portfolio(&self, number: ProfileId, business: &str, portfolio: Option<&str>) {
        let mut access = self.context.store.credential(number).await.expect("read").expect("there");
        let url = format!("{}/_sandbox/cloud/{}/business_account", self.sandbox, access.phone_number_id);
        let body = serde_json::json!({ "id": business, "portfolio": portfolio });
        let answer = reqwest::Client::new().put(url).json(&body).send().await;
        assert!(answer.expect("an answer").status().is_success());
        access.credential.settings.insert("business_account_id".into(), business.into());
        self.context.store.put_credential(&access).await.expect("kept");
        // As somebody who wants to know at once.
        let soon = "insert into process.account_check (profile_id, tenant_id, provider, ask_at) values ($1, $2, $3, $4)
                    on conflict (profile_id) do update set ask_at = excluded.ask_at";
        sqlx::query(soon)
            .bind(number.0)
            .bind(self.tenant.0)
            .bind(access.provider.as_str())
            .bind(self.context.clock.now())
            .execute(&self.context.store.database.system)
            .await
            .expect("brought forward");
    }

    /// Makes templates of a number's business account what they are to be.
    pub async fn templates(&self, number: ProfileId, templates: serde_json::Value) {
        let url = format!("{}/_sandbox/cloud/{}/templates", self.sandbox, self.number_id(number).await);
        let answer = reqwest::Client::new().put(url).json(&templates).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// The provider's opinion of a number changes.
    pub async fn rates(&self, number: ProfileId, rating: &str) {
        self.judges(number, serde_json::json!({ "rating": rating })).await;
    }

    /// The provider lets a number, and all of its account, write to so many people in a day.
    pub async fn limits_to(&self, number: ProfileId, people: u32) {
        self.judges(number, serde_json::json!({ "messaging_limit": format!("TIER_{people}") })).await;
    }

    async fn judges(&self, number: ProfileId, body: serde_json::Value) {
        let url = format!("{}/_sandbox/cloud/{}/quality", self.sandbox, self.number_id(number).await);
        let answer = reqwest::Client::new().put(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    pub async fn until_events(&self, kind: &str, count: usize) {
        self.until_true(&format!("{count} of {kind}"), async || self.events(kind).await.len() >= count).await;
    }
}
