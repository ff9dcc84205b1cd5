import { machine } from './machine.ts'

/** Stands in for `node:crypto` in the simulated program: everything of it but what no seed decides. */
export {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'

/** Drawn from the run's seed: the key that seals a journal, which no other seed decides. */
export function randomBytes(count: number): Buffer {
  const { dice } = machine()
  return Buffer.from(Array.from({ length: count }, () => dice.below(256)))
}
