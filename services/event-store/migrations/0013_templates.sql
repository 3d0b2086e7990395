-- Numbers whose provider has templates and an opinion: when each is asked for them again.

create table process.account_check (
    profile_id uuid primary key,
    tenant_id uuid not null,
    provider text not null,
    ask_at timestamptz not null,
    failures int not null default 0,
    -- Of the last time, for people: what went wrong.
    trouble text,
    asked_at timestamptz
) with (fillfactor = 50);
create index account_check_due on process.account_check (ask_at);
create index account_check_of_tenant on process.account_check (tenant_id);

-- Templates that a business account had when it was last asked: what it no longer lists is gone.
create table process.account_template (
    template_id uuid primary key,
    tenant_id uuid not null,
    account_id text not null
);
create index account_template_of_account on process.account_template (tenant_id, account_id);

do $$
declare
    name text;
begin
    foreach name in array array['account_check', 'account_template'] loop
        execute format('alter table process.%I owner to waybill_system', name);
        execute format('alter table process.%I enable row level security', name);
        execute format('alter table process.%I force row level security', name);
        execute format('create policy system on process.%I to waybill_system using (true) with check (true)', name);
    end loop;
end
$$;
