-- The one way into the log.
--
-- Positions are dense and in commit order because the lane's lock is held from before the head is read until the
-- transaction ends: whoever gets the lock next reads, in a fresh snapshot, a head that nothing can still slip under.
--
-- Input: commands (c_*), each a group of writes that succeed or fail together; writes (w_*), one a stream and at most
-- one a stream in a call; events (e_*), in order. Expected version -1 accepts any. Output: one row a write with
-- outcome 0 appended (version = last version, position = that of its last event), 1 conflict (version = current), 2 duplicate (position and
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
language plpgsql volatile security definer
-- The plans are made once a session and must fit any size of call, whatever the tables held then: by key, never a scan.
set search_path = pg_catalog
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    head bigint;
    -- Commands that were carried out before.
    repeated int[] := '{}';
    -- Of each write: the version its stream has and where its row is, whether that is the expected version, whether it
    -- is carried out, and the position of its last event.
    current bigint[];
    places tid[];
    fits boolean[];
    wins boolean[];
    reached bigint[];
    all_win boolean;
    moved bigint;
    changed bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append needs read committed: an older snapshot would not see the head of the log';
    end if;
    perform pg_advisory_xact_lock(7001, lane);
    -- A new statement, so a snapshot taken under the lock.
    select coalesce((select e.pos from es.event e order by e.pos desc limit 1), 0) into head;

    if array_remove(c_id, null) <> '{}' then
        repeated := array(
            select c.i::int from unnest(c_id) with ordinality as c (id, i)
            where c.id is not null and exists (select from es.command k where k.command_id = c.id));
    end if;

    -- Nothing below joins a set with a set: events find their write, and writes their command, as elements of arrays.
    select array_agg(w.current), array_agg(w.place), array_agg(w.fits), bool_and(w.fits)
    into current, places, fits, all_win
    from (
        select coalesce(s.version, 0) as current, s.ctid as place,
            (w.expected = -1 or w.expected = coalesce(s.version, 0))
                and (s.tenant_id is null or s.tenant_id = c_tenant[w.command]) as fits
        from unnest(w_command, w_stream, w_expected) with ordinality as w (command, stream_id, expected, i)
        left join es.stream s on s.stream_id = w.stream_id
        order by w.i
    ) as w;

    if all_win and repeated = '{}' then
        -- As nearly always.
        wins := fits;
        insert into es.event (pos, tenant_id, stream_id, version, category, type, schema_version, event_id, recorded_at,
            correlation_id, causation_id, actor, traceparent, data, personal, subject_id, day)
        select head + e.i, c_tenant[w_command[e.write]], w_stream[e.write], current[e.write] + e.nth,
            w_category[e.write], e.type, e.schema_version, e.id, e.at, e.correlation, e.causation, e.actor,
            e.traceparent, e.data::jsonb, e.personal, e.subject, e.day
        from unnest(e_write, e_nth, e_type, e_schema_version, e_id, e_at, e_correlation, e_causation, e_actor,
                e_traceparent, e_data, e_personal, e_subject, e_day) with ordinality
            as e (write, nth, type, schema_version, id, at, correlation, causation, actor, traceparent, data, personal,
                subject, day, i);
    else
        select array_agg(w.wins) into wins from (
            select bool_and(fits[w.i]) over command and not w.command = any (repeated) as wins
            from unnest(w_command) with ordinality as w (command, i)
            window command as (partition by w.command)
            order by w.i
        ) as w;
        insert into es.event (pos, tenant_id, stream_id, version, category, type, schema_version, event_id, recorded_at,
            correlation_id, causation_id, actor, traceparent, data, personal, subject_id, day)
        select head + row_number() over (order by e.i), c_tenant[w_command[e.write]], w_stream[e.write],
            current[e.write] + e.nth, w_category[e.write], e.type, e.schema_version, e.id, e.at, e.correlation,
            e.causation, e.actor, e.traceparent, e.data::jsonb, e.personal, e.subject, e.day
        from unnest(e_write, e_nth, e_type, e_schema_version, e_id, e_at, e_correlation, e_causation, e_actor,
                e_traceparent, e_data, e_personal, e_subject, e_day) with ordinality
            as e (write, nth, type, schema_version, id, at, correlation, causation, actor, traceparent, data, personal,
                subject, day, i)
        where wins[e.write];
    end if;

    select array_agg(w.reached) into reached from (
        select head + sum(case when wins[w.i] then w.n else 0 end) over (order by w.i) as reached
        from unnest(w_count) with ordinality as w (n, i)
        order by w.i
    ) as w;

    -- New streams are inserted; rows of known ones are changed where they were found: only who has the lane's lock
    -- changes any.
    insert into es.stream (stream_id, tenant_id, category, version, last_pos)
    select w.stream_id, c_tenant[w.command], w.category, w.n, reached[w.i]
    from unnest(w_command, w_stream, w_category, w_count) with ordinality as w (command, stream_id, category, n, i)
    where w.n > 0 and wins[w.i] and places[w.i] is null;

    update es.stream as s set version = s.version + w.n, last_pos = reached[w.i]
    from unnest(places, w_stream, w_count) with ordinality as w (place, stream_id, n, i)
    where s.ctid = w.place and s.stream_id = w.stream_id and w.n > 0 and wins[w.i];
    get diagnostics changed = row_count;
    select count(*) from unnest(places, w_count) with ordinality as w (place, n, i)
    where w.place is not null and w.n > 0 and wins[w.i] into moved;
    if changed <> moved then
        raise exception 'es.append: % of % streams were where they had been found', changed, moved;
    end if;

    if array_remove(c_id, null) <> '{}' then
        insert into es.command (command_id, on_day, tenant_id, fingerprint, position, answer)
        select c.id, (now() at time zone 'utc')::date, c_tenant[c.i], c.fingerprint,
            coalesce((select max(reached[w.i]) from unnest(w_command) with ordinality as w (command, i)
                where w.command = c.i), head),
            c.answer
        from unnest(c_id, c_fingerprint, c_answer) with ordinality as c (id, fingerprint, answer, i)
        where c.id is not null and not c.i = any (repeated)
            and not exists (select from unnest(w_command) with ordinality as w (command, i)
                where w.command = c.i and not wins[w.i]);
    end if;

    if repeated = '{}' then
        return query
        select w.i::int, (case when wins[w.i] then 0 when fits[w.i] then 3 else 1 end)::smallint, reached[w.i],
            case when wins[w.i] then current[w.i] + w.n else current[w.i] end, null::bytea, null::text
        from unnest(w_count) with ordinality as w (n, i)
        order by w.i;
    else
        return query
        select w.i::int,
            (case when w.command = any (repeated) then 2 when wins[w.i] then 0 when fits[w.i] then 3 else 1 end)::smallint,
            coalesce(k.position, reached[w.i]),
            case when wins[w.i] then current[w.i] + w.n else current[w.i] end, k.fingerprint, k.answer
        from unnest(w_command, w_count) with ordinality as w (command, n, i)
        left join lateral (
            select c.position, c.fingerprint, c.answer from es.command c
            where c.command_id = c_id[w.command] and w.command = any (repeated)
        ) as k on true
        order by w.i;
    end if;
end
$$;
alter function es.append owner to waybill_owner;
revoke all on function es.append from public;
grant execute on function es.append to waybill_system;
revoke all on function es.ensure_partitions() from public;
grant execute on function es.ensure_partitions() to waybill_system;
select es.ensure_partitions();
