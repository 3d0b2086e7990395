-- Templates of business accounts, by name and language.

create table template (
    tenant_id   uuid        not null,
    template_id uuid        not null,
    provider    text        not null,
    account_id  text        not null,
    profile_id  uuid        not null,
    provider_id text        not null,
    name        text        not null,
    language    text        not null,
    category    text        not null,
    -- In the provider's words, in lower case.
    status      text        not null,
    quality     text,
    reason      text,
    components  jsonb       not null,
    -- Its text or category was changed at the provider.
    drifted_at  timestamptz,
    gone        boolean     not null,
    found_at    timestamptz not null,
    updated_at  timestamptz not null,
    version     bigint      not null,
    position    bigint      not null,
    primary key (tenant_id, template_id)
);
create index template_by_name on template (tenant_id, name, language, template_id);

alter table template enable row level security;
alter table template force row level security;
create policy tenant on template to waybill_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy system on template to waybill_system using (true) with check (true);
grant select on template to waybill_app;
grant all on template to waybill_system;
