-- What processes keep between events: schema `process`, moved in the same transaction as their checkpoint. It is a fold
-- of the log (except uploads, which are kept until their import has ended).

set role waybill_system;

-- Campaign runner: campaigns whose audience is being resolved.
create table process.enrolment (
    campaign_id uuid primary key,
    tenant_id uuid not null,
    started_position bigint not null,
    correlation_id uuid not null,
    causation_id uuid not null,
    traceparent text
);

-- Dispatcher: chunks of enrolled recipients that wait for a number, in order of enrolment.
create table process.chunk (
    campaign_id uuid not null,
    position bigint not null,
    tenant_id uuid not null,
    contact_ids uuid[] not null,
    next_index int not null default 0,
    correlation_id uuid not null,
    traceparent text,
    primary key (campaign_id, position)
) with (fillfactor = 70);
alter table process.chunk alter column contact_ids set storage external;

-- Dispatcher: messages that wait for another attempt.
create table process.retry (
    message_id uuid primary key,
    tenant_id uuid not null,
    campaign_id uuid,
    contact_id uuid not null,
    attempt int not null,
    due_at timestamptz not null,
    correlation_id uuid not null
);
create index retry_due on process.retry (due_at);

-- Dispatcher: campaigns it works on.
create table process.campaign (
    campaign_id uuid primary key,
    tenant_id uuid not null,
    package_id uuid not null,
    template_text text not null,
    status text not null,
    last_profile_id uuid
) with (fillfactor = 50);

-- Dispatcher: packages and their numbers, with what they have used.
create table process.package (
    package_id uuid primary key,
    tenant_id uuid not null,
    settings jsonb not null,
    deleted boolean not null default false
);
create table process.profile (
    profile_id uuid primary key,
    package_id uuid not null,
    tenant_id uuid not null,
    provider text not null,
    overrides jsonb not null,
    active boolean not null,
    throttled_until timestamptz,
    usage jsonb not null default '{}',
    in_flight int not null default 0
) with (fillfactor = 50);

-- Sender: calls begun and not answered, by the epoch of the sender that began them.
create table process.in_flight (
    message_id uuid primary key,
    tenant_id uuid not null,
    attempt int not null,
    version bigint not null,
    epoch bigint not null,
    correlation_id uuid not null
) with (fillfactor = 50);

-- Receipts: which message a provider's id names, and receipts that came before it was known.
create table process.provider_message (
    profile_id uuid not null,
    provider_message_id text not null,
    message_id uuid not null,
    tenant_id uuid not null,
    primary key (profile_id, provider_message_id)
);
create table process.parked_receipt (
    profile_id uuid not null,
    provider_message_id text not null,
    of_position bigint not null,
    tenant_id uuid not null,
    receipt jsonb not null,
    primary key (profile_id, provider_message_id, of_position)
);

-- Uncertain messages and when a person is asked.
create table process.uncertain (
    message_id uuid primary key,
    tenant_id uuid not null,
    deadline timestamptz not null,
    correlation_id uuid not null
);
create index uncertain_deadline on process.uncertain (deadline);

-- Completion: how many messages of a running campaign are still open.
create table process.progress (
    campaign_id uuid primary key,
    tenant_id uuid not null,
    enrolment_finished boolean not null default false,
    running boolean not null default true,
    enrolled bigint not null default 0,
    sent bigint not null default 0,
    failed bigint not null default 0,
    cancelled bigint not null default 0,
    uncertain bigint not null default 0,
    held bigint not null default 0
) with (fillfactor = 50);

-- Imports: the uploaded file in pieces, until the import has ended.
create table process.upload (
    import_id uuid primary key,
    tenant_id uuid not null,
    file_name text not null,
    bytes bigint not null default 0,
    complete boolean not null default false,
    options jsonb not null,
    created_at timestamptz not null default now()
);
create table process.upload_piece (
    import_id uuid not null,
    tenant_id uuid not null,
    nth int not null,
    body bytea not null,
    primary key (import_id, nth)
);
alter table process.upload_piece alter column body set storage external;

reset role;

do $$
declare
    name text;
begin
    for name in select relname from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname = 'process' and relkind = 'r'
    loop
        execute format('alter table process.%I enable row level security', name);
        execute format('alter table process.%I force row level security', name);
        execute format('create policy system on process.%I to waybill_system using (true) with check (true)', name);
    end loop;
end
$$;
