import type { FaceReply } from '../face.ts'

/** A 200 with a JSON value. Amounts in it are strings already, or numbers where the venue prints numbers. */
export function ok(value: unknown): FaceReply {
  return { status: 200, body: JSON.stringify(value) }
}

/** The order service's and the catalogue's error envelope. */
export function failure(status: number, error: string): FaceReply {
  return { status, body: JSON.stringify({ error }) }
}

export const unauthorized: FaceReply = failure(401, 'Unauthorized/Invalid api key')
export const noBook: FaceReply = failure(404, 'No orderbook exists for the requested token id')
export const marketNotFound: FaceReply = failure(404, 'market not found')
