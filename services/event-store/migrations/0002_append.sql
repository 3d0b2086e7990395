-- The one way into the log.
--
-- Positions are dense and in commit order because the lane's lock is held from before the head is read until the
-- transaction ends: whoever gets the lock next reads, in a fresh snapshot, a head that nothing can still slip under.
--
-- Input: commands (c_*), each a group of writes that succeed or fail together; writes (w_*), one a stream and at most
-- one a stream in a call; events (e_*), in order. Expected version -1 accepts any. Output: one row a write with
-- outcome 0 appended (version = last version, position = last position of its command), 1 conflict (version = current), 2 duplicate (position and
-- answer of the first time), 3 not appended because another write of its command conflicted.
-- A conflict never fails its neighbours.
create function es.append(
    lane int,
    c_id uuid[], c_tenant uuid[], c_fingerprint bytea[], c_answer text[],
    w_command int[], w_stream uuid[], w_category text[], w_expected bigint[], w_count int[],
    e_write int[], e_nth int[], e_type text[], e_schema_version smallint[], e_id uuid[], e_at timestamptz[],
    e_correlation uuid[], e_causation uuid[], e_actor text[], e_traceparent text[],
    e_data text[], e_personal bytea[], e_subject uuid[], e_day date[]
) returns table (write_index int, outcome smallint, "position" bigint, version bigint, fingerprint bytea, answer text)
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    head bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append needs read committed: an older snapshot would not see the head of the log';
    end if;
    perform pg_advisory_xact_lock(7001, lane);
    -- A new statement, so a snapshot taken under the lock.
    select coalesce((select e.pos from es.event e order by e.pos desc limit 1), 0) into head;

    return query
    with command as (
        select c.i::int as i, c.id, c.tenant_id, c.fingerprint, c.answer
        from unnest(c_id, c_tenant, c_fingerprint, c_answer) with ordinality as c (id, tenant_id, fingerprint, answer, i)
    ), duplicate as (
        select command.i, k.position, k.fingerprint, k.answer
        from command join es.command k on k.command_id = command.id
        where command.id is not null
    ), write as (
        select w.i::int as i, w.command, w.stream_id, w.category, w.expected, w.n, command.tenant_id,
            coalesce(s.version, 0) as current,
            (w.expected = -1 or w.expected = coalesce(s.version, 0))
                and (s.tenant_id is null or s.tenant_id = command.tenant_id) as fits
        from unnest(w_command, w_stream, w_category, w_expected, w_count) with ordinality
            as w (command, stream_id, category, expected, n, i)
        join command on command.i = w.command
        left join es.stream s on s.stream_id = w.stream_id
    ), loser as (
        select i as command from duplicate union select command from write where not fits
    ), winner as (
        select * from write where not exists (select from loser where loser.command = write.command)
    ), event as (
        select e.*, winner.tenant_id, winner.stream_id, winner.category, winner.command,
            winner.current + e.nth as version,
            head + row_number() over (order by e.i) as pos
        from unnest(e_write, e_nth, e_type, e_schema_version, e_id, e_at, e_correlation, e_causation, e_actor,
                e_traceparent, e_data, e_personal, e_subject, e_day) with ordinality
            as e (write, nth, type, schema_version, id, at, correlation, causation, actor,
                traceparent, data, personal, subject, day, i)
        join winner on winner.i = e.write
    ), inserted as (
        insert into es.event (pos, tenant_id, stream_id, version, category, type, schema_version, event_id, recorded_at,
            correlation_id, causation_id, actor, traceparent, data, personal, subject_id, day)
        select event.pos, event.tenant_id, event.stream_id, event.version, event.category, event.type,
            event.schema_version, event.id, event.at, event.correlation, event.causation, event.actor,
            event.traceparent, event.data::jsonb, event.personal, event.subject, event.day
        from event order by event.pos
    ), reached as (
        select event.command, max(event.pos) as pos from event group by event.command
    ), moved as (
        insert into es.stream as s (stream_id, tenant_id, category, version, last_pos)
        select winner.stream_id, winner.tenant_id, winner.category, winner.current + winner.n, reached.pos
        from winner join reached on reached.command = winner.command
        where winner.n > 0
        on conflict (stream_id) do update set version = excluded.version, last_pos = excluded.last_pos
    ), answered as (
        insert into es.command (command_id, on_day, tenant_id, fingerprint, position, answer)
        select command.id, (now() at time zone 'utc')::date, command.tenant_id, command.fingerprint,
            coalesce(reached.pos, head), command.answer
        from command left join reached on reached.command = command.i
        where command.id is not null and not exists (select from loser where loser.command = command.i)
    )
    select write.i,
        (case when duplicate.i is not null then 2 when loser.command is null then 0 when not write.fits then 1 else 3 end)::smallint,
        coalesce(duplicate.position, reached.pos, head),
        case when loser.command is null then write.current + write.n else write.current end,
        duplicate.fingerprint,
        duplicate.answer
    from write
    left join loser on loser.command = write.command
    left join duplicate on duplicate.i = write.command
    left join reached on reached.command = write.command
    order by write.i;
end
$$;
alter function es.append owner to waybill_owner;
revoke all on function es.append from public;
grant execute on function es.append to waybill_system;
revoke all on function es.ensure_partitions() from public;
grant execute on function es.ensure_partitions() to waybill_system;
select es.ensure_partitions();
