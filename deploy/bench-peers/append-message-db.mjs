// Appends through message-db's own function, each at its stream's exact version, on one connection a worker.

import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import pg from 'pg'
import { answer, args, data, measure } from './common.mjs'

const { url, events, streams, inFlight } = args

// The files in the order of its install.sh, which wants a password-less superuser and psql.
const database = join(dirname(createRequire(import.meta.url).resolve('@eventide/message-db/package.json')), 'database')
const installer = new pg.Client({ connectionString: url })
await installer.connect()
const functions = [
  'message-store-version', 'hash-64', 'acquire-lock', 'category', 'is-category', 'id', 'cardinal-id', 'stream-version',
  'write-message', 'get-stream-messages', 'get-category-messages', 'get-last-stream-message',
]
const files = [
  'schema/message-store.sql', 'extensions/pgcrypto.sql', 'tables/messages.sql', 'types/message.sql',
  ...functions.map((name) => `functions/${name}.sql`),
  ...readdirSync(join(database, 'indexes')).map((name) => `indexes/${name}`),
]
const exists = await installer.query("select from pg_roles where rolname = 'message_store'")
if (exists.rowCount === 0) files.unshift('roles/message-store.sql')
for (const file of files) {
  await installer.query(readFileSync(join(database, file), 'utf8').replaceAll(/^\\.*$/gm, ''))
  await installer.query('set search_path to message_store, public')
}
await installer.end()

const clients = await Promise.all(
  Array.from({ length: inFlight }, async () => {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=message_store,public' })
    await client.connect()
    return client
  }),
)
const mine = clients.map(() =>
  Array.from({ length: Math.max(1, Math.floor(streams / inFlight)) }, () => ({ id: randomUUID(), version: -1 })),
)
const append = async (worker, nth) => {
  const stream = mine[worker][nth % mine[worker].length]
  await clients[worker].query({
    name: 'write',
    text: 'select message_store.write_message($1, $2, $3, $4::jsonb, null, $5)',
    values: [randomUUID(), `message-${stream.id}`, 'message.delivered', JSON.stringify(data(nth)), stream.version],
  })
  stream.version += 1
}
const figures = await measure(events, inFlight, append)
await Promise.all(clients.map((client) => client.end()))
answer(figures)
