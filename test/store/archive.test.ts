import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import * as v from 'valibot'
import { Archive } from '../../src/store/archive.ts'
import { ViewDamaged } from '../../src/store/view-file.ts'
import { withDataDir } from './support.ts'

const schema = v.object({ text: v.string() })
type Value = v.InferOutput<typeof schema>

function archiveIn(directory: string): Archive<Value> {
  return new Archive({ directory, schema, references: ({ text }) => [`ref-${text}`] })
}

async function newArchive(directory: string): Promise<Archive<Value>> {
  const archive = archiveIn(directory)
  await archive.create()
  return archive
}

function entry(ordinal: number, seq: number, text = `v${ordinal}`) {
  return { id: `o-${(ordinal * 7919).toString(16).padStart(6, '0')}`, ordinal, seq, value: { text } }
}

async function textsOf(archive: Archive<Value>, newest: number, asOf: number): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const { value } of archive.newestFirst(newest, asOf)) texts.push(value.text)
  return texts
}

describe('archive', () => {
  it('finds an entry by its id and by another reference, before and after it is written', async () => {
    await withDataDir(async (directory) => {
      const archive = await newArchive(directory)
      const one = entry(1, 1)
      archive.put([one])
      const look = (from: Archive<Value>): Promise<readonly (Value | null)[]> =>
        Promise.all([one.id, 'ref-v1', 'o-nothing'].map((reference) => from.get(reference, 9)))
      expect(await look(archive)).to.deep.equal([one.value, one.value, null])
      await archive.flush()
      expect(await look(archiveIn(directory))).to.deep.equal([one.value, one.value, null])
    })
  })

  it('holds an id before and after it is written, and no other name of an entry', async () => {
    await withDataDir(async (directory) => {
      const archive = await newArchive(directory)
      const one = entry(1, 1)
      archive.put([one])
      const look = (from: Archive<Value>): Promise<readonly boolean[]> =>
        Promise.all([one.id, 'ref-v1', 'o-nothing'].map((id) => from.holds(id)))
      expect(await look(archive)).to.deep.equal([true, false, false])
      await archive.flush()
      expect(await look(archiveIn(directory))).to.deep.equal([true, false, false])
    })
  })

  it('shows an entry as it was as of a record', async () => {
    await withDataDir(async (directory) => {
      const archive = await newArchive(directory)
      archive.put([entry(1, 10, 'early'), entry(1, 20, 'late')])
      await archive.flush()
      const { id } = entry(1, 0)
      const texts = await Promise.all([9, 10, 19, 20].map(async (asOf) => (await archive.get(id, asOf))?.text))
      expect(texts).to.deep.equal([undefined, 'early', 'early', 'late'])
    })
  })

  it('is the same whichever process writes first, and however often', async () => {
    await withDataDir(async (directory) => {
      await newArchive(directory)
      const [one, other] = [archiveIn(directory), archiveIn(directory)]
      one.put([entry(1, 1), entry(2, 2)])
      other.put([entry(1, 1), entry(2, 2), entry(3, 3)])
      await other.flush()
      await one.flush()
      expect(await textsOf(archiveIn(directory), 3, 9)).to.deep.equal(['v3', 'v2', 'v1'])
    })
  })

  it('finds thousands of entries in small files', async () => {
    await withDataDir(async (directory) => {
      const archive = await newArchive(directory)
      for (let from = 1; from <= 3_000; from += 1_000) {
        archive.put(Array.from({ length: 1_000 }, (_, index) => entry(from + index, from + index)))
        await archive.flush()
      }
      const later = archiveIn(directory)
      for (const ordinal of [1, 1_500, 3_000]) {
        const { id, value } = entry(ordinal, 0)
        expect([await later.get(id, 9_999), await later.get(`ref-${value.text}`, 9_999)]).to.deep.equal([value, value])
        expect(await later.withPrefix(id.slice(0, -1))).to.include(id)
      }
      expect(await textsOf(later, 3_000, 9_999)).to.have.length(3_000)
      expect(readdirSync(join(directory, 'ids'))).to.have.length(257)
    })
  })

  it('says that it is damaged rather than that it has nothing', async () => {
    await withDataDir(async (directory) => {
      const archive = await newArchive(directory)
      archive.put(Array.from({ length: 2_100 }, (_, index) => entry(index + 1, index + 1)))
      await archive.flush()
      for (const name of readdirSync(join(directory, 'ids'))) {
        if (name !== 'recent.json') rmSync(join(directory, 'ids', name))
      }
      const error = await archiveIn(directory)
        .get(entry(5, 0).id, 9_999)
        .catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ViewDamaged)
    })
  })
})
