-- Credentials: never in the log, encrypted at rest or hashed. Sacred, like `es`.

-- The key of a tenant, wrapped by the master key; the index key names contacts by their number.
create table vault.tenant_key (
    tenant_id uuid primary key,
    wrapped bytea not null,
    wrapped_index_key bytea not null
);

-- People who sign in. A person may belong to several tenants, so these rows belong to none.
create table vault.account (
    user_id uuid primary key,
    email text not null,
    full_name text not null,
    password_hash text not null,
    created_at timestamptz not null default now()
);
create unique index account_email on vault.account (lower(email));

create table vault.membership (
    tenant_id uuid not null,
    user_id uuid not null,
    role text not null,
    primary key (tenant_id, user_id)
);
create index membership_user on vault.membership (user_id);

-- Refresh tokens, hashed. Reuse of one that was rotated ends its family.
create table vault.refresh_token (
    token_hash bytea primary key,
    family uuid not null,
    tenant_id uuid not null,
    user_id uuid not null,
    expires_at timestamptz not null,
    rotated_at timestamptz
);
create index refresh_token_family on vault.refresh_token (family);

-- Provider credentials of a profile, encrypted with the tenant's key.
create table vault.profile_credential (
    profile_id uuid primary key,
    tenant_id uuid not null,
    provider text not null,
    phone_number_id text not null,
    sealed bytea not null
);
create index profile_credential_number on vault.profile_credential (phone_number_id);

do $$
declare
    name text;
begin
    foreach name in array array['tenant_key', 'membership', 'refresh_token', 'profile_credential'] loop
        execute format('alter table vault.%I owner to waybill_owner', name);
        execute format('alter table vault.%I enable row level security', name);
        execute format('alter table vault.%I force row level security', name);
        execute format('create policy system on vault.%I to waybill_system, waybill_owner using (true) with check (true)', name);
        execute format('grant select, insert, update, delete on vault.%I to waybill_system', name);
    end loop;
end
$$;
alter table vault.account owner to waybill_owner;
grant select, insert, update on vault.account to waybill_system;
