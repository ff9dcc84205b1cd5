import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { AxiosInstance } from 'axios'
import { expect } from 'chai'
import { recordedBody } from '../../src/capture/format/exchange.ts'
import { loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { openReplay } from '../../src/capture/replay/replay-tape.ts'
import { kalshiReply, makeInstance, openTestTape, readEntry, temporaryFolder, Venue } from './harness.ts'

const file = '001_GET_kalshi_orders.json'

describe('bodies on a tape', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let answer: (response: ServerResponse) => void

  beforeEach(async () => {
    folder = temporaryFolder()
    venue = await Venue.start((_request, response) => answer(response))
  })
  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  const ask = (instance: AxiosInstance): Promise<{ readonly data: unknown; readonly headers: object }> =>
    instance.get(`${venue.kalshi.baseUrl}/portfolio/orders`)

  /** What an untaped instance gets, what a taped one gets, and what the replay gives. */
  async function threeWays(): Promise<{ plain: unknown; taped: unknown; replayed: unknown }> {
    const plain = (await ask(makeInstance())).data
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const taped = (await ask(instance)).data
    await tape.close('done')
    const replay = openReplay([loadRecording('test', folder.path)])
    const player = makeInstance()
    replay.attach(player, venue.kalshi)
    const replayed = (await ask(player)).data
    await replay.close()
    return { plain, taped, replayed }
  }

  it('keeps bytes that are no text exactly, and changes nothing for the caller', async () => {
    const bytes = randomBytes(500)
    answer = (response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
    const { plain, taped, replayed } = await threeWays()
    expect([taped, replayed]).to.deep.equal([plain, plain])
    const { content } = readEntry(join(folder.path, 'test'), file).response
    expect(content).to.include({ encoding: 'base64', size: 500 })
    expect(recordedBody(content)).to.deep.equal(bytes)
  })

  it('keeps a byte order mark, which the caller never sees', async () => {
    const text = `\uFEFF${JSON.stringify(kalshiReply)}`
    answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    const { plain, taped, replayed } = await threeWays()
    expect([plain, taped, replayed]).to.deep.equal([text.slice(1), text.slice(1), text.slice(1)])
    expect(readEntry(join(folder.path, 'test'), file).response.content.text).to.equal(text)
  })

  it('writes a large body piece by piece, and reads back every character', async () => {
    // Characters of four bytes on odd places, so that pieces would cut through some.
    const text = JSON.stringify({ cursor: `"${'x\u{1F3B2}\n'.repeat(400_000)}` })
    answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const { data } = await ask(instance)
    // Straight into its own file: nothing of it waits in memory or in the file of what is pending.
    expect(readdirSync(tape.directory)).to.include(file)
    expect(readFileSync(join(tape.directory, 'pending.jsonl'), 'utf8')).to.equal('')
    await tape.close('done')
    const entry = readEntry(tape.directory, file)
    expect(data === text && entry.response.content.text === text).to.equal(true)
    expect(entry).not.to.have.property('_responseBody')
    expect(verifyRecording(tape.directory)).to.deep.include({ status: 'whole', problems: [] })
  })
})
