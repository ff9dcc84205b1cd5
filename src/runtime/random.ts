import { hash, randomBytes } from 'node:crypto'

/** The one source of randomness: a named, seeded stream, so that a run can be repeated from its seed. */
export interface Random {
  /** `count` bytes; each call continues the stream. */
  bytes(count: number): Buffer
  /** A whole number from 0 up to, not including, `bound` (1 to 2^48; a RangeError otherwise). */
  below(bound: number): number
  /** An independent stream that depends only on this seed and the name, not on what was drawn before. */
  fork(name: string): Random
}

/** 256 bits, hex: enough that ids drawn from different seeds never meet. */
export function freshSeed(): string {
  return randomBytes(32).toString('hex')
}

/** SHA-256 in counter mode over the seed. */
export function seededRandom(seed: string): Random {
  let counter = 0
  let pool: Buffer = Buffer.alloc(0)
  const bytes = (count: number): Buffer => {
    while (pool.length < count) {
      pool = Buffer.concat([pool, hash('sha256', `${seed}/${counter++}`, 'buffer')])
    }
    const taken = pool.subarray(0, count)
    pool = pool.subarray(count)
    return taken
  }
  return {
    bytes,
    below: (bound) => {
      if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 48)
        throw new RangeError(`no whole number below ${bound}`)
      // Reject the uneven tail so that every value is equally likely.
      const limit = 2 ** 48 - (2 ** 48 % bound)
      for (;;) {
        const value = bytes(6).readUIntBE(0, 6)
        if (value < limit) return value % bound
      }
    },
    fork: (name) => seededRandom(hash('sha256', `${seed}|${name}`)),
  }
}
