import { createServer, get } from 'node:http'
import { Readable } from 'node:stream'
import { EnvironmentSecrets } from '../../../src/capture/foreign/environment-secrets.ts'
import { ForeignTape } from '../../../src/capture/foreign/foreign-tape.ts'
import { switchOn } from '../../../src/capture/foreign/switch-on.ts'
import { secretNames } from '../../../src/cli/foreign/taped-services.ts'
import { systemClock } from '../../../src/runtime/clock.ts'

// A program that gets answers of 48 MiB on a tape that holds 1 MiB of one, and says how far they were ahead of it.
const PIECE = Buffer.alloc(64 * 1024, 'x')
const PIECES = 768
const MIB = 1024 * 1024

let sent = 0
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' })
  sent = 0
  Readable.from(
    (function* () {
      for (; sent < PIECES * PIECE.length; sent += PIECE.length) yield PIECE
    })(),
  ).pipe(response)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

const tape = new ForeignTape({
  services: [{ venue: 'kalshi', service: 'rest', baseUrl: origin, environment: 'sandbox' }],
  session: {
    captureDir: process.env.CAPTURE_DIR ?? '',
    session: 'long',
    toolVersion: '0.0.0-test',
    filter: 'all',
    clock: systemClock,
    seed: 'seed',
    trigger: { kind: 'program', name: 'long-answer-child.ts', node: process.version },
    accounts: {},
  },
  secrets: new EnvironmentSecrets({}, secretNames()),
  onOpened: () => undefined,
  answerBytesMax: MIB,
})
switchOn(tape)

let ahead = 0
/** Reads a little, waits, and sees how far the venue got meanwhile: what it sent and nobody read is held somewhere. */
async function read(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0
  let hasWaited = false
  for await (const part of body) {
    length += part.length
    if (hasWaited || length < 2 * MIB) continue
    hasWaited = true
    await new Promise((resolve) => setTimeout(resolve, 500))
    ahead = Math.max(ahead, sent - length)
  }
  return length
}

const byHttp = await new Promise<number>((resolve, reject) => {
  get(`${origin}/markets`, (response) => {
    read(response).then(resolve, reject)
  }).on('error', reject)
})
const answer = await fetch(`${origin}/markets`)
const byFetch = answer.body === null ? 0 : await read(answer.body)
tape.closeNow('exit 0')
process.stdout.write(JSON.stringify({ byHttp, byFetch, aheadMiB: ahead / MIB }))
process.exit(0)
