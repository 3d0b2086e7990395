-- What the projector keeps about each read model: which version its tables in schema `read` have, how it stands, and
-- how far a rebuild beside it has come. Positions themselves are checkpoints: `projection/<name>` and `rebuild/<name>`.

set role waybill_system;

create table process.projection (
    name text primary key,
    -- Of the tables that readers see.
    version int not null,
    tables text[] not null,
    -- live, rebuilding or failed.
    state text not null check (state in ('live', 'rebuilding', 'failed')),
    -- Why it stands still, and at which event.
    error text,
    failed_position bigint,
    -- Events of types or versions that the running build did not know.
    skipped_unknown bigint not null default 0,
    rebuild_version int,
    rebuild_started_at timestamptz,
    rebuild_position bigint,
    rebuild_target bigint,
    rebuild_events_per_second double precision,
    -- Why the last rebuild was given up.
    rebuild_error text,
    updated_at timestamptz not null default now()
) with (fillfactor = 50);

-- Rebuilds that are wanted; a row goes when its rebuild has ended.
create table process.rebuild_request (
    name text primary key,
    requested_at timestamptz not null default now()
);

reset role;

do $$
declare
    name text;
begin
    foreach name in array array['projection', 'rebuild_request'] loop
        execute format('alter table process.%I enable row level security', name);
        execute format('alter table process.%I force row level security', name);
        execute format('create policy system on process.%I to waybill_system using (true) with check (true)', name);
    end loop;
end
$$;
