import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { json, kalshiReply, makeInstance, openTestTape, sendOrder, temporaryFolder, Venue } from './harness.ts'

/** One thing that can happen to a file. Null when it would leave the text as it is. */
type Mutation = (bytes: Buffer, at: number) => Buffer | null

const lines = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n')

const mutations: Readonly<Record<string, Mutation>> = {
  'a flipped bit': (bytes, at) => {
    const changed = Buffer.from(bytes)
    const place = at % bytes.length
    changed[place] = (bytes[place] ?? 0) ^ (1 << (at % 8))
    return changed
  },
  'a dropped line': (bytes, at) => {
    const all = lines(bytes)
    return Buffer.from(all.toSpliced(at % (all.length - 1), 1).join('\n'))
  },
  'two swapped lines': (bytes, at) => {
    const all = lines(bytes)
    const first = at % Math.max(1, all.length - 2)
    const [a, b] = [all[first], all[first + 1]]
    if (a === undefined || b === undefined || a === b || all.length < 3) return null
    return Buffer.from(
      all
        .with(first, b)
        .with(first + 1, a)
        .join('\n'),
    )
  },
  'a doubled line': (bytes, at) => {
    const all = lines(bytes)
    const place = at % (all.length - 1)
    return Buffer.from(all.toSpliced(place, 0, all[place] ?? '').join('\n'))
  },
  'a cut end': (bytes, at) => bytes.subarray(0, at % bytes.length),
  'an edited member': (bytes, at) => {
    const members = [...bytes.toString('utf8').matchAll(/"([A-Za-z_]+)":\s*("[^"\\]+"|\d+)/g)]
    const member = members[at % Math.max(1, members.length)]
    if (member === undefined) return null
    const [whole, , value = ''] = member
    const edited = value.startsWith('"') ? whole.replace(value, `"x${value.slice(1)}`) : whole.replace(/\d+$/, '98765')
    const text = bytes.toString('utf8')
    const start = member.index
    return Buffer.from(text.slice(0, start) + edited + text.slice(start + whole.length))
  },
}

describe('a recording in which one thing was changed', () => {
  const folder = temporaryFolder()
  const directories = { closed: join(folder.path, 'test'), killed: join(folder.path, 'copy-of-open') }
  let venue: Venue

  before(async () => {
    venue = await Venue.start((_request, response) => json(response, 201, kalshiReply))
    const tape = await openTestTape(folder.path)
    const [kalshi, polymarket] = [makeInstance(), makeInstance()]
    tape.attach(kalshi, venue.kalshi)
    tape.attach(polymarket, venue.polymarket)
    const socket = tape.openStream({ alias: venue.kalshi, url: venue.origin.replace('http', 'ws'), headers: {} })
    socket.opened({ status: 101, headers: {} })
    for (const seq of [1, 2, 3]) socket.received(`{"type":"trade","seq":${seq}}`)
    socket.closed({ code: 1000, reason: '', by: 'us' })
    await sendOrder(kalshi, venue.kalshi, { count: '1.00' })
    await polymarket.post(`${venue.origin}/order`, JSON.stringify({ orderType: 'GTC' }))
    await sendOrder(kalshi, venue.kalshi, { count: '2.00' })
    for (const op of ['place', 'cancel']) {
      await tape.recordOperation({ op, input: { price: '0.45' }, outcome: {}, at: '2026-11-20T10:00:00.000Z' })
    }
    await until(() => readdirSync(tape.directory).filter((file) => /^00[234]_/.test(file)).length === 3)
    cpSync(tape.directory, directories.killed, { recursive: true })
    await tape.close('done')
  })

  after(async () => {
    await venue.stop()
    folder.remove()
  })

  it('is whole before', () => {
    expect(verifyRecording(directories.closed)).to.deep.include({ status: 'whole', problems: [] })
    expect(verifyRecording(directories.killed)).to.deep.include({ status: 'ended_early', problems: [] })
  })

  for (const state of ['closed', 'killed'] as const) {
    it(`is found damaged, and the right file is named (${state})`, () => {
      const directory = directories[state]
      fc.assert(
        fc.property(
          fc.constantFrom(...Object.keys(mutations)),
          fc.constantFrom(...readdirSync(directory)),
          fc.nat(),
          (kind, file, at) => {
            const before = readFileSync(join(directory, file))
            const after = mutations[kind]?.(before, at) ?? null
            fc.pre(after !== null && !after.equals(before) && !isEarlierEnd(state, file, before, after))
            if (after === null) return
            writeFileSync(join(directory, file), after)
            try {
              expect(namedFiles(directory), `${kind} in ${file}`).to.include(file)
            } finally {
              writeFileSync(join(directory, file), before)
            }
          },
        ),
        { numRuns: 100 },
      )
    })
  }

  it('is found damaged when a file is gone, has another name or the content of another', () => {
    const directory = directories.closed
    for (const file of readdirSync(directory)) {
      const [path, aside] = [join(directory, file), join(folder.path, 'aside')]
      renameSync(path, aside)
      expect(namedFiles(directory), `${file} gone`).to.include(file)
      renameSync(aside, join(directory, `x${file}`))
      expect(namedFiles(directory), `${file} renamed`).to.include(file)
      renameSync(join(directory, `x${file}`), path)
      for (const other of readdirSync(directory).filter((name) => name !== file)) {
        const [own, others] = [readFileSync(path), readFileSync(join(directory, other))]
        writeFileSync(path, others)
        writeFileSync(join(directory, other), own)
        const named = namedFiles(directory)
        writeFileSync(path, own)
        writeFileSync(join(directory, other), others)
        expect(named.includes(file) || named.includes(other), `${file} and ${other} swapped`).to.equal(true)
      }
    }
    rmSync(join(folder.path, 'aside'), { force: true })
    expect(verifyRecording(directory).status).to.equal('whole')
  })

  function namedFiles(directory: string): readonly string[] {
    return verifyRecording(directory).problems.map(({ file }) => file)
  }
})

/** A session that was killed a moment earlier would look the same: nothing can tell, and nothing is wrong. */
function isEarlierEnd(state: string, file: string, before: Buffer, after: Buffer): boolean {
  if (state === 'closed' || !['exchanges.jsonl', 'pending.jsonl'].includes(file)) return false
  return (
    before.subarray(0, after.length).equals(after) ||
    before.subarray(0, after.lastIndexOf(10) + 1).equals(after.subarray(0, after.lastIndexOf(10) + 1))
  )
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error('it did not come to hold')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
