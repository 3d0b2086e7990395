-- Who did what, when and from where; certificates of erasure; how far retention has come.

create table audit_entry (
    tenant_id   uuid        not null,
    position    bigint      not null,
    entry_id    uuid        not null,
    at          timestamptz not null,
    actor       text        not null,
    operation   text        not null,
    outcome     text        not null,
    status      int         not null,
    code        text,
    target_kind text,
    target_id   uuid,
    subject_id  uuid        not null,
    ip          text,
    user_agent  text,
    trace_id    uuid        not null,
    primary key (tenant_id, position)
);
create index audit_entry_by_id on audit_entry (tenant_id, entry_id);
create index audit_entry_by_actor on audit_entry (tenant_id, actor, position);
create index audit_entry_by_operation on audit_entry (tenant_id, operation, position);
create index audit_entry_by_target on audit_entry (tenant_id, target_id, position) where target_id is not null;
create index audit_entry_by_subject on audit_entry (tenant_id, subject_id) where ip is not null;

create table erasure (
    tenant_id  uuid        not null,
    position   bigint      not null,
    subject_id uuid        not null,
    kind       text        not null,
    at         timestamptz not null,
    actor      text        not null,
    streams    bigint      not null,
    events     bigint      not null,
    primary key (tenant_id, position)
);

create table retention (
    tenant_id uuid        not null primary key,
    through   date        not null,
    at        timestamptz not null
);

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy tenant on audit_entry to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on audit_entry to waybill_system using (true) with check (true);
grant select on audit_entry to waybill_app;
grant all on audit_entry to waybill_system;

alter table erasure enable row level security;
alter table erasure force row level security;
create policy tenant on erasure to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on erasure to waybill_system using (true) with check (true);
grant select on erasure to waybill_app;
grant all on erasure to waybill_system;

alter table retention enable row level security;
alter table retention force row level security;
create policy tenant on retention to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on retention to waybill_system using (true) with check (true);
grant select on retention to waybill_app;
grant all on retention to waybill_system;
