-- Counters: per day, per campaign and day, and how many messages stand where right now.
-- Days are UTC days of the moment an event was recorded.

create table daily_count (
    tenant_id  uuid   not null,
    date       date   not null,
    enrolled   bigint not null,
    dispatched bigint not null,
    sent       bigint not null,
    delivered  bigint not null,
    read       bigint not null,
    failed     bigint not null,
    cancelled  bigint not null,
    uncertain  bigint not null,
    inbound    bigint not null,
    replies    bigint not null,
    primary key (tenant_id, date)
) with (fillfactor = 50);

create table daily_campaign_count (
    tenant_id   uuid   not null,
    campaign_id uuid   not null,
    date        date   not null,
    enrolled    bigint not null,
    dispatched  bigint not null,
    sent        bigint not null,
    delivered   bigint not null,
    read        bigint not null,
    failed      bigint not null,
    cancelled   bigint not null,
    uncertain   bigint not null,
    primary key (tenant_id, campaign_id, date)
) with (fillfactor = 50);

create table message_count (
    tenant_id  uuid   not null primary key,
    queued     bigint not null,
    dispatched bigint not null,
    sending    bigint not null,
    sent       bigint not null,
    delivered  bigint not null,
    read       bigint not null,
    failed     bigint not null,
    cancelled  bigint not null,
    uncertain  bigint not null
) with (fillfactor = 50);

alter table daily_count enable row level security;
alter table daily_count force row level security;
create policy tenant on daily_count to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on daily_count to waybill_system using (true) with check (true);
grant select on daily_count to waybill_app;
grant all on daily_count to waybill_system;

alter table daily_campaign_count enable row level security;
alter table daily_campaign_count force row level security;
create policy tenant on daily_campaign_count to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on daily_campaign_count to waybill_system using (true) with check (true);
grant select on daily_campaign_count to waybill_app;
grant all on daily_campaign_count to waybill_system;

alter table message_count enable row level security;
alter table message_count force row level security;
create policy tenant on message_count to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on message_count to waybill_system using (true) with check (true);
grant select on message_count to waybill_app;
grant all on message_count to waybill_system;
