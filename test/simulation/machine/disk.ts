import type { Dice } from './dice.ts'

/** A change of a file's bytes that has not been synced. */
type Change =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly size: number }

/** One step of a folder that a power cut leaves done or undone as a whole, e.g. both names of a rename. */
type NameStep = readonly { readonly name: string; readonly node: Node | null }[]

/** What a power cut leaves of the names of one folder that are not synced: all, none, or the first so many. */
export type NamesFate = 'kept' | 'lost' | 'some'

/** The fate of a folder's names by its path. Asked for folders alone that have something to lose. */
export type NamesFateOf = (path: string) => NamesFate

export class FileNode {
  readonly kind = 'file'
  links = 0
  mtimeMs = 0
  /** What reads see. */
  bytes: Buffer = Buffer.alloc(0)
  /** What a power cut certainly leaves. */
  private durable: Buffer = Buffer.alloc(0)
  private changes: Change[] = []

  write(at: number, bytes: Buffer): void {
    const copy = Buffer.from(bytes)
    this.bytes = written(this.bytes, at, copy)
    this.changes.push({ kind: 'write', at, bytes: copy })
  }

  resize(size: number): void {
    this.bytes = resized(this.bytes, size)
    this.changes.push({ kind: 'resize', size })
  }

  sync(): void {
    this.durable = this.bytes
    this.changes = []
  }

  get synced(): Buffer {
    return this.durable
  }

  /** Each unsynced change survives, is lost, or (a write) survives in part, whatever became of those before it. */
  losePower(dice: Dice): void {
    for (const change of this.changes) {
      const fate = dice.below(3)
      if (fate === 0) continue
      if (change.kind === 'resize') this.durable = resized(this.durable, change.size)
      else {
        const kept = fate === 1 ? change.bytes : change.bytes.subarray(0, dice.below(change.bytes.length + 1))
        this.durable = written(this.durable, change.at, kept)
      }
    }
    this.changes = []
    this.bytes = this.durable
  }
}

export class LinkNode {
  readonly kind = 'link'
  links = 0
  mtimeMs = 0
  constructor(readonly target: string) {}
}

export class FolderNode {
  readonly kind = 'folder'
  links = 1
  mtimeMs = 0
  readonly names = new Map<string, Node>()
  private durable = new Map<string, Node>()
  private steps: NameStep[] = []

  change(step: NameStep): void {
    for (const { name, node } of step) apply(this.names, name, node)
    this.steps.push(step)
  }

  sync(): void {
    this.durable = new Map(this.names)
    this.steps = []
  }

  /** With everything in it. */
  writeBack(): void {
    if (this.steps.length > 0) this.sync()
    for (const node of this.names.values()) {
      if (node.kind === 'file') node.sync()
      if (node.kind === 'folder') node.writeBack()
    }
  }

  /** What a power cut certainly leaves. */
  get syncedNames(): ReadonlyMap<string, Node> {
    return this.durable
  }

  /** Names change in order: a power cut leaves the first so many unsynced steps done. */
  losePower(dice: Dice, fateOf: NamesFateOf, path: string): void {
    for (const step of this.steps.slice(0, this.stepsLeft(dice, fateOf, path))) {
      for (const { name, node } of step) apply(this.durable, name, node)
    }
    this.steps = []
    this.names.clear()
    for (const [name, node] of this.durable) this.names.set(name, node)
    for (const [name, node] of this.names) {
      if (node.kind === 'file') node.losePower(dice)
      if (node.kind === 'folder') node.losePower(dice, fateOf, `${path}/${name}`)
    }
  }

  private stepsLeft(dice: Dice, fateOf: NamesFateOf, path: string): number {
    const { length } = this.steps
    if (length === 0) return 0
    const fate = fateOf(path)
    if (fate === 'some') return dice.below(length + 1)
    return fate === 'kept' ? length : 0
  }
}

export type Node = FileNode | FolderNode | LinkNode

function apply(names: Map<string, Node>, name: string, node: Node | null): void {
  if (node === null) names.delete(name)
  else names.set(name, node)
}

function written(into: Buffer, at: number, bytes: Buffer): Buffer {
  if (at === into.length) return Buffer.concat([into, bytes])
  // A hole before the bytes reads as zeros, as it does on a real disk.
  const next = Buffer.alloc(Math.max(into.length, at + bytes.length))
  into.copy(next)
  bytes.copy(next, at)
  return next
}

function resized(bytes: Buffer, size: number): Buffer {
  if (size <= bytes.length) return bytes.subarray(0, size)
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)])
}

/** A failed file operation as Node reports it. */
export class DiskError extends Error {
  constructor(
    readonly code: string,
    readonly syscall: string,
    readonly path: string,
  ) {
    super(`${code}: simulated, ${syscall} '${path}'`)
  }
}

/** A disk in memory that knows what is synced. Paths are absolute and have no dots. */
export class Disk {
  readonly root = new FolderNode()

  constructor() {
    // What every machine has: an installed system and somebody's home.
    for (const name of ['home', 'keys']) {
      this.root.change([{ name, node: new FolderNode() }])
    }
    this.root.sync()
  }

  find(path: string): Node | null {
    let node: Node = this.root
    for (const part of parts(path)) {
      if (node.kind !== 'folder') return null
      const next = node.names.get(part)
      if (next === undefined) return null
      node = next
    }
    return node
  }

  /** As of a power cut now, at the least: what is synced, under names that are synced. */
  findSynced(path: string): Node | null {
    let node: Node = this.root
    for (const part of parts(path)) {
      if (node.kind !== 'folder') return null
      const next = node.syncedNames.get(part)
      if (next === undefined) return null
      node = next
    }
    return node
  }

  /** The folder that a path is in, and its last name. */
  place(path: string, syscall: string): { readonly folder: FolderNode; readonly name: string } {
    const all = parts(path)
    const name = all.pop()
    const folder = this.find(`/${all.join('/')}`)
    if (name === undefined) throw new DiskError('EISDIR', syscall, path)
    if (folder === null) throw new DiskError('ENOENT', syscall, path)
    if (folder.kind !== 'folder') throw new DiskError('ENOTDIR', syscall, path)
    return { folder, name }
  }

  writeBack(): void {
    this.root.writeBack()
  }

  /** Folders share no fate: a file system may have written one down and not yet another that was changed before it. */
  losePower(dice: Dice, fateOf: NamesFateOf = () => 'some'): void {
    this.root.losePower(dice, fateOf, '')
  }
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}
