// What the scripts share: their one argument, and the one line they answer with.

export const args = JSON.parse(process.argv[2] ?? '{}')

export function answer(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  process.exit(0)
}

/** Calls `one(worker, nth)` for `total` units on `inFlight` workers that each wait for their own; in milliseconds. */
export async function measure(total, inFlight, one) {
  const times = []
  const began = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async (_, worker) => {
      const units = Math.floor(total / inFlight) + (worker < total % inFlight ? 1 : 0)
      for (let nth = 0; nth < units; nth += 1) {
        const one_began = performance.now()
        await one(worker, nth)
        times.push(performance.now() - one_began)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const { user, system } = process.cpuUsage()
  return {
    events: total,
    seconds,
    p50_ms: times[Math.floor(times.length / 2)],
    p99_ms: times[Math.floor((times.length * 99) / 100)],
    cpu_s: (user + system) / 1e6,
  }
}

const PAD = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The same 430 bytes or so that Waybill appends. */
export function data(nth) {
  const hex = nth.toString(16).padStart(12, '0')
  return {
    at: `2026-03-01T10:00:00.${String(nth % 1_000_000).padStart(6, '0')}Z`,
    campaign_id: `01952f5a-0000-7000-8000-${hex}`,
    contact_id: `01952f5a-1111-7000-8000-${hex}`,
    provider: 'sandbox',
    from: 'sent',
    attempt: 1,
    note: PAD.slice(nth % 26) + PAD + PAD + PAD.slice(0, nth % 26),
  }
}
