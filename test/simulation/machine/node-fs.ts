import { DiskError, type FileNode, type FolderNode } from './disk.ts'
import {
  immediately,
  makeLink,
  openFile,
  removeName,
  requireNode,
  type SimulatedStats,
  statsOf,
} from './file-operations.ts'
import { type Machine, machine } from './machine.ts'

/** Stands in for `node:fs` in the simulated program: the calls that it makes, on the simulated disk. */

/** What the kernel tells of processes: the lock names and judges its owner by it. */
function kernelFile(on: Machine, path: string): string | null {
  if (path === '/proc/sys/kernel/random/boot_id') return `${String(on.boot).padStart(8, '0')}-0000`
  const pid = /^\/proc\/(\d+)\/stat$/.exec(path)?.[1]
  if (pid === undefined) return null
  const process = on.byPid(Number(pid))
  if (process === null) throw new DiskError('ENOENT', 'open', path)
  return `${pid} (node) S ${'0 '.repeat(18)}${process.startTicks} 0`
}

function nodeOf(on: Machine, handle: number): FileNode | FolderNode {
  const open = on.handles.get(handle)
  if (open === undefined) throw new DiskError('EBADF', 'handle', String(handle))
  return open.node
}

export function readFileSync(path: string, encoding: 'utf8'): string {
  return immediately({
    name: 'read',
    path,
    changes: false,
    run: (on) => {
      const kernel = kernelFile(on, path)
      if (kernel !== null) return kernel
      const node = requireNode(on, path, 'open')
      if (node.kind !== 'file') throw new DiskError('EISDIR', 'read', path)
      return node.bytes.toString(encoding)
    },
  })
}

export function writeFileSync(path: string, text: string, options: { readonly flag?: string }): void {
  const flag = options.flag ?? 'w'
  immediately({
    name: 'write',
    path,
    changes: true,
    run: (on) => openFile(on, path, flag).write(0, Buffer.from(text)),
  })
}

export function readlinkSync(path: string): string {
  return immediately({
    name: 'readlink',
    path,
    changes: false,
    run: (on) => {
      const node = requireNode(on, path, 'readlink')
      if (node.kind !== 'link') throw new DiskError('EINVAL', 'readlink', path)
      return node.target
    },
  })
}

export function symlinkSync(target: string, path: string): void {
  immediately({ name: 'symlink', path, changes: true, run: (on) => makeLink(on, target, path) })
}

export function unlinkSync(path: string): void {
  immediately({ name: 'unlink', path, changes: true, run: (on) => removeName(on, path) })
}

/** Folders are opened to be synced, and for nothing else. */
export function openSync(path: string, flags: string): number {
  return immediately({
    name: 'open',
    path,
    changes: false,
    run: (on) => {
      const node = on.disk.find(path)
      return on.openHandle(node?.kind === 'folder' ? node : openFile(on, path, flags), path)
    },
  })
}

export function writeSync(handle: number, bytes: Buffer, from: number, length: number): number {
  return immediately({
    name: 'write',
    path: machine().handles.get(handle)?.path ?? `#${handle}`,
    changes: true,
    run: (on, extent) => {
      const node = nodeOf(on, handle)
      if (node.kind !== 'file') throw new DiskError('EISDIR', 'write', `#${handle}`)
      const given = bytes.subarray(from, from + length)
      const part = extent === 'half' ? given.subarray(0, on.dice.below(given.length)) : given
      // Only the journal writes so, and it appends.
      node.write(node.bytes.length, part)
      node.mtimeMs = on.timeline.nowMs
      return part.length
    },
  })
}

export function fsyncSync(handle: number): void {
  immediately({ name: 'sync', path: 'folder', changes: true, run: (on) => nodeOf(on, handle).sync() })
}

export function closeSync(handle: number): void {
  machine().handles.delete(handle)
}

/** Undefined where there is nothing, as with `throwIfNoEntry: false`: nobody here asks otherwise. */
export function statSync(path: string): SimulatedStats | undefined {
  return immediately({
    name: 'stat',
    path,
    changes: false,
    run: (on) => {
      const node = on.disk.find(path)
      return node === null ? undefined : statsOf(node)
    },
  })
}

export function fstatSync(handle: number): SimulatedStats {
  return immediately({
    name: 'fstat',
    path: `#${handle}`,
    changes: false,
    run: (on) => statsOf(nodeOf(on, handle)),
  })
}

/** For a library's import only: nothing calls it. */
export function renameSync(): never {
  throw new Error('renameSync is not simulated')
}
