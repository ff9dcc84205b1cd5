import { writeSync } from 'node:fs'

/** Appends all of it: the system may take a part only, e.g. while a disk fills up. @throws when it cannot. */
export function appendWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}
