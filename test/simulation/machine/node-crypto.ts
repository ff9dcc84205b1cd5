/** Stands in for `node:crypto` in the simulated program: everything of it but what no seed decides. */
export {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'

export function randomBytes(): never {
  throw new Error('the simulated program drew bytes that no seed decides')
}
