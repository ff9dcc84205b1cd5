import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { formsOf } from './forms.ts'

/** Credentials that must be found nowhere but where they were put. */
export interface Canaries {
  /** By what they are, for the message; the value itself is never in it. */
  readonly secrets: Readonly<Record<string, string>>
  /** Files that hold them on purpose. */
  readonly homes: readonly string[]
}

/** Where a canary was found, as `what it is in where`. */
export function sweepText(canaries: Pick<Canaries, 'secrets'>, where: string, text: string): readonly string[] {
  return Object.entries(canaries.secrets).flatMap(([name, secret]) =>
    knownFormsOf(secret).some((form) => text.includes(form)) ? [`${name} in ${where}`] : [],
  )
}

const forms = new Map<string, readonly string[]>()

/** A secret is looked for in hundreds of texts. */
function knownFormsOf(secret: string): readonly string[] {
  const known = forms.get(secret) ?? formsOf(secret)
  forms.set(secret, known)
  return known
}

/** Every file below a folder, names and link targets included. */
export function sweepFolder(canaries: Canaries, folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const named = sweepText(canaries, `the name ${path}`, path)
    if (entry.isSymbolicLink()) return [...named, ...sweepText(canaries, path, readlinkSync(path))]
    if (!entry.isFile() || canaries.homes.includes(path)) return named
    // One character a byte, so that text and binary are searched alike.
    return [...named, ...sweepText(canaries, path, readFileSync(path).toString('latin1'))]
  })
}

/** Command lines of every process that this user can see. Linux only; elsewhere nothing is swept. */
export function sweepProcesses(canaries: Canaries): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => sweepText(canaries, `the command line of process ${pid}`, commandLine(pid)))
}

/** Empty for a process that has ended meanwhile. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
