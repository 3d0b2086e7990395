// A campaign as jobs of BullMQ: each makes the same HTTP call that Waybill's sender makes.

import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { answer, args } from './common.mjs'

const { redisPort, recipients, concurrency, sandbox, numbers } = args
const connect = () => new Redis({ port: redisPort, host: '127.0.0.1', maxRetriesPerRequest: null })
const queue = new Queue('campaign', { connection: connect() })
const text = "Hi Person, the new season's beans are here. Reply STOP to opt out."

const enqueueBegan = performance.now()
for (let first = 0; first < recipients; first += 1_000) {
  const jobs = Array.from({ length: Math.min(1_000, recipients - first) }, (_, at) => ({
    name: 'send',
    data: { to: `62812${String(3_000_000 + first + at).padStart(8, '0')}`, text, id: randomUUID(), n: first + at },
    opts: { removeOnComplete: true, removeOnFail: false },
  }))
  await queue.addBulk(jobs)
}
const enqueue_s = (performance.now() - enqueueBegan) / 1000

const pool = new Pool(sandbox, { connections: concurrency, pipelining: 1 })
let done = 0
let failed = 0
let finish
const finished = new Promise((resolve) => { finish = resolve })
const send = async ({ data: { to, text: body, id, n } }) => {
  const answered = await pool.request({
    method: 'POST',
    path: `/v23.0/${numbers[n % numbers.length]}/messages`,
    headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' },
    body: JSON.stringify({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to,
      type: 'text',
      text: { body, preview_url: false },
      biz_opaque_callback_data: id,
    }),
  })
  const told = await answered.body.json()
  if (answered.statusCode !== 200) throw new Error(`status ${answered.statusCode}`)
  return told.messages[0].id
}
const began = performance.now()
const worker = new Worker('campaign', send, { connection: connect(), concurrency })
const count = () => { if (done + failed === recipients) finish() }
worker.on('completed', () => { done += 1; count() })
worker.on('failed', () => { failed += 1; count() })
await finished
const process_s = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage()
answer({ recipients, enqueue_s, process_s, failed, cpu_s: (user + system) / 1e6 })
