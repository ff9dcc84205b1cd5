import { DiskError, type FileNode } from './disk.ts'
import {
  later,
  makeFolder,
  openFile,
  removeName,
  removeTree,
  renameFile,
  requireNode,
  type SimulatedStats,
  statsOf,
} from './file-operations.ts'
import { machine } from './machine.ts'

/** Stands in for `node:fs/promises` in the simulated program. */

class SimulatedFileHandle {
  constructor(
    readonly fd: number,
    private readonly path: string,
    private readonly node: FileNode,
    private readonly appends: boolean,
  ) {}

  async writeFile(text: string | Buffer): Promise<void> {
    await this.append(Buffer.from(text))
  }

  async appendFile(text: string | Buffer): Promise<void> {
    await this.append(Buffer.from(text))
  }

  private cursor = 0

  private append(bytes: Buffer): Promise<number> {
    return later({
      name: 'write',
      path: this.path,
      changes: true,
      run: (on, extent) => {
        const part = extent === 'half' ? bytes.subarray(0, on.dice.below(bytes.length)) : bytes
        const at = this.appends ? this.node.bytes.length : this.cursor
        this.node.write(at, part)
        this.node.mtimeMs = on.timeline.nowMs
        this.cursor = at + part.length
        return part.length
      },
    })
  }

  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }> {
    return later({
      name: 'read',
      path: this.path,
      changes: false,
      run: () => ({ bytesRead: this.node.bytes.copy(buffer, offset, position, position + length), buffer }),
    })
  }

  readFile(encoding: 'utf8'): Promise<string> {
    return later({ name: 'read', path: this.path, changes: false, run: () => this.node.bytes.toString(encoding) })
  }

  stat(): Promise<SimulatedStats> {
    return later({ name: 'fstat', path: this.path, changes: false, run: () => statsOf(this.node) })
  }

  truncate(size = 0): Promise<void> {
    return later({ name: 'truncate', path: this.path, changes: true, run: () => this.node.resize(size) })
  }

  sync(): Promise<void> {
    return later({ name: 'sync', path: this.path, changes: true, run: () => this.node.sync() })
  }

  datasync(): Promise<void> {
    return this.sync()
  }

  async close(): Promise<void> {
    machine().handles.delete(this.fd)
  }
}

export function open(path: string, flags = 'r'): Promise<SimulatedFileHandle> {
  const creates = !flags.startsWith('r')
  return later({
    name: creates ? 'create' : 'open',
    path,
    changes: creates,
    run: (on) => {
      const node = openFile(on, path, flags)
      return new SimulatedFileHandle(on.openHandle(node, path), path, node, flags.startsWith('a'))
    },
  })
}

export function readFile(path: string): Promise<string> {
  return later({
    name: 'read',
    path,
    changes: false,
    run: (on) => {
      const node = requireNode(on, path, 'open')
      if (node.kind !== 'file') throw new DiskError('EISDIR', 'read', path)
      return node.bytes.toString('utf8')
    },
  })
}

export async function writeFile(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w')
  await handle.writeFile(text)
  await handle.close()
}

export function rename(from: string, to: string): Promise<void> {
  return later({ name: 'rename', path: to, changes: true, run: (on) => renameFile(on, from, to) })
}

export function mkdir(path: string): Promise<void> {
  return later({ name: 'mkdir', path, changes: true, run: (on) => makeFolder(on, path) })
}

export function stat(path: string): Promise<SimulatedStats> {
  return later({ name: 'stat', path, changes: false, run: (on) => statsOf(requireNode(on, path, 'stat')) })
}

export function readdir(path: string): Promise<string[]> {
  return later({
    name: 'readdir',
    path,
    changes: false,
    run: (on) => {
      const node = requireNode(on, path, 'scandir')
      if (node.kind !== 'folder') throw new DiskError('ENOTDIR', 'scandir', path)
      return [...node.names.keys()].sort()
    },
  })
}

export function rm(path: string): Promise<void> {
  return later({ name: 'rm', path, changes: true, run: (on) => removeTree(on, path) })
}

export function unlink(path: string): Promise<void> {
  return later({ name: 'unlink', path, changes: true, run: (on) => removeName(on, path) })
}

export function truncate(path: string, size = 0): Promise<void> {
  return later({
    name: 'truncate',
    path,
    changes: true,
    run: (on) => {
      const node = requireNode(on, path, 'truncate')
      if (node.kind !== 'file') throw new DiskError('EISDIR', 'truncate', path)
      node.resize(size)
    },
  })
}

export function chmod(path: string): Promise<void> {
  return later({ name: 'chmod', path, changes: true, run: () => undefined })
}

/** Only for what stands in for a journal that cannot be used, which the simulated sessions never ask for. */
export function mkdtemp(): Promise<string> {
  return Promise.reject(new Error('the simulated disk has no folder for temporary files'))
}
