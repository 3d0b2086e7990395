-- A tenant's points as they stand, and each move of them.

create table wallet (
    tenant_id uuid   not null primary key,
    topped_up bigint not null,
    available bigint not null,
    reserved  bigint not null,
    captured  bigint not null,
    released  bigint not null,
    version   bigint not null,
    position  bigint not null
);

create table wallet_entry (
    tenant_id     uuid        not null,
    position      bigint      not null,
    at            timestamptz not null,
    kind          text        not null,
    points        bigint      not null,
    effect        bigint      not null,
    campaign_id   uuid,
    messages      bigint,
    note          text,
    balance_after bigint      not null,
    primary key (tenant_id, position)
);

alter table wallet enable row level security;
alter table wallet force row level security;
create policy tenant on wallet to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on wallet to waybill_system using (true) with check (true);
grant select on wallet to waybill_app;
grant all on wallet to waybill_system;

alter table wallet_entry enable row level security;
alter table wallet_entry force row level security;
create policy tenant on wallet_entry to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on wallet_entry to waybill_system using (true) with check (true);
grant select on wallet_entry to waybill_app;
grant all on wallet_entry to waybill_system;
