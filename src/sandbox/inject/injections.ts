import type { Command, CommandResult } from '../commands.ts'
import { Injection } from './injection.ts'
import type { Stage } from './stage.ts'
import type { InjectionWish } from './wish.ts'

/** Injections that can still be asked about. */
const REMEMBERED = 100

/** The edges that were injected into one exchange. They last as long as its process. */
export class Injections {
  private readonly all: Injection[] = []
  private count = 0
  private unwatch: (() => void) | null = null

  constructor(private readonly host: Stage) {}

  /** Takes the place of an earlier one in the same markets. @throws ToolkitError (usage) when it cannot be. */
  begin(wish: InjectionWish): Injection {
    for (const other of this.all) if (wish.markets.some((market) => other.concerns(market))) other.end('replaced')
    this.unwatch ??= this.host.watchCommands({
      before: (command) => this.before(command),
      after: (command, result) => this.after(command, result),
    })
    const injection = new Injection(`i-${++this.count}`, this.host, wish)
    this.all.push(injection)
    if (this.all.length > REMEMBERED) this.all.shift()?.end('replaced')
    return injection
  }

  find(id: string): Injection | null {
    return this.all.find((injection) => injection.id === id) ?? null
  }

  end(): void {
    this.unwatch?.()
    for (const injection of this.all) injection.end('sandbox')
  }

  private before(command: Command): void {
    for (const injection of this.all) injection.before(command)
  }

  private after(command: Command, result: CommandResult): void {
    for (const injection of this.all) injection.after(command, result)
  }
}
