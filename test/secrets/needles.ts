import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { formsOf } from './forms.ts'

const FINGERPRINT = 12

/** Thousands of secrets, looked for in one walk over a text. */
export class Needles {
  private readonly byStart = new Map<string, { readonly what: string; readonly form: string }[]>()

  constructor(secrets: ReadonlyMap<string, string>) {
    for (const [secret, what] of secrets) for (const form of formsOf(secret)) this.add(what, form)
  }

  private add(what: string, form: string): void {
    const start = form.slice(0, FINGERPRINT)
    const known = this.byStart.get(start)
    if (known === undefined) this.byStart.set(start, [{ what, form }])
    else if (!known.some((one) => one.form === form)) known.push({ what, form })
  }

  /** What was found: names of secrets, never their values. */
  in(text: string): ReadonlySet<string> {
    const found = new Set<string>()
    for (let at = 0; at + FINGERPRINT <= text.length; at++) {
      const candidates = this.byStart.get(text.slice(at, at + FINGERPRINT))
      if (candidates === undefined) continue
      for (const { what, form } of candidates) if (text.startsWith(form, at)) found.add(what)
    }
    return found
  }

  /** Every file below a folder, as `what in path`. Names and link targets are looked through too. */
  below(folder: string, isHome: (path: string, text: string) => boolean): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const inName = [...this.in(entry.name)].map((what) => `${what} in the name ${path}`)
      if (entry.isSymbolicLink())
        return [...inName, ...[...this.in(readlinkSync(path))].map((what) => `${what} in ${path}`)]
      if (!entry.isFile()) return inName
      // One character a byte, so that text and binary are searched alike.
      const text = readFileSync(path).toString('latin1')
      if (isHome(path, text)) return inName
      return [...inName, ...[...this.in(text)].map((what) => `${what} in ${path}`)]
    })
  }
}
