-- Numbers of four providers: what the dispatcher keeps of turns, ranks, links and health; what health is made of; devices
-- that are watched; which numbers were seen on WhatsApp.

alter table process.package add column distribution text not null default 'round_robin';
alter table process.profile add column standing jsonb not null default '{}';
alter table process.campaign add column spread jsonb not null default '{}';
alter table process.campaign add column turns jsonb not null default '{}';
update process.campaign set turns = jsonb_build_object('last', last_profile_id) where last_profile_id is not null;
alter table process.campaign drop column last_profile_id;

-- Health: what the score of a number is made of, and the score that was told last.
create table process.health (
    profile_id uuid primary key,
    tenant_id uuid not null,
    package_id uuid,
    record jsonb not null,
    told jsonb not null
) with (fillfactor = 50);

-- Linking: devices that are linked or being linked, and when each is asked for its state again.
create table process.device (
    profile_id uuid primary key,
    tenant_id uuid not null,
    provider text not null,
    state text not null,
    since timestamptz not null,
    ask_at timestamptz not null,
    active_at timestamptz not null,
    failures int not null default 0
) with (fillfactor = 50);
create index device_ask on process.device (ask_at);

-- Whether numbers are on WhatsApp, by the contact id that a number has in its tenant: the number itself is not kept.
create table process.number_check (
    tenant_id uuid not null,
    contact_id uuid not null,
    exists_on_whatsapp boolean not null,
    provider text not null,
    checked_at timestamptz not null,
    primary key (tenant_id, contact_id)
);

do $$
declare
    name text;
begin
    foreach name in array array['health', 'device', 'number_check'] loop
        execute format('alter table process.%I owner to waybill_system', name);
        execute format('alter table process.%I enable row level security', name);
        execute format('alter table process.%I force row level security', name);
        execute format('create policy system on process.%I to waybill_system using (true) with check (true)', name);
    end loop;
end
$$;
