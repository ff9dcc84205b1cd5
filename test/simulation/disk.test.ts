import { expect } from 'chai'
import fc from 'fast-check'
import { Dice } from './machine/dice.ts'
import { Disk, FileNode } from './machine/disk.ts'
import { Timeline } from './machine/timeline.ts'

function fileIn(disk: Disk): FileNode {
  const { folder } = disk.place('/home/file', 'open')
  const file = new FileNode()
  folder.change([{ name: 'file', node: file }])
  return file
}

function textAt(disk: Disk): string | null {
  const node = disk.find('/home/file')
  return node?.kind === 'file' ? node.bytes.toString('utf8') : null
}

function syncHome(disk: Disk): void {
  const home = disk.find('/home')
  if (home?.kind === 'folder') home.sync()
}

describe('the simulated disk', () => {
  it('keeps what is synced under a synced name through any power cut', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (seed, synced, more) => {
        const disk = new Disk()
        const file = fileIn(disk)
        file.write(0, Buffer.from(synced))
        file.sync()
        syncHome(disk)
        file.write(file.bytes.length, Buffer.from(more))
        disk.losePower(new Dice(seed))
        expect(textAt(disk)?.startsWith(synced)).to.equal(true)
      }),
    )
  })

  it('may lose, keep or tear a write that is not synced', () => {
    const left = new Set<string | null>()
    for (let seed = 0; seed < 60; seed++) {
      const disk = new Disk()
      const file = fileIn(disk)
      syncHome(disk)
      file.write(0, Buffer.from('abc'))
      disk.losePower(new Dice(String(seed)))
      left.add(textAt(disk))
    }
    expect([...left].sort()).to.deep.equal(['', 'a', 'ab', 'abc'])
  })

  it('may lose a later write less than an earlier one', () => {
    const left = new Set<string | null>()
    for (let seed = 0; seed < 200; seed++) {
      const disk = new Disk()
      const file = fileIn(disk)
      syncHome(disk)
      file.write(0, Buffer.from('a'))
      file.write(1, Buffer.from('b'))
      disk.losePower(new Dice(String(seed)))
      left.add(textAt(disk))
    }
    expect(left.has('\0b')).to.equal(true)
  })

  it('may lose a file that is synced and whose name is not', () => {
    const left = new Set<string | null>()
    for (let seed = 0; seed < 20; seed++) {
      const disk = new Disk()
      const file = fileIn(disk)
      file.write(0, Buffer.from('a'))
      file.sync()
      disk.losePower(new Dice(String(seed)))
      left.add(textAt(disk))
    }
    expect([...left]).to.have.members([null, 'a'])
  })
})

describe('the names of a folder on the simulated disk', () => {
  it('are kept or lost whatever becomes of those of another folder', () => {
    const disk = new Disk()
    fileIn(disk)
    disk.place('/keys/other', 'open').folder.change([{ name: 'other', node: new FileNode() }])
    disk.losePower(new Dice('1'), (path) => (path === '/home' ? 'kept' : 'lost'))
    expect([disk.find('/home/file')?.kind, disk.find('/keys/other')]).to.deep.equal(['file', null])
  })

  it('are kept, with what is in the files, once the system has written everything down by itself', () => {
    const disk = new Disk()
    fileIn(disk).write(0, Buffer.from('a'))
    disk.writeBack()
    disk.losePower(new Dice('1'), () => 'lost')
    expect(textAt(disk)).to.equal('a')
  })
})

describe('virtual time', () => {
  it('moves on only when everything that follows from an event has happened', async () => {
    const timeline = new Timeline(0)
    const seen: string[] = []
    timeline.schedule(null, 1, () => {
      seen.push(`event at ${timeline.nowMs}`)
      Promise.resolve()
        .then(() => undefined)
        .then(() => seen.push(`its promise at ${timeline.nowMs}`))
    })
    timeline.schedule(null, 1.001, () => seen.push(`next at ${timeline.nowMs}`))
    expect(await timeline.runUntil(() => seen.length === 3)).to.equal('done')
    expect(seen).to.deep.equal(['event at 1', 'its promise at 1', 'next at 1.001'])
  })

  it('leaves out what belongs to somebody who is gone', async () => {
    const timeline = new Timeline(0)
    const owner = { alive: true }
    let happened = false
    timeline.schedule(owner, 2, () => {
      happened = true
    })
    timeline.schedule(null, 1, () => {
      owner.alive = false
    })
    expect(await timeline.runUntil(() => false)).to.equal('stuck')
    expect(happened).to.equal(false)
  })
})
