import { DiskError, FileNode, FolderNode, LinkNode, type Node } from './disk.ts'
import { type DiskOperation, type Machine, machine, ProcessEnded, type SimulatedProcess } from './machine.ts'

/** What one operation does to the disk. `torn` asks for half of it, where halves exist. */
export interface Work<T> {
  readonly name: string
  readonly path: string
  readonly changes: boolean
  run(on: Machine, extent: 'whole' | 'half'): T
}

/** Between asking the disk and its answer, ms. */
const LATENCY_MS = [0.02, 0.05, 0.11, 0.4] as const

/** Carries out an operation at once. A process that has ended does nothing any more. */
export function immediately<T>(work: Work<T>): T {
  const on = machine()
  const process = on.current
  if (process === null) return work.run(on, 'whole')
  if (!process.alive) throw new ProcessEnded()
  return attempt(on, process, work)
}

/** Carries out an operation a moment later. For a process that ends meanwhile it never resolves. */
export function later<T>(work: Work<T>): Promise<T> {
  const on = machine()
  const process = on.current
  if (process === null) return Promise.resolve(work.run(on, 'whole'))
  return new Promise((resolve, reject) => {
    if (!process.alive) return
    on.timeline.schedule(process, on.dice.pick(LATENCY_MS), () => {
      try {
        resolve(attempt(on, process, work))
      } catch (error) {
        if (!(error instanceof ProcessEnded)) reject(error)
      }
    })
  })
}

function attempt<T>(on: Machine, process: SimulatedProcess, work: Work<T>): T {
  const operation = on.nextOperation(work.name, work.path, work.changes)
  const fate = on.witness.fateOf(operation, process)
  switch (fate.kind) {
    case 'fine':
      return finish(on, process, operation, work)
    case 'crash': {
      if (fate.when === 'torn') tryHalf(on, process, operation, work)
      if (fate.when === 'after') finish(on, process, operation, work)
      if (fate.power) on.cutPower(fate.names)
      else on.kill(process)
      throw new ProcessEnded()
    }
    case 'full':
      if (fate.partly) tryHalf(on, process, operation, work)
      throw new DiskError('ENOSPC', work.name, work.path)
    case 'failing':
      throw new DiskError('EIO', work.name, work.path)
  }
}

function finish<T>(on: Machine, process: SimulatedProcess, operation: DiskOperation, work: Work<T>): T {
  const result = work.run(on, 'whole')
  if (work.changes) on.witness.changed(operation, process)
  return result
}

function tryHalf<T>(on: Machine, process: SimulatedProcess, operation: DiskOperation, work: Work<T>): void {
  if (work.name !== 'write') return
  try {
    work.run(on, 'half')
    on.witness.changed(operation, process)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
  }
}

export interface SimulatedStats {
  readonly size: number
  readonly nlink: number
  readonly mtimeMs: number
  readonly mode: number
  isDirectory(): boolean
  isFile(): boolean
}

export function statsOf(node: Node): SimulatedStats {
  return {
    size: node.kind === 'file' ? node.bytes.length : 0,
    nlink: node.links,
    mtimeMs: node.mtimeMs,
    mode: 0o100600,
    isDirectory: () => node.kind === 'folder',
    isFile: () => node.kind === 'file',
  }
}

export function requireNode(on: Machine, path: string, syscall: string): Node {
  const node = on.disk.find(path)
  if (node === null) throw new DiskError('ENOENT', syscall, path)
  return node
}

/** The file under a path, made or emptied as the flags ask. */
export function openFile(on: Machine, path: string, flags: string): FileNode {
  const { folder, name } = on.disk.place(path, 'open')
  const known = folder.names.get(name)
  if (known !== undefined) {
    if (flags.includes('x')) throw new DiskError('EEXIST', 'open', path)
    if (known.kind !== 'file') throw new DiskError(known.kind === 'folder' ? 'EISDIR' : 'ELOOP', 'open', path)
    if (flags.startsWith('w')) known.resize(0)
    return known
  }
  if (flags.startsWith('r')) throw new DiskError('ENOENT', 'open', path)
  const made = new FileNode()
  made.links = 1
  made.mtimeMs = on.timeline.nowMs
  folder.change([{ name, node: made }])
  return made
}

export function makeFolder(on: Machine, path: string): void {
  const { folder, name } = on.disk.place(path, 'mkdir')
  if (folder.names.has(name)) throw new DiskError('EEXIST', 'mkdir', path)
  const made = new FolderNode()
  made.mtimeMs = on.timeline.nowMs
  folder.change([{ name, node: made }])
}

export function makeLink(on: Machine, target: string, path: string): void {
  const { folder, name } = on.disk.place(path, 'symlink')
  if (folder.names.has(name)) throw new DiskError('EEXIST', 'symlink', path)
  folder.change([{ name, node: new LinkNode(target) }])
}

export function removeName(on: Machine, path: string): void {
  const { folder, name } = on.disk.place(path, 'unlink')
  const node = folder.names.get(name)
  if (node === undefined) throw new DiskError('ENOENT', 'unlink', path)
  if (node.kind === 'folder') throw new DiskError('EISDIR', 'unlink', path)
  node.links = 0
  folder.change([{ name, node: null }])
}

export function removeTree(on: Machine, path: string): void {
  const { folder, name } = on.disk.place(path, 'rm')
  if (folder.names.has(name)) folder.change([{ name, node: null }])
}

/** Both names in one step, which a power cut does not divide. Within one folder only, as the program does it. */
export function renameFile(on: Machine, from: string, to: string): void {
  const source = on.disk.place(from, 'rename')
  const target = on.disk.place(to, 'rename')
  if (source.folder !== target.folder) throw new Error(`the simulated disk renames within one folder only: ${to}`)
  const node = source.folder.names.get(source.name)
  if (node === undefined) throw new DiskError('ENOENT', 'rename', from)
  const replaced = source.folder.names.get(target.name)
  if (replaced !== undefined && replaced !== node) replaced.links = 0
  source.folder.change([
    { name: source.name, node: null },
    { name: target.name, node },
  ])
}
