-- Contacts, their lists and the counters that spare the API every count.
-- A removed contact keeps its row without its personal data: a withdrawal of consent outlives removal.

create table contact (
    tenant_id      uuid        not null,
    contact_id     uuid        not null,
    phone          text,
    name           text,
    fields         jsonb       not null,
    tags           text[]      not null,
    consent        text        not null,
    consent_source text,
    consent_at     timestamptz,
    blocked        boolean     not null,
    removed        boolean     not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    version        bigint      not null,
    position       bigint      not null,
    primary key (tenant_id, contact_id)
);
create index contact_by_time on contact (tenant_id, created_at, contact_id) where not removed;

create table contact_list (
    tenant_id  uuid        not null,
    list_id    uuid        not null,
    name       text        not null,
    size       bigint      not null,
    created_at timestamptz not null,
    primary key (tenant_id, list_id)
);

create table contact_list_member (
    tenant_id  uuid not null,
    list_id    uuid not null,
    contact_id uuid not null,
    primary key (tenant_id, list_id, contact_id)
);

create table contact_tag (
    tenant_id uuid   not null,
    tag       text   not null,
    count     bigint not null,
    primary key (tenant_id, tag)
);

create table contact_total (
    tenant_id uuid   not null primary key,
    total     bigint not null
);

alter table contact enable row level security;
alter table contact force row level security;
create policy tenant on contact to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on contact to waybill_system using (true) with check (true);
grant select on contact to waybill_app;
grant all on contact to waybill_system;

alter table contact_list enable row level security;
alter table contact_list force row level security;
create policy tenant on contact_list to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on contact_list to waybill_system using (true) with check (true);
grant select on contact_list to waybill_app;
grant all on contact_list to waybill_system;

alter table contact_list_member enable row level security;
alter table contact_list_member force row level security;
create policy tenant on contact_list_member to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on contact_list_member to waybill_system using (true) with check (true);
grant select on contact_list_member to waybill_app;
grant all on contact_list_member to waybill_system;

alter table contact_tag enable row level security;
alter table contact_tag force row level security;
create policy tenant on contact_tag to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on contact_tag to waybill_system using (true) with check (true);
grant select on contact_tag to waybill_app;
grant all on contact_tag to waybill_system;

alter table contact_total enable row level security;
alter table contact_total force row level security;
create policy tenant on contact_total to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on contact_total to waybill_system using (true) with check (true);
grant select on contact_total to waybill_app;
grant all on contact_total to waybill_system;
