-- Deadlines: which number an uncertain message was with, and when its provider is asked what became of it.

alter table process.uncertain add column profile_id uuid;
alter table process.uncertain add column ask_at timestamptz;
alter table process.uncertain add column asked int not null default 0;
create index uncertain_ask on process.uncertain (ask_at) where ask_at is not null;
