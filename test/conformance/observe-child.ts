import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { observeServers } from './observer.ts'

/** Runs inside processes that tests start: each exchange becomes a line beside this module, at once, since tests kill. */
const file = join(import.meta.dirname, `${process.pid}.jsonl`)
observeServers((exchange) => appendFileSync(file, `${JSON.stringify(exchange)}\n`))
