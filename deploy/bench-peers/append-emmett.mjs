// Appends through Emmett's event store, each at its stream's exact version.

import { STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import { randomUUID } from 'node:crypto'
import { answer, args, data, measure } from './common.mjs'

const { url, events, streams, inFlight } = args
const store = getPostgreSQLEventStore(url)
await store.schema.migrate()

const mine = Array.from({ length: inFlight }, () =>
  Array.from({ length: Math.max(1, Math.floor(streams / inFlight)) }, () => ({ id: randomUUID(), version: null })),
)
const append = async (worker, nth) => {
  const stream = mine[worker][nth % mine[worker].length]
  const result = await store.appendToStream(
    `message-${stream.id}`,
    [{ type: 'message.delivered', data: data(nth), metadata: {} }],
    { expectedStreamVersion: stream.version ?? STREAM_DOES_NOT_EXIST },
  )
  stream.version = result.nextExpectedStreamVersion
}
const figures = await measure(events, inFlight, append)
answer(figures)
