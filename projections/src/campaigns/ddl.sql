-- Campaigns with their totals. Each recipient stands in exactly one of the nine state columns:
-- enrolled is their sum after every batch, because each event names the state that it left.

create table campaign (
    tenant_id       uuid        not null,
    campaign_id     uuid        not null,
    name            text        not null,
    audience        jsonb       not null,
    template_text   text        not null,
    attachment      jsonb,
    package_id      uuid        not null,
    spread          jsonb       not null,
    status          text        not null,
    planned         bigint      not null,
    points_planned  bigint      not null,
    points_reserved bigint      not null,
    points_captured bigint      not null,
    points_released bigint      not null,
    enrolled        bigint      not null,
    queued          bigint      not null,
    dispatched      bigint      not null,
    sending         bigint      not null,
    sent            bigint      not null,
    delivered       bigint      not null,
    read            bigint      not null,
    failed          bigint      not null,
    cancelled       bigint      not null,
    uncertain       bigint      not null,
    excluded_by     jsonb       not null,
    enrolment_done  boolean     not null,
    paused_reason   text,
    deferred_limit  text,
    deferred_until  timestamptz,
    created_at      timestamptz not null,
    started_at      timestamptz,
    cancelled_at    timestamptz,
    completed_at    timestamptz,
    version         bigint      not null,
    position        bigint      not null,
    primary key (tenant_id, campaign_id)
) with (fillfactor = 50);
create index campaign_by_time on campaign (tenant_id, created_at, campaign_id);

create table campaign_count (
    tenant_id uuid   not null,
    status    text   not null,
    count     bigint not null,
    primary key (tenant_id, status)
);

create table campaign_failure (
    tenant_id   uuid   not null,
    campaign_id uuid   not null,
    class       text   not null,
    code        text   not null,
    detail      text   not null,
    count       bigint not null,
    primary key (tenant_id, campaign_id, class, code)
);

create table campaign_rate (
    tenant_id   uuid        not null,
    campaign_id uuid        not null,
    second      timestamptz not null,
    sent        bigint      not null,
    settled     bigint      not null,
    primary key (tenant_id, campaign_id, second)
);

alter table campaign enable row level security;
alter table campaign force row level security;
create policy tenant on campaign to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on campaign to waybill_system using (true) with check (true);
grant select on campaign to waybill_app;
grant all on campaign to waybill_system;

alter table campaign_count enable row level security;
alter table campaign_count force row level security;
create policy tenant on campaign_count to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on campaign_count to waybill_system using (true) with check (true);
grant select on campaign_count to waybill_app;
grant all on campaign_count to waybill_system;

alter table campaign_failure enable row level security;
alter table campaign_failure force row level security;
create policy tenant on campaign_failure to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on campaign_failure to waybill_system using (true) with check (true);
grant select on campaign_failure to waybill_app;
grant all on campaign_failure to waybill_system;

alter table campaign_rate enable row level security;
alter table campaign_rate force row level security;
create policy tenant on campaign_rate to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on campaign_rate to waybill_system using (true) with check (true);
grant select on campaign_rate to waybill_app;
grant all on campaign_rate to waybill_system;
