import { Dice } from './dice.ts'
import { Disk, type FileNode, type FolderNode, type NamesFateOf } from './disk.ts'
import type { SocketNetwork } from './socket-network.ts'
import { type Owner, Timeline } from './timeline.ts'

/** What becomes of one file operation. */
export type DiskFate =
  | { readonly kind: 'fine' }
  /** The process (or with `power` the machine) ends before it, after it, or half way through a write. */
  | {
      readonly kind: 'crash'
      readonly when: 'before' | 'after' | 'torn'
      readonly power: boolean
      /** Of names that are not synced, when the power goes. By chance when absent. */
      readonly names?: NamesFateOf
    }
  /** A write finds no room, after having written as much as `partly` says. */
  | { readonly kind: 'full'; readonly partly: boolean }
  | { readonly kind: 'failing' }

export interface DiskOperation {
  readonly ordinal: number
  readonly name: string
  readonly path: string
  readonly changes: boolean
}

/** What a simulation hears from the machine and decides for it. */
export interface Witness {
  fateOf(operation: DiskOperation, process: SimulatedProcess): DiskFate
  /** After an operation that changed something. */
  changed(operation: DiskOperation, process: SimulatedProcess): void
  trace(line: string): void
  /** After it: what is on the disk now is what was durable. */
  powerFailed(): void
}

/** Thrown where a process that has ended would go on: nothing that it does afterwards has an effect. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
}

export class SimulatedProcess implements Owner {
  alive = true
  readonly ended: Promise<void>
  private resolveEnded: () => void = () => {}

  constructor(
    readonly pid: number,
    readonly slot: number,
    /** Ticks since boot: tells two processes with one number apart. */
    readonly startTicks: number,
    /** Which boot of the machine it belongs to. */
    readonly boot: number,
    readonly skewMs: () => number,
  ) {
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve
    })
  }

  get label(): string {
    return `p${this.pid}`
  }

  end(): void {
    this.alive = false
    this.resolveEnded()
  }
}

/** What a handle stands for, and under which name it was opened. */
interface OpenNode {
  readonly node: FileNode | FolderNode
  readonly path: string
}

/** File systems write folders down together or apart, and in between too. */
const FOLDER_FATES = ['kept', 'lost', 'some', 'some'] as const

/** Tells a process from every other of a run, also after a restart of the machine. */
export function numberOf({ boot, pid }: SimulatedProcess): number {
  return boot * 100_000 + pid
}

/** One computer: its time, disk and processes. */
export class Machine {
  readonly timeline: Timeline
  readonly disk = new Disk()
  readonly processes: SimulatedProcess[] = []
  /** For latencies and for what a power cut leaves. */
  readonly dice: Dice
  readonly handles = new Map<number, OpenNode>()
  /** Whatever carries sockets. Null: there are none. */
  sockets: SocketNetwork | null = null
  boot = 1
  private nextPid = 101
  private nextHandle = 10
  private operations = 0
  /** When the system has last written everything down by itself. */
  private writtenBackAtMs: number

  constructor(
    startMs: number,
    seed: string,
    readonly witness: Witness,
    /** How often it does. Null: never. */
    private readonly writeBackMs: number | null,
  ) {
    this.timeline = new Timeline(startMs)
    this.writtenBackAtMs = startMs
    this.dice = new Dice(`${seed}/machine`)
  }

  /** The process whose code is running. */
  get current(): SimulatedProcess | null {
    const { current } = this.timeline
    return current instanceof SimulatedProcess ? current : null
  }

  start(slot: number, skewMs: () => number): SimulatedProcess {
    const ticks = Math.floor(this.timeline.nowMs / 10)
    const process = new SimulatedProcess(this.nextPid++, slot, ticks, this.boot, skewMs)
    this.processes.push(process)
    this.witness.trace(`${process.label} starts`)
    return process
  }

  /** The living process with this number. */
  byPid(pid: number): SimulatedProcess | null {
    return this.processes.findLast((process) => process.pid === pid && process.alive) ?? null
  }

  kill(process: SimulatedProcess): void {
    if (!process.alive) return
    this.witness.trace(`${process.label} is killed`)
    process.end()
  }

  /** Every process ends, what is not synced is lost or torn, and numbers of processes begin again. */
  cutPower(names?: NamesFateOf): void {
    this.witness.trace('the power fails')
    this.writeBack()
    for (const process of this.processes) if (process.alive) process.end()
    this.disk.losePower(this.dice, names ?? (() => this.dice.pick(FOLDER_FATES)))
    this.handles.clear()
    this.boot++
    this.nextPid = 101
    this.witness.powerFailed()
  }

  /** What has waited for so long is on the disk, though nobody synced it. Nothing changes between two operations. */
  private writeBack(): void {
    if (this.writeBackMs === null) return
    const dueMs = this.writtenBackAtMs + this.writeBackMs
    if (this.timeline.nowMs < dueMs) return
    this.writtenBackAtMs = this.timeline.nowMs - ((this.timeline.nowMs - dueMs) % this.writeBackMs)
    this.disk.writeBack()
  }

  nextOperation(name: string, path: string, changes: boolean): DiskOperation {
    this.writeBack()
    return { ordinal: this.operations++, name, path, changes }
  }

  get operationCount(): number {
    return this.operations
  }

  openHandle(node: OpenNode['node'], path: string): number {
    const handle = this.nextHandle++
    this.handles.set(handle, { node, path })
    return handle
  }
}

let inCharge: Machine | null = null

/** The machine that simulated files, timers and clocks of this thread belong to. */
export function machine(): Machine {
  if (inCharge === null) throw new Error('no simulated machine is running')
  return inCharge
}

export function useMachine(next: Machine | null): void {
  inCharge = next
}

export function machineOrNull(): Machine | null {
  return inCharge
}
