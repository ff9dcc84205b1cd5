import { hash } from 'node:crypto'

/**
 * A line of JSON that tells whether it was changed: its last member is a checksum over the line before it and its own text.
 * For the files of a session that is open, which no manifest vouches for yet, and for sockets, so that a frame is named.
 */
export function checkedLine(value: object, before = ''): { readonly line: string; readonly check: string } {
  const text = JSON.stringify(value)
  const check = checkOf(before, text)
  return { line: `${text.slice(0, -1)},"check":"${check}"}`, check }
}

const CHECKED = /^(.*),"check":"([0-9a-f]{16})"\}$/s

/** The checksum of a line, when it fits; null when the line, or one before it, is not as it was written. */
export function readCheck(line: string, before = ''): string | null {
  const [, text, check] = CHECKED.exec(line) ?? []
  return text !== undefined && check !== undefined && checkOf(before, `${text}}`) === check ? check : null
}

function checkOf(before: string, text: string): string {
  return hash('sha256', before + text).slice(0, 16)
}

/** A line that is not as it was written, in the words of whoever looks for it. */
export const CHANGED_LINE = 'the line was changed, or is not the one that followed (its checksum differs)'

/** The checksum that a line bears, whether it fits or not: what the next line is held against. */
export function ownCheck(line: string): string {
  return CHECKED.exec(line)?.[2] ?? ''
}
