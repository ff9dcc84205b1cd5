import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect } from 'chai'
import fc from 'fast-check'
import harSchemas from 'har-schema'
import { exportHar } from '../../../src/capture/har/export-har.ts'
import { type ImportReport, importSession } from '../../../src/capture/import/import-session.ts'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { temporaryFolder } from '../harness.ts'
import { anyExchange, anySocket, asNew, filesOf, kalshi, recordSession, type Scripted } from './sessions.ts'

const ajv = new Ajv({ strict: false, formats: { 'date-time': true, uri: true, ipv4: true, ipv6: true } })
ajv.addMetaSchema(createRequire(import.meta.url)('ajv/lib/refs/json-schema-draft-06.json'))
for (const schema of Object.values(harSchemas)) ajv.addSchema(schema)

/** What the HAR 1.2 schema of the `har-schema` package finds wrong. */
function schemaFaults(har: unknown): readonly string[] {
  return ajv.validate('har.json', har)
    ? []
    : (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const filled: Scripted = {
  alias: kalshi,
  method: 'POST',
  path: '/portfolio/events/orders',
  request: '{"ticker":"KXFED","side":"bid","count":"5.00","price":"0.4500"}',
  answer: { status: 201, body: '{"order_id":"o-1","fill_count":"5.00","remaining_count":"0.00"}' },
  tookMs: 12,
}

describe('a session as an HTTP archive', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  const importFrom = (har: string, captureDir: string): Promise<ImportReport> =>
    importSession(har, { captureDir, session: 'test', services: [], toolVersion: '0', clock: new VirtualClock(0) })

  it('comes back file for file, whatever was recorded and also when the process was killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyExchange, { maxLength: 6 }),
        fc.array(anySocket, { maxLength: 2 }),
        fc.constantFrom('done', null),
        async (exchanges, sockets, end) => {
          const from = temporaryFolder()
          const to = temporaryFolder()
          try {
            const { directory } = await recordSession(from.path, exchanges, { end, sockets })
            const before = verifyRecording(directory)
            const har = join(from.path, 'out.har')
            exportHar(directory, har, asNew)
            expect(schemaFaults(JSON.parse(readFileSync(har, 'utf8')))).to.deep.equal([])
            const report = await importFrom(har, to.path)
            expect(report).to.include({
              kind: 'restored',
              format: 'crosstape',
              exchanges: exchanges.length,
              sockets: sockets.length,
            })
            const { 'pending.jsonl': _, ...files } = filesOf(directory)
            expect(filesOf(report.directory)).to.deep.equal(files)
            const { directory: _directory, notes: _notes, ...check } = verifyRecording(report.directory)
            const { directory: _before, notes: _then, ...whole } = before
            expect(check).to.deep.equal({ ...whole, session: report.session })
          } finally {
            from.remove()
            to.remove()
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('tells a browser why an exchange has no answer', async () => {
    const { directory } = await recordSession(folder.path, [{ ...filled, answer: { code: 'ECONNREFUSED' } }])
    exportHar(directory, join(folder.path, 'out.har'), asNew)
    const { log } = JSON.parse(readFileSync(join(folder.path, 'out.har'), 'utf8'))
    expect(log.entries[0].response).to.include({ status: 0, _error: 'refused: ECONNREFUSED' })
  })

  it('is not restored once somebody changed it, but taken in like any other archive', async () => {
    const { directory } = await recordSession(folder.path, [filled])
    const har = join(folder.path, 'out.har')
    exportHar(directory, har, asNew)
    const changed = readFileSync(har, 'utf8').replaceAll('5.00', '6.00')
    writeFileSync(
      har,
      changed
        .replace('"o-1', '"user_id\\":\\"me-myself\\",\\"order_id\\":\\"o-1')
        .replace('order_id\\":\\"user_id', 'user_id'),
    )
    const report = await importFrom(har, join(folder.path, 'second'))
    expect(report).to.include({ kind: 'taken_in', format: 'har', creator: 'crosstape 0.0.0', exchanges: 1 })
    expect(report.notes[0]).to.contain('changed since it was exported (001_POST_kalshi_orders.json')
    expect(JSON.stringify(filesOf(report.directory)))
      .to.contain('6.00')
      .and.not.contain('me-myself')
    expect(verifyRecording(report.directory).status).to.equal('whole')
  })

  it('does not write outside the session when an archive names a file by a path', async () => {
    const { directory } = await recordSession(folder.path, [filled])
    const har = join(folder.path, 'out.har')
    exportHar(directory, har, asNew)
    writeFileSync(har, readFileSync(har, 'utf8').replace('"_endpoint":"orders"', '"_endpoint":"../../x"'))
    expect(await importFrom(har, join(folder.path, 'second'))).to.include({ kind: 'taken_in', exchanges: 1 })
  })

  it('is not made over a file that exists, nor of a damaged recording', async () => {
    const { directory } = await recordSession(folder.path, [filled])
    const out = join(folder.path, 'out.har')
    writeFileSync(out, 'precious')
    expect(() => exportHar(directory, out, asNew)).to.throw(ToolkitError, 'it exists already')
    expect(readFileSync(out, 'utf8')).to.equal('precious')
    writeFileSync(join(directory, 'operations.jsonl'), 'x\n')
    expect(() => exportHar(directory, join(folder.path, 'other.har'), asNew)).to.throw(ToolkitError, 'operations.jsonl')
  })
})
