-- Beginning to send in one statement with its append: each statement more is a way there and back in which a reply waits.

-- What has to be in the transaction of `sending`: the rows that tell what is in flight, and the checkpoint of the line.
create function process.note_in_flight(
    reader text, stands_at bigint, goes_to bigint, of_epoch bigint,
    message_ids uuid[], tenants uuid[], attempts int[], versions bigint[], correlations uuid[], sender_epoch bigint
) returns void language plpgsql volatile as $$
begin
    update es.checkpoint c set position = goes_to, updated_at = now()
    where c.name = reader and c.position = stands_at and c.epoch = of_epoch;
    if not found then
        raise exception 'checkpoint % was taken over', reader using errcode = 'WB001';
    end if;
    insert into process.in_flight (message_id, tenant_id, attempt, version, epoch, correlation_id)
    select m, t, a, v, sender_epoch, c from unnest(message_ids, tenants, attempts, versions, correlations) as u (m, t, a, v, c)
    on conflict (message_id) do update set attempt = excluded.attempt, version = excluded.version,
        epoch = excluded.epoch, correlation_id = excluded.correlation_id;
end
$$;

-- Ends the statement unless the write was carried out.
create function es.carried_out(outcome smallint) returns smallint language plpgsql volatile as $$
begin
    if outcome <> 0 then
        raise exception 'a stream has moved on' using errcode = 'WB002';
    end if;
    return outcome;
end
$$;

revoke all on function process.note_in_flight from public;
revoke all on function es.carried_out from public;
grant execute on function process.note_in_flight to waybill_system;
grant execute on function es.carried_out to waybill_system;
