-- One row a recipient of a campaign, and one a reply.
--
-- Each message is updated some five times within minutes. Free space in its page and no index over what changes keep
-- those updates inside the page (heap-only). `trouble` repeats the status where it is failed, uncertain or cancelled,
-- which few messages become: an index whose predicate named `status` itself would end that for every message.

create table message (
    tenant_id           uuid        not null,
    message_id          uuid        not null,
    campaign_id         uuid,
    conversation_id     uuid,
    contact_id          uuid,
    profile_id          uuid,
    status              text        not null,
    trouble             text,
    attempt             int         not null,
    held                boolean     not null,
    error_class         text,
    error_code          text,
    error_detail        text,
    cancel_reason       text,
    provider_message_id text,
    queued_at           timestamptz not null,
    dispatched_at       timestamptz,
    sent_at             timestamptz,
    delivered_at        timestamptz,
    read_at             timestamptz,
    failed_at           timestamptz,
    retry_at            timestamptz,
    uncertain_deadline  timestamptz,
    updated_at          timestamptz not null,
    version             bigint      not null,
    position            bigint      not null,
    -- Of the last dispatch: where the message stands among what was said.
    dispatched_position bigint,
    primary key (tenant_id, message_id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1);
create index message_by_campaign on message (tenant_id, campaign_id, message_id) where campaign_id is not null;
create index message_in_trouble on message (tenant_id, trouble, message_id) where trouble is not null;
create index message_in_trouble_by_campaign on message (tenant_id, campaign_id, trouble, message_id)
    where trouble is not null and campaign_id is not null;
create index message_by_conversation on message (tenant_id, conversation_id, message_id)
    where conversation_id is not null;
create index message_by_contact on message (tenant_id, contact_id, message_id) where campaign_id is not null;

alter table message enable row level security;
alter table message force row level security;
create policy tenant on message to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on message to waybill_system using (true) with check (true);
grant select on message to waybill_app;
grant all on message to waybill_system;
