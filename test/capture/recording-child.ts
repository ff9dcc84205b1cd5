import { makeInstance, openTestTape, sendOrder } from './harness.ts'

/**
 * A process of its own that records three exchanges, and unless told to end leaves a fourth in flight; or a socket with
 * three frames that is never closed.
 */
const { TAPE_DIR = '', TAPE_BASE = '', TAPE_SOCKET, TAPE_ENDS } = process.env
const tape = await openTestTape(TAPE_DIR, { session: 'killed' })
if (TAPE_SOCKET === undefined) await recordExchanges()
else recordFrames(TAPE_SOCKET)

async function recordExchanges(): Promise<void> {
  const alias = { venue: 'kalshi', service: 'rest', baseUrl: TAPE_BASE } as const
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
}

function recordFrames(url: string): void {
  const socket = tape.openStream({ alias: { venue: 'kalshi', service: 'ws', baseUrl: url }, url, headers: {} })
  socket.opened({ status: 101, headers: {} })
  for (const data of ['1', '2', '3']) socket.received(data)
  console.log('three are done')
  // Holds the process until it is killed.
  setInterval(() => undefined, 1_000)
}
