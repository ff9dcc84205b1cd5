import type { Question, ReadContract } from './contract.ts'
import { problem, readAs } from './contract.ts'
import { clauseOf } from './skeleton.ts'
import { takeWindow, type Window } from './windows.ts'

/**
 * Anything else that a single claim asks for. The words of the claim itself are compared, never those of the title: a
 * headline says "out" where the rules say announced, resigned or removed.
 */
export function readEvent({ title, label, claims, closeDay }: Question): ReadContract | null {
  const yes = claims.filter(({ kind }) => kind === 'yes')
  const [claim] = yes
  if (claim === undefined || yes.length !== claims.length || yes.length !== 1) return null
  const { window, rest } = takeWindow(claim.text, closeDay)
  const titled = takeWindow(title, closeDay).window
  if (window.last !== null && titled.last !== null && window.last !== titled.last)
    return problem('its title and its rules name different days')
  const clause = clauseOf(rest.replace(/\bafter issuance\b|\bas specified in the title\b/g, ' '))
  if (!clause.includes(' ')) return null
  const said = new Set(clause.split(' '))
  const headline = clauseOf(`${takeWindow(title, closeDay).rest} ${label}`)
    .split(' ')
    .filter((word) => word !== '' && !said.has(word) && !ASKS.has(word))
  return readAs({ kind: 'event', clause, headline: new Set(headline), window: withTitle(window, titled) })
}

/** Words in which a headline asks, and names nothing. */
const ASKS = new Set('will by before in on to of who when how which what any so there that'.split(' '))

/** The claim's own window, with the title's end where the claim names none. */
function withTitle(own: Window, titled: Window): Window {
  if (own.last !== null || own.first !== null) return own
  return { ...titled, time: own.time ?? titled.time, zone: own.zone ?? titled.zone }
}
