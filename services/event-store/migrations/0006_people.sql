-- People of a tenant, invitations, and mail that is to go out. What happened with them is in the log; here is what must
-- be asked on every request, and what must never be in the log: addresses, hashes of links, and the links themselves.

alter table vault.membership
    add status text not null default 'active' check (status in ('active', 'deactivated')),
    add joined_at timestamptz not null default now(),
    add last_login_at timestamptz;

create table vault.invite (
    invite_id uuid primary key,
    tenant_id uuid not null,
    email text not null,
    role text not null,
    token_hash bytea not null unique,
    invited_by uuid not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null
);
-- One open invitation an address; rows of accepted and withdrawn ones are deleted.
create unique index invite_email on vault.invite (tenant_id, lower(email));

-- A mail is deleted once it is handed over: it may hold a link that lets someone in.
create table vault.mail (
    mail_id uuid primary key,
    tenant_id uuid not null,
    recipient text not null,
    subject text not null,
    body text not null,
    attempts int not null default 0,
    due_at timestamptz not null
);
create index mail_due on vault.mail (due_at);

do $$
declare
    name text;
begin
    foreach name in array array['invite', 'mail'] loop
        execute format('alter table vault.%I owner to waybill_owner', name);
        execute format('alter table vault.%I enable row level security', name);
        execute format('alter table vault.%I force row level security', name);
        execute format('create policy system on vault.%I to waybill_system, waybill_owner using (true) with check (true)', name);
        execute format('grant select, insert, update, delete on vault.%I to waybill_system', name);
    end loop;
end
$$;
