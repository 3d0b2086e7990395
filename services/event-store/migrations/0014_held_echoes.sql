-- Echoes that may be of a message of ours of which nobody knows yet what the provider calls it. What they say stays in
-- their delivery.

create table process.held_echo (
    profile_id uuid not null,
    provider_message_id text not null,
    tenant_id uuid not null,
    of_position bigint not null,
    due_at timestamptz not null,
    primary key (profile_id, provider_message_id)
);
create index held_echo_due on process.held_echo (due_at);

alter table process.held_echo owner to waybill_system;
alter table process.held_echo enable row level security;
alter table process.held_echo force row level security;
create policy system on process.held_echo to waybill_system using (true) with check (true);
