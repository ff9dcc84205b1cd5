import { createHash } from 'node:crypto'

/** A book as served, which Polymarket hashes: compact JSON in the order of its members, with an empty hash. */
export function hashedBookText(book: object): string {
  return JSON.stringify({ ...book, hash: '' })
}

/**
 * What the `hash` of a book from `GET /book` must be: SHA-1, in hex. Books of the feed leave out members that are hashed.
 * Source: Polymarket's own client; holds for every book of 2026-04 and 2026-05 that we have seen.
 */
export function bookHash(book: object): string {
  return createHash('sha1').update(hashedBookText(book)).digest('hex')
}
