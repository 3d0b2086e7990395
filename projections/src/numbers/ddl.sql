-- Packages, their sending numbers, and what each number has used of its limits.
-- Removed ones keep their rows: campaigns and messages still show their names.

create table package (
    tenant_id    uuid        not null,
    package_id   uuid        not null,
    name         text        not null,
    distribution text        not null,
    settings     jsonb       not null,
    deleted      boolean     not null,
    created_at   timestamptz not null,
    version      bigint      not null,
    primary key (tenant_id, package_id)
);

create table profile (
    tenant_id       uuid        not null,
    profile_id      uuid        not null,
    package_id      uuid        not null,
    name            text        not null,
    provider        text        not null,
    phone           text        not null,
    phone_number_id text        not null,
    state           text        not null,
    state_reason    text,
    cooling_until   timestamptz,
    overrides       jsonb       not null,
    standing        jsonb       not null,
    in_flight       bigint      not null,
    sent            bigint      not null,
    failed          bigint      not null,
    uncertain       bigint      not null,
    failures_in_row bigint      not null,
    last_sent_at    timestamptz,
    created_at      timestamptz not null,
    version         bigint      not null,
    -- Whose messaging limit holds for it.
    account         text        generated always as
        (coalesce(standing -> 'account' ->> 'portfolio', standing -> 'account' ->> 'business_account')) stored,
    primary key (tenant_id, profile_id)
) with (fillfactor = 50);
create index profile_by_package on profile (tenant_id, package_id, created_at);
create index profile_by_account on profile (tenant_id, account) where account is not null;

create table profile_usage (
    tenant_id  uuid        not null,
    profile_id uuid        not null,
    span       text        not null,
    starts_at  timestamptz not null,
    used       bigint      not null,
    primary key (tenant_id, profile_id, span, starts_at)
) with (fillfactor = 70);

-- Which number a message is with: not every event that ends its flight names the number.
create table profile_in_flight (
    tenant_id  uuid not null,
    message_id uuid not null,
    profile_id uuid not null,
    primary key (tenant_id, message_id)
);

alter table package enable row level security;
alter table package force row level security;
create policy tenant on package to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on package to waybill_system using (true) with check (true);
grant select on package to waybill_app;
grant all on package to waybill_system;

alter table profile enable row level security;
alter table profile force row level security;
create policy tenant on profile to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on profile to waybill_system using (true) with check (true);
grant select on profile to waybill_app;
grant all on profile to waybill_system;

alter table profile_usage enable row level security;
alter table profile_usage force row level security;
create policy tenant on profile_usage to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on profile_usage to waybill_system using (true) with check (true);
grant select on profile_usage to waybill_app;
grant all on profile_usage to waybill_system;

alter table profile_in_flight enable row level security;
alter table profile_in_flight force row level security;
create policy tenant on profile_in_flight to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on profile_in_flight to waybill_system using (true) with check (true);
grant select on profile_in_flight to waybill_app;
grant all on profile_in_flight to waybill_system;
