import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { entryOf, loadRecording } from '../../../src/capture/read/recording.ts'
import { openReplay } from '../../../src/capture/replay/replay-tape.ts'
import type { VenueId } from '../../../src/domain/market.ts'
import { makeInstance, temporaryFolder } from '../harness.ts'
import { entriesOf, importFrom } from './foreign.ts'

const real = join(import.meta.dirname, '../../../../shared/data/real/http')

describe('real sessions of the venues, where they are at hand', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  for (const [source, count] of [
    ['two_venue_orders_2026-01', 7],
    ['vcr_kalshi_2025-12', 4],
  ] as const) {
    it(`${source} import, verify, and answer the same requests again without a network`, async function () {
      if (!existsSync(join(real, source))) return this.skip()
      const report = await importFrom(join(real, source), folder.path)
      expect(report).to.deep.include({ kind: 'taken_in', exchanges: count, left: [] })
      entriesOf(report)
      const recording = loadRecording(report.directory, null)
      const tape = openReplay([recording])
      const instances = new Map<VenueId, ReturnType<typeof makeInstance>>()
      for (const exchange of recording.exchanges) {
        const { request, response, ...entry } = entryOf(recording, exchange)
        const { origin } = new URL(request.url)
        const instance = instances.get(exchange.venue) ?? makeInstance()
        if (!instances.has(exchange.venue)) {
          instances.set(exchange.venue, instance)
          const baseUrl = `${origin}${entry._basePath}`
          tape.attach(instance, { venue: exchange.venue, service: exchange.service, baseUrl })
        }
        const { method, url, postData } = request
        const reply = await instance.request<string>({ method, url, data: postData?.text })
        expect(reply.status).to.equal(response.status)
        expect(reply.data).to.equal(response.content.text)
      }
      expect(tape.unused()).to.deep.equal([])
      expect(tape.drifts()).to.deep.equal([])
      await tape.close()
    })
  }

  it('keep every number of an order as the venue wrote it', async function () {
    const source = join(real, 'two_venue_orders_2026-01')
    if (!existsSync(source)) return this.skip()
    const taken = entriesOf(await importFrom(source, folder.path))
    const texts = taken.map(({ response }) => response.content.text ?? '')
    for (const file of readdirSync(source)) {
      const { response } = JSON.parse(readFileSync(join(source, file), 'utf8'))
      // Ids of people and keys are all that is replaced.
      const shape = (text: string): string => text.replaceAll(/"(?:user_id|owner)":"[^"]*"/g, '')
      expect(texts.map(shape)).to.include(shape(response.body_raw))
    }
  })
})
