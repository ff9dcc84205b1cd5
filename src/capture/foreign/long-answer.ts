import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** An answer's bytes: all of them, or as many as a tape holds and what comes after. */
export interface CollectedBody {
  readonly chunks: readonly Buffer[]
  /** What has not come yet of an answer that is too long for the tape; null when `chunks` are all. */
  readonly rest: AsyncIterator<unknown> | null
}

/** Reads a body until it ends, or there is more of it than `bytesMax`. What is not read yet stays on its way. */
export async function collectBody(body: AsyncIterable<unknown>, bytesMax: number): Promise<CollectedBody> {
  const parts = body[Symbol.asyncIterator]()
  const chunks: Buffer[] = []
  let length = 0
  while (length <= bytesMax) {
    const part = await parts.next()
    if (part.done === true) return { chunks, rest: null }
    const bytes = bytesOf(part.value)
    chunks.push(bytes)
    length += bytes.length
  }
  return { chunks, rest: parts }
}

async function* allOf({ chunks, rest }: CollectedBody): AsyncGenerator<Buffer> {
  const kept = [...chunks]
  for (let next = kept.shift(); next !== undefined; next = kept.shift()) yield next
  if (rest === null) return
  try {
    for (let part = await rest.next(); part.done !== true; part = await rest.next()) yield bytesOf(part.value)
  } finally {
    await rest.return?.()
  }
}

/** For `fetch`: comes as the program reads it. */
export function asWebStream(body: CollectedBody): ReadableStream<Uint8Array> {
  const parts = allOf(body)
  return new ReadableStream({
    pull: async (controller) => {
      const part = await parts.next()
      if (part.done === true) controller.close()
      else controller.enqueue(part.value)
    },
    cancel: async () => {
      await parts.return(undefined)
    },
  })
}

/** For `http`, whose stand-in answer takes whatever it is given and says nothing when that is too much: see `holdBack`. */
export function asReadable(body: CollectedBody, hold: HoldBack): Readable {
  return Readable.from(held(body, hold), { objectMode: false, highWaterMark: 1 })
}

async function* held(body: CollectedBody, hold: HoldBack): AsyncGenerator<Buffer> {
  for await (const part of allOf(body)) {
    yield part
    await hold.untilWanted()
  }
}

/** Lets a long answer come no faster than the program reads it. */
export class HoldBack {
  #response: IncomingMessage | null = null
  #wake: (() => void) | null = null

  /** To be called with the answer that the program gets. */
  watch(response: IncomingMessage): void {
    this.#response = response
    // Node calls it when there is room again.
    Reflect.set(response, '_read', () => this.#go())
    response.once('close', () => this.#go())
  }

  #go(): void {
    this.#wake?.()
    this.#wake = null
  }

  async untilWanted(): Promise<void> {
    const response = this.#response
    if (response === null || response.destroyed || response.readableLength < response.readableHighWaterMark) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

function bytesOf(part: unknown): Buffer {
  if (Buffer.isBuffer(part)) return part
  return part instanceof Uint8Array
    ? Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    : Buffer.from(String(part))
}
