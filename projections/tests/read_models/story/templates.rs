//! What a provider says of templates.

use super::{Dice, World, decided};
use crate::log::Log;
use serde_json::json;
use waybill_domain::id::TemplateId;
use waybill_domain::provider::ProviderKind;
use waybill_domain::provider_template::{Command, Found, Listed, ProviderTemplate, Standing};

impl World {
    pub(super) fn template(&mut self, dice: &mut Dice, log: &mut Log) {
        let (name, at) = (dice.pick(&["order_ready", "sale"]).to_owned(), log.now);
        let id = TemplateId::at(self.tenant, "102", &name, "en");
        let standing = Standing { status: dice.pick(&["approved", "paused"]).into(), ..Standing::default() };
        let command = match dice.roll(4) {
            0 => Command::RecordStanding { standing, at },
            1 => Command::Miss { at },
            _ => Command::Record(Found {
                provider: ProviderKind::Sandbox,
                account_id: "102".into(),
                profile_id: dice.pick(&self.profiles),
                name,
                language: "en".into(),
                listed: Listed {
                    provider_id: "7".into(),
                    category: "utility".into(),
                    components: json!([{"type": "BODY", "text": dice.pick(&["Hi {{1}}", "Hello {{1}}"])}]),
                },
                standing,
                at,
            }),
        };
        decided::<ProviderTemplate>(log, self.tenant, id, self.templates.entry(id).or_default(), command);
    }
}
