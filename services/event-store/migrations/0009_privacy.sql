-- How long what is said of people can be read, and what is needed to end it; and more ways to sign in.

-- A day has a secret for each way of keeping (domain/src/stream.rs, Keeping). Days before this one had one for all.
alter table es.day_secret add class text not null default 'message';
alter table es.day_secret drop constraint day_secret_pkey;
alter table es.day_secret add primary key (tenant_id, day, class);
set role waybill_owner;
insert into es.day_secret (tenant_id, day, class, secret)
select d.tenant_id, d.day, k.class, d.secret from es.day_secret d cross join (values ('person'), ('delivery')) as k (class)
where d.class = 'message';
reset role;
create index day_secret_day on es.day_secret (class, day) where secret is not null;

-- A subject that was erased and became known again has a new secret; what does not open under it was said before.
alter table es.subject_secret add destroyed_at timestamptz;

-- While a tenant's key is being changed, the former one still opens what was wrapped by it.
alter table vault.tenant_key add former_wrapped bytea;

-- Kept answers of repeats may name someone who is erased. Who repeats the command is told that its answer is gone.
create function es.forget_answers(ids uuid[]) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    forgotten bigint;
begin
    update es.command set answer = null where command_id = any(ids) and answer is not null;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
alter function es.forget_answers(uuid[]) owner to waybill_owner;
revoke all on function es.forget_answers(uuid[]) from public;
grant execute on function es.forget_answers(uuid[]) to waybill_system;

-- The same while a tenant's key is changed.
create function es.reseal_answers(ids uuid[], answers text[]) returns void language sql security definer set search_path = pg_catalog as $$
    update es.command c set answer = a.answer from unnest(ids, answers) as a (id, answer)
    where c.command_id = a.id and c.answer is not null
$$;
alter function es.reseal_answers(uuid[], text[]) owner to waybill_owner;
revoke all on function es.reseal_answers(uuid[], text[]) from public;
grant execute on function es.reseal_answers(uuid[], text[]) to waybill_system;

-- A snapshot may hold what was said of someone.
grant delete on es.snapshot to waybill_system;

-- A person who signs in through a provider may have no password. The second factor's secret is encrypted; a code is good
-- once, so the step of the last one is kept.
alter table vault.account
    alter password_hash drop not null,
    add totp_sealed bytea,
    add totp_since timestamptz,
    add totp_last_step bigint not null default 0;
grant delete on vault.account to waybill_system;

create table vault.recovery_code (
    user_id uuid not null,
    code_hash bytea not null,
    primary key (user_id, code_hash)
);
create table vault.password_reset (
    token_hash bytea primary key,
    user_id uuid not null,
    expires_at timestamptz not null
);
create index password_reset_user on vault.password_reset (user_id);

-- Wrong tries, by what was tried (an address, an address from one place, a place), hashed.
create table vault.login_attempt (
    scope bytea primary key,
    failures int not null,
    last_at timestamptz not null,
    locked_until timestamptz
);
create index login_attempt_last on vault.login_attempt (last_at);

-- Between the password and the second factor.
create table vault.login_challenge (
    challenge_hash bytea primary key,
    user_id uuid not null,
    tenant_id uuid not null,
    expires_at timestamptz not null
);

-- Who a person is at a provider of single sign-on.
create table vault.identity (
    identity_id uuid primary key,
    user_id uuid not null,
    provider text not null,
    issuer text not null,
    subject text not null,
    connected_at timestamptz not null,
    unique (issuer, subject)
);
create index identity_user on vault.identity (user_id);

-- Sign-ins that are under way at a provider.
create table vault.oidc_attempt (
    state_hash bytea primary key,
    provider text not null,
    nonce text not null,
    verifier text not null,
    browser_hash bytea not null,
    connects uuid,
    expires_at timestamptz not null
);

do $$
declare
    name text;
begin
    foreach name in array array['recovery_code', 'password_reset', 'login_attempt', 'login_challenge', 'identity', 'oidc_attempt'] loop
        execute format('alter table vault.%I owner to waybill_owner', name);
        execute format('alter table vault.%I enable row level security', name);
        execute format('alter table vault.%I force row level security', name);
        execute format('create policy system on vault.%I to waybill_system, waybill_owner using (true) with check (true)', name);
        execute format('grant select, insert, update, delete on vault.%I to waybill_system', name);
    end loop;
end
$$;
