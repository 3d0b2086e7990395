-- Groups whose names are asked for: by which message each is known, and when it is asked about next, if it is.

create table process.group_name (
    conversation_id uuid primary key,
    tenant_id uuid not null,
    of_position bigint not null,
    ask_at timestamptz,
    asked_at timestamptz
) with (fillfactor = 50);
create index group_name_due on process.group_name (ask_at) where ask_at is not null;

alter table process.group_name owner to waybill_system;
alter table process.group_name enable row level security;
alter table process.group_name force row level security;
create policy system on process.group_name to waybill_system using (true) with check (true);
