-- Files: which are to be fetched, whose they are, and what providers keep of them.

-- Every file that is there or on its way, so that it can be fetched, and removed with the person or the day it is of.
create table process.media (
    media_id uuid primary key,
    tenant_id uuid not null,
    contact_id uuid,
    profile_id uuid,
    provider text,
    kind text not null,
    -- `pending`, `stored`, `failed` or `removing`.
    state text not null,
    day date not null,
    due_at timestamptz,
    attempts int not null default 0,
    correlation_id uuid not null
) with (fillfactor = 70);
create index media_due on process.media (due_at) where due_at is not null;
create index media_of_contact on process.media (contact_id) where contact_id is not null;
create index media_by_day on process.media (tenant_id, day) where contact_id is not null;

-- What a provider calls a file that was uploaded for a number, until it forgets it. A cache: losing it costs an upload.
create table process.provider_media (
    profile_id uuid not null,
    media_id uuid not null,
    kind text not null,
    tenant_id uuid not null,
    reference text not null,
    expires_at timestamptz not null,
    primary key (profile_id, media_id, kind)
);
create index provider_media_expiry on process.provider_media (expires_at);

alter table process.campaign add column attachment jsonb;

do $$
declare
    name text;
begin
    foreach name in array array['media', 'provider_media'] loop
        execute format('alter table process.%I owner to waybill_system', name);
        execute format('alter table process.%I enable row level security', name);
        execute format('alter table process.%I force row level security', name);
        execute format('create policy system on process.%I to waybill_system using (true) with check (true)', name);
    end loop;
end
$$;
