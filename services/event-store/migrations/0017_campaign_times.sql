-- Completion: when a campaign began and when it last moved, so that whoever looks for a message of a certain time asks
-- the campaigns of that time alone. Of those before this, nobody knows when they began, and they have moved by now.

alter table process.progress add column begun_at timestamptz not null default '-infinity';
alter table process.progress add column moved_at timestamptz not null default now();
alter table process.progress alter column begun_at drop default;
alter table process.progress alter column moved_at drop default;
create index progress_moved on process.progress (tenant_id, moved_at);
create index progress_open on process.progress (tenant_id) where enrolled > sent + failed + cancelled;
