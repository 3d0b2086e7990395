-- Tenants by name.

create table tenant (
    tenant_id       uuid        not null primary key,
    name            text        not null,
    default_country text,
    time_zone       text        not null,
    registered_at   timestamptz not null,
    version         bigint      not null
);

alter table tenant enable row level security;
alter table tenant force row level security;
create policy tenant on tenant to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on tenant to waybill_system using (true) with check (true);
grant select on tenant to waybill_app;
grant all on tenant to waybill_system;
