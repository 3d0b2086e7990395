-- Imports with their counters, and the rows that need a word: created rows are only counted.

create table import (
    tenant_id       uuid        not null,
    import_id       uuid        not null,
    file_name       text        not null,
    status          text        not null,
    list_id         uuid,
    tags            jsonb       not null,
    rows            bigint      not null,
    created         bigint      not null,
    updated         bigint      not null,
    duplicate       bigint      not null,
    rejected        bigint      not null,
    without_consent bigint      not null,
    bytes_read      bigint      not null,
    bytes_total     bigint      not null,
    error           text,
    error_line      bigint,
    started_at      timestamptz not null,
    finished_at     timestamptz,
    version         bigint      not null,
    position        bigint      not null,
    primary key (tenant_id, import_id)
);
create index import_by_time on import (tenant_id, started_at, import_id);

create table import_row (
    tenant_id uuid   not null,
    import_id uuid   not null,
    outcome   text   not null,
    line      bigint not null,
    reason    text   not null,
    primary key (tenant_id, import_id, outcome, line)
);

alter table import enable row level security;
alter table import force row level security;
create policy tenant on import to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on import to waybill_system using (true) with check (true);
grant select on import to waybill_app;
grant all on import to waybill_system;

alter table import_row enable row level security;
alter table import_row force row level security;
create policy tenant on import_row to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on import_row to waybill_system using (true) with check (true);
grant select on import_row to waybill_app;
grant all on import_row to waybill_system;
