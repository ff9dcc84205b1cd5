import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { builtChild } from '../support/built.ts'

/** Starts a script of this folder in a process of its own. */
export function startChild(script: string, ...args: readonly string[]): ChildProcess {
  const path = join(import.meta.dirname, script)
  return spawn(process.execPath, [builtChild(path), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Resolves with the first output, and fails when the child ends without any. */
export async function firstOutput(child: ChildProcess): Promise<string> {
  const said: string[] = []
  child.stderr?.on('data', (data) => said.push(String(data)))
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data) => resolve(String(data)))
    child.once('exit', (code) => reject(new Error(`the child ended with ${code} before it spoke: ${said.join('')}`)))
  })
}

/** Resolves with the exit code and what went to standard error. */
export async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const said: string[] = []
  child.stderr?.on('data', (data) => said.push(String(data)))
  const [code] = await once(child, 'close')
  return { code, stderr: said.join('') }
}

/** kill -9, and wait until the process is gone. */
export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
