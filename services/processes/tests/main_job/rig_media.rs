//! The rig's work with files.

use super::*;
use waybill_domain::content::{Attachment, MediaRef};
use waybill_domain::media::{self, Media, MediaKind, Uploaded};

impl Rig {
    /// A file of the gallery.
    pub async fn picture(&self, name: &str, bytes: &'static [u8]) -> MediaRef {
        let id = MediaId(Uuid::now_v7());
        let shelf = self.context.shelf.as_ref().expect("a store");
        let taken = shelf.take_in(self.tenant, id, bytes.into(), name, None).await;
        let (about, file_name) = taken.expect("taken in");
        let mime_type = Some(about.mime_type.clone());
        let uploaded = Uploaded {
            media_id: id,
            user_id: None,
            about,
            at: self.context.clock.now(),
            named: Personal::Known(media::Named { file_name }),
        };
        self.context
            .store
            .execute::<Media>(self.metadata(), id.0, media::Command::Upload(uploaded))
            .await
            .expect("uploaded");
        MediaRef { media_id: id, kind: MediaKind::Image, mime_type }
    }

    pub async fn remove_file(&self, id: MediaId) {
        let removed = media::Removed { reason: media::Removal::Deleted, at: self.context.clock.now() };
        self.context
            .store
            .execute::<Media>(self.metadata(), id.0, media::Command::Remove(removed))
            .await
            .expect("removed");
    }

    pub async fn start_carrying(&self, text: &str, attachment: Attachment, recipients: u64) -> CampaignId {
        self.start_plan(|plan| Plan { template_text: text.into(), attachment: Some(attachment), ..plan }, recipients)
            .await
    }

    /// Somebody sends a file to one of the numbers; answers what it will be called.
    pub async fn sends_file(&self, profile: ProfileId, body: serde_json::Value) -> MediaId {
        let mut body = body;
        body["profile"] = self.number_id(profile).await.into();
        let url = format!("{}/_sandbox/inbound", self.sandbox);
        let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
        self.until_true("the announcement", async || !self.events("media.announced").await.is_empty()).await;
        let announced = self.events("media.announced").await;
        MediaId(announced.last().expect("one")["media_id"].as_str().expect("an id").parse().expect("an id"))
    }

    pub async fn file(&self, id: MediaId) -> media::State {
        self.context.store.load::<Media>(self.tenant, id.0).await.expect("a file").state
    }

    pub async fn until_file(&self, id: MediaId, status: media::Status) {
        self.until_true(&format!("{status:?}"), async || self.file(id).await.status == status).await;
    }

    pub async fn bytes(&self, id: MediaId) -> Option<Vec<u8>> {
        let shelf = self.context.shelf.as_ref().expect("a store");
        shelf.files.get(self.tenant, id).await.expect("asked").map(|bytes| bytes.to_vec())
    }

    /// What the sandbox's linked devices sent.
    pub async fn device_sends(&self) -> Vec<serde_json::Value> {
        let url = format!("{}/_sandbox/sends?provider=waha", self.sandbox);
        reqwest::get(url).await.expect("an answer").json().await.expect("sends")
    }

    /// Until the store has nothing of it any more.
    pub async fn until_gone(&self, id: MediaId) {
        let gone = async { while self.bytes(id).await.is_some() {} };
        tokio::time::timeout(PATIENCE, gone).await.expect("the bytes are deleted");
    }

    /// Until a fetch has failed and is put off.
    pub async fn until_tried(&self, id: MediaId) {
        let tried = async {
            let sql = "select count(*) from process.media where media_id = $1 and attempts > 0 and due_at > $2";
            let count = async |at| -> i64 {
                let query = sqlx::query_scalar(sql).bind(id.0).bind(at);
                query.fetch_one(&self.context.store.database.system).await.expect("a count")
            };
            while count(self.context.clock.now()).await == 0 {}
        };
        tokio::time::timeout(PATIENCE, tried).await.expect("it is tried");
    }

    /// Leads a number's calls to nowhere; answers what it was.
    pub async fn break_account(&self, id: ProfileId) -> ProfileAccess {
        let access = self.context.store.credential(id).await.expect("read").expect("there");
        let mut broken = access.clone();
        broken.credential.base_url = "http://127.0.0.1:9/v23.0".into();
        self.context.store.put_credential(&broken).await.expect("kept");
        access
    }

    pub async fn mend_account(&self, access: ProfileAccess) {
        self.context.store.put_credential(&access).await.expect("kept");
    }

    /// How many uploads the providers remember for these numbers.
    pub async fn uploads(&self) -> i64 {
        sqlx::query_scalar("select count(*) from process.provider_media where tenant_id = $1")
            .bind(self.tenant.0)
            .fetch_one(&self.context.store.database.system)
            .await
            .expect("a count")
    }
}
