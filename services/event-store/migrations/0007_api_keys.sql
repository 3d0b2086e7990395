-- API keys: hashes of what was shown once. A revoked key has no row, and so is refused by the very next request.
create table vault.api_key (
    key_id uuid primary key,
    tenant_id uuid not null,
    name text not null,
    -- The first characters, to tell keys apart.
    hint text not null,
    hash bytea not null unique,
    -- The one before, good until `overlap_until`.
    former_hash bytea unique,
    overlap_until timestamptz,
    scopes text[] not null,
    made_by uuid not null,
    made_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz
);
create index api_key_tenant on vault.api_key (tenant_id);
alter table vault.api_key owner to waybill_owner;
alter table vault.api_key enable row level security;
alter table vault.api_key force row level security;
create policy system on vault.api_key to waybill_system, waybill_owner using (true) with check (true);
grant select, insert, update, delete on vault.api_key to waybill_system;
