-- Files, the newest first. A removed one keeps its row without a name, so that a thread can say what was there.

create table media (
    tenant_id  uuid        not null,
    media_id   uuid        not null,
    -- `gallery`, or `inbound` for what people sent.
    origin     text        not null,
    -- `pending`, `stored`, `failed` or `removed`.
    state      text        not null,
    kind       text        not null,
    mime_type  text,
    file_name  text,
    bytes      bigint,
    sha256     text,
    scan       text,
    trouble    text,
    contact_id uuid,
    profile_id uuid,
    added_by   uuid,
    added_at   timestamptz not null,
    version    bigint      not null,
    position   bigint      not null,
    primary key (tenant_id, media_id)
);
create index media_by_time on media (tenant_id, added_at, media_id);

alter table media enable row level security;
alter table media force row level security;
create policy tenant on media to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on media to waybill_system using (true) with check (true);
grant select on media to waybill_app;
grant all on media to waybill_system;
