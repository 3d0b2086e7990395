-- The log: schema `es`, sacred. Nothing here is ever changed or deleted by the application; only es.append writes events.
--
-- Three roles use the database. `waybill_owner` owns the objects and runs es.append; nobody connects as it.
-- `waybill_app` serves requests and is bound to one tenant by row-level security. `waybill_system` runs the processes
-- and may see every tenant. None of them can bypass row-level security.

do $$
begin
    if not exists (select from pg_roles where rolname = 'waybill_owner') then
        create role waybill_owner nologin nobypassrls;
    end if;
    if not exists (select from pg_roles where rolname = 'waybill_app') then
        create role waybill_app login nobypassrls;
    end if;
    if not exists (select from pg_roles where rolname = 'waybill_system') then
        create role waybill_system login nobypassrls;
    end if;
exception when duplicate_object or unique_violation then
    -- Another database of the same cluster is being prepared at the same moment.
    null;
end
$$;

create schema es authorization waybill_owner;
create schema vault authorization waybill_owner;
create schema read authorization waybill_system;
create schema process authorization waybill_system;
grant usage on schema es, vault, read to waybill_app, waybill_system;

-- Rebuilds of read models happen in schemas of their own.
do $$ begin execute format('grant create on database %I to waybill_system', current_database()); end $$;

set role none;

create table es.event (
    pos bigint not null,
    tenant_id uuid not null,
    stream_id uuid not null,
    version bigint not null,
    category text not null,
    type text not null,
    schema_version smallint not null,
    event_id uuid not null,
    recorded_at timestamptz not null,
    correlation_id uuid not null,
    causation_id uuid,
    actor text not null,
    traceparent text,
    data jsonb not null,
    personal bytea,
    subject_id uuid,
    day date,
    primary key (pos)
) partition by range (pos);
create index event_stream on es.event (stream_id, version);
alter table es.event alter column data set compression lz4;
alter table es.event owner to waybill_owner;

-- One row a stream, for compare-and-set. fillfactor leaves room for updates on the page.
create table es.stream (
    stream_id uuid primary key,
    tenant_id uuid not null,
    category text not null,
    version bigint not null,
    last_pos bigint not null
) with (fillfactor = 70);
alter table es.stream owner to waybill_owner;

-- Answers to commands, by idempotency key, for a repeat.
create table es.command (
    command_id uuid not null,
    on_day date not null,
    tenant_id uuid not null,
    fingerprint bytea not null,
    position bigint not null,
    answer text,
    primary key (command_id, on_day)
) partition by range (on_day);
alter table es.command owner to waybill_owner;

-- Where each reader of the log stands. Moved in the transaction of the reader's effect.
create table es.checkpoint (
    name text primary key,
    position bigint not null,
    epoch bigint not null,
    updated_at timestamptz not null default now()
) with (fillfactor = 50);
alter table es.checkpoint owner to waybill_owner;

-- Folded state of long streams, only ever a shortcut.
create table es.snapshot (
    stream_id uuid primary key,
    tenant_id uuid not null,
    state_version int not null,
    version bigint not null,
    state jsonb not null
);
alter table es.snapshot owner to waybill_owner;

-- Secrets that protect the personal parts, wrapped by the tenant's key. A destroyed secret stays as a row without one.
create table es.subject_secret (
    subject_id uuid primary key,
    tenant_id uuid not null,
    secret bytea
);
alter table es.subject_secret owner to waybill_owner;

create table es.day_secret (
    tenant_id uuid not null,
    day date not null,
    secret bytea,
    primary key (tenant_id, day)
);
alter table es.day_secret owner to waybill_owner;

-- Facts about this log: its identity, and the epoch that a restored copy must change before it may send.
create table es.log (
    shard int primary key,
    log_id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now()
);
insert into es.log (shard) values (1);
alter table es.log owner to waybill_owner;

-- Events are facts: no change, whoever asks.
create function es.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'events are facts: % on es.event is refused', lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;
create trigger event_is_a_fact before update or delete on es.event
    for each row execute function es.refuse_change();
create trigger event_is_never_truncated before truncate on es.event
    for each statement execute function es.refuse_change();

-- Partitions ahead of need: 10 million positions, and a week of command answers.
create function es.ensure_partitions() returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
    size constant bigint := 10000000;
    head bigint := coalesce((select max(pos) from es.event), 0);
    lower_bound bigint;
    on_day date;
    old record;
begin
    perform pg_advisory_xact_lock(7002, 1);
    for n in (head / size) .. (head / size + 1) loop
        lower_bound := n * size;
        if to_regclass(format('es.event_%s', n)) is null then
            execute format('create table es.event_%s partition of es.event for values from (%s) to (%s)',
                n, lower_bound, lower_bound + size);
            execute format('alter table es.event_%s enable row level security', n);
            execute format('alter table es.event_%s force row level security', n);
            execute format('create trigger event_is_never_truncated before truncate on es.event_%s
                for each statement execute function es.refuse_change()', n);
        end if;
    end loop;
    for back in -1 .. 7 loop
        on_day := (now() at time zone 'utc')::date + back;
        if to_regclass(format('es.command_%s', to_char(on_day, 'YYYYMMDD'))) is null then
            execute format('create table es.command_%s partition of es.command for values from (%L) to (%L)',
                to_char(on_day, 'YYYYMMDD'), on_day, on_day + 1);
            execute format('alter table es.command_%s enable row level security', to_char(on_day, 'YYYYMMDD'));
            execute format('alter table es.command_%s force row level security', to_char(on_day, 'YYYYMMDD'));
        end if;
    end loop;
    for old in
        select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = 'es' and relname ~ '^command_[0-9]{8}$'
            and to_date(substr(relname, 9), 'YYYYMMDD') < (now() at time zone 'utc')::date - 2
    loop
        execute format('drop table es.%I', old.relname);
    end loop;
end
$$;
alter function es.ensure_partitions() owner to waybill_owner;

-- Row-level security: `waybill_app` sees its tenant, the others what they must.
do $$
declare
    name text;
begin
    foreach name in array array['event', 'stream', 'command', 'snapshot', 'subject_secret', 'day_secret'] loop
        execute format('alter table es.%I enable row level security', name);
        execute format('alter table es.%I force row level security', name);
        execute format('create policy tenant on es.%I to waybill_app
            using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)
            with check (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
        execute format('create policy system on es.%I to waybill_system, waybill_owner using (true) with check (true)', name);
    end loop;
end
$$;
grant select on es.event, es.stream, es.snapshot to waybill_app, waybill_system;
grant select on es.command to waybill_system;
grant select, insert, update on es.checkpoint to waybill_system;
grant select on es.log, es.checkpoint to waybill_app, waybill_system;
grant insert, update on es.snapshot to waybill_system;
grant select, insert, update on es.subject_secret, es.day_secret to waybill_system;
