/** A segment of a path without its escapes, or null where they are malformed: such a path leads nowhere. */
export function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** Where the sockets are. The order service's address serves them too. */
export const polymarketSocketPath = '/ws'
