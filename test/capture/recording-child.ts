import { makeInstance, openTestTape, sendOrder } from './harness.ts'

/** A process of its own that records three exchanges, and unless told to end leaves a fourth in flight. */
const { TAPE_DIR = '', TAPE_BASE = '', TAPE_ENDS } = process.env
const alias = { venue: 'kalshi', service: 'rest', baseUrl: TAPE_BASE } as const
const tape = await openTestTape(TAPE_DIR, { session: 'killed' })
const instance = makeInstance({ timeout: 60_000 })
tape.attach(instance, alias)
for (const count of ['1.00', '2.00', '3.00']) await sendOrder(instance, alias, { count })
await tape.recordOperation({ op: 'place', input: {}, outcome: {}, at: '2026-11-20T10:00:00.000Z' })
if (TAPE_ENDS === undefined) {
  void sendOrder(instance, alias, { ticker: 'never' })
  console.log('three are done')
} else {
  await tape.close('done')
}
