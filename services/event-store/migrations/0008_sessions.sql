-- What a person needs to tell their sessions apart. A session is a family of refresh tokens.
alter table vault.refresh_token
    add began_at timestamptz not null default now(),
    add issued_at timestamptz not null default now(),
    add user_agent text not null default '';
create index refresh_token_user on vault.refresh_token (user_id);
