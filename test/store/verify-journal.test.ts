import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openLedger } from '../../src/store/open-ledger.ts'
import { verifyJournal } from '../../src/store/verify-journal.ts'
import { ledgerOptions, submitted, withDataDir } from './support.ts'

const segment = (dataDir: string, number = 1): string => join(dataDir, 'journal', 'sandbox', `0000000${number}.jsonl`)
const verify = (dataDir: string): ReturnType<typeof verifyJournal> => verifyJournal({ dataDir, environment: 'sandbox' })

/** Runs with a journal of five records. */
function withFive<T>(work: (dataDir: string) => Promise<T>, segmentBytes = 1 << 20): Promise<T> {
  return withDataDir(async (dataDir) => {
    const ledger = await openLedger(ledgerOptions(dataDir, { segmentBytes }))
    for (let n = 1; n <= 5; n++) await ledger.append(submitted(`o-${n}`))
    await ledger.close()
    return work(dataDir)
  })
}

function editLines(file: string, edit: (lines: string[]) => string[]): void {
  writeFileSync(file, edit(readFileSync(file, 'utf8').split('\n')).join('\n'))
}

describe('journal verification', () => {
  it('proves a journal that is whole', async () => {
    await withFive(async (dataDir) => {
      expect(await verify(dataDir)).to.include({ ok: true, records: 5, sealed: 5, anchors: 1, problem: null })
    })
  })

  it('proves a journal of several segments', async () => {
    await withFive(async (dataDir) => {
      expect(readdirSync(join(dataDir, 'journal', 'sandbox')).length).to.be.greaterThan(3)
      expect(await verify(dataDir)).to.include({ ok: true, records: 5, sealed: 5, anchors: 1, problem: null })
    }, 400)
  })

  it('has nothing to say against a journal that was never begun', async () => {
    await withDataDir(async (dataDir) =>
      expect(await verify(dataDir)).to.include({ ok: true, records: 0, head: null, problem: null }),
    )
  })

  it('finds a changed record', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.map((line) => line.replace('"id":"o-3"', '"id":"o-9"')))
      const { ok, records, problem } = await verify(dataDir)
      expect([ok, records, problem?.line, problem?.seq]).to.deep.equal([false, 2, 4, 3])
    })
  })

  it('finds a missing record', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.filter((line) => !line.includes('"id":"o-3"')))
      expect(await verify(dataDir)).to.have.nested.property('problem.seq', 3)
    })
  })

  it('finds swapped records', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), ([header = '', one = '', two = '', ...rest]) => [header, two, one, ...rest])
      expect(await verify(dataDir)).to.have.nested.property('problem.seq', 1)
    })
  })

  it('finds records that were cut off its end', async () => {
    await withFive(async (dataDir) => {
      const text = readFileSync(segment(dataDir), 'utf8')
      truncateSync(segment(dataDir), text.lastIndexOf('\n', text.length - 2) + 1)
      const { ok, problem } = await verify(dataDir)
      expect([ok, problem?.seq]).to.deep.equal([false, 5])
      expect(problem?.what).to.include('cut off')
    })
  })

  it('finds a whole journal that was removed', async () => {
    await withFive(async (dataDir) => {
      rmSync(segment(dataDir))
      expect(await verify(dataDir)).to.have.property('ok', false)
    })
  })

  it('names the first record of a segment that was removed, and proves those before it', async () => {
    await withFive(async (dataDir) => {
      rmSync(segment(dataDir, 2))
      const { records, problem } = await verify(dataDir)
      expect([records, problem?.seq, problem?.file]).to.deep.equal([1, 2, segment(dataDir, 2)])
    }, 400)
  })

  it('says of a first segment that was removed that it is missing, and not that an end was cut off', async () => {
    await withFive(async (dataDir) => {
      rmSync(segment(dataDir, 1))
      const { problem } = await verify(dataDir)
      expect([problem?.seq, problem?.what]).to.deep.equal([1, 'the file is missing while later ones exist'])
    }, 400)
  })

  it('finds a journal that was replaced by another', async () => {
    await withFive(async (dataDir) => {
      await withDataDir(async (elsewhere) => {
        const ledger = await openLedger(ledgerOptions(elsewhere))
        for (let n = 1; n <= 6; n++) await ledger.append(submitted(`o-${n}x`))
        await ledger.close()
        writeFileSync(segment(dataDir), readFileSync(segment(elsewhere)))
      })
      const { problem, notes } = await verify(dataDir)
      expect(problem?.what).to.include('in their place')
      expect(notes.join()).to.not.include('before there were seals')
    })
  })

  it('finds a torn end, and leaves it as it is', async () => {
    await withFive(async (dataDir) => {
      rmSync(join(dataDir, 'views'), { recursive: true })
      truncateSync(segment(dataDir), readFileSync(segment(dataDir)).length - 5)
      const bytes = readFileSync(segment(dataDir))
      expect((await verify(dataDir)).problem).to.include({ line: 6, seq: 5 })
      expect(readFileSync(segment(dataDir)).equals(bytes)).to.equal(true)
    })
  })

  for (const [witness, folder] of [
    ['an anchor', 'views'],
    ['the views', 'audit/sandbox/anchors.jsonl'],
  ] as const) {
    it(`does not take a last record for torn by a crash that ${witness} saw whole`, async () => {
      await withFive(async (dataDir) => {
        rmSync(join(dataDir, folder), { recursive: true })
        truncateSync(segment(dataDir), readFileSync(segment(dataDir)).length - 5)
        const { problem } = await verify(dataDir)
        expect(problem).to.include({ line: 6, seq: 5 })
        expect(problem?.what).to.include('cut off').and.not.include('as a crash leaves it')
      })
    })
  }

  it('takes a last record for torn by a crash that nothing saw whole', async () => {
    await withFive(async (dataDir) => {
      for (const folder of ['views', 'audit/sandbox/anchors.jsonl']) rmSync(join(dataDir, folder), { recursive: true })
      truncateSync(segment(dataDir), readFileSync(segment(dataDir)).length - 5)
      expect((await verify(dataDir)).problem?.what).to.include('as a crash leaves it')
    })
  })

  it('says which record the last anchor saw, when it is not the last one', async () => {
    await withFive(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-6'))
      expect((await verify(dataDir)).notes.join()).to.include('The last anchored end of a session is record 5')
      await ledger.close()
      expect((await verify(dataDir)).notes).to.deep.equal([])
    })
  })

  it('says so when no end of a session is anchored', async () => {
    await withFive(async (dataDir) => {
      writeFileSync(join(dataDir, 'audit/sandbox/anchors.jsonl'), '')
      expect((await verify(dataDir)).notes.join()).to.include('No end of a session is anchored')
    })
  })

  for (const inTheWay of ['audit/sandbox/anchors.jsonl', 'audit/sandbox/key', 'journal/sandbox/00000001.jsonl']) {
    it(`says so when it cannot read ${inTheWay}`, async () => {
      await withFive(async (dataDir) => {
        rmSync(join(dataDir, inTheWay))
        mkdirSync(join(dataDir, inTheWay))
        const error = await verify(dataDir).catch((reason: unknown) => reason)
        expect(error).to.have.property('code', 'DATA_DIR_UNREADABLE')
      })
    })
  }

  it('refuses to judge a newer format', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.map((line) => line.replace('{"format":2', '{"format":7')))
      const error = await verify(dataDir).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'JOURNAL_NEWER')
    })
  })
})
