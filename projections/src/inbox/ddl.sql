-- Conversations, ordered by what was said last, and their threads.

create table conversation (
    tenant_id       uuid        not null,
    conversation_id uuid        not null,
    is_group        boolean     not null,
    contact_id      uuid,
    profile_id      uuid,
    continued_in    uuid,
    -- Of a group, the group's.
    shown_name      text,
    phone           text,
    -- The provider's own id of a person, which stands for a hidden number.
    user_id         text,
    -- The days on which they were said: texts of a day end together.
    name_day        date,
    phone_day       date,
    user_id_day     date,
    unread          bigint      not null,
    last_direction  text,
    last_kind       text,
    last_preview    text,
    last_at         timestamptz,
    last_message_id uuid,
    last_position   bigint      not null,
    last_inbound_at timestamptz,
    version         bigint      not null,
    primary key (tenant_id, conversation_id)
) with (fillfactor = 70);
create index conversation_by_recency on conversation (tenant_id, last_position);

create table conversation_message (
    tenant_id       uuid        not null,
    conversation_id uuid        not null,
    position        bigint      not null,
    id              uuid        not null,
    direction       text        not null,
    origin          text,
    kind            text        not null,
    body            text,
    attachment      jsonb,
    erased          boolean     not null,
    at              timestamptz not null,
    -- Of its record in the log.
    day             date        not null,
    profile_id      uuid        not null,
    author          uuid,
    -- In a group: who said it.
    member_id       uuid,
    member_name     text,
    member_phone    text,
    primary key (tenant_id, conversation_id, position)
);
create index conversation_message_by_day on conversation_message (tenant_id, day) where not erased;
create index conversation_message_by_member on conversation_message (tenant_id, member_id) where member_id is not null;

alter table conversation enable row level security;
alter table conversation force row level security;
create policy tenant on conversation to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on conversation to waybill_system using (true) with check (true);
grant select on conversation to waybill_app;
grant all on conversation to waybill_system;

alter table conversation_message enable row level security;
alter table conversation_message force row level security;
create policy tenant on conversation_message to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on conversation_message to waybill_system using (true) with check (true);
grant select on conversation_message to waybill_app;
grant all on conversation_message to waybill_system;
