/** Public keys and signatures on Ethereum's curve. */
export interface Curve {
  /** Which implementation this is. */
  readonly source: 'webassembly' | 'ethers'
  /** 65 bytes, the first of them 04. @throws when the 32 bytes are no private key; the error may name them. */
  publicKey(privateKey: Uint8Array): Uint8Array
  /** 65 bytes: r, the lower s, and 27 or 28. Deterministic (RFC 6979): both implementations give the same bytes. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array
}

/**
 * libsecp256k1 as WebAssembly, several times faster than ethers' signer and quicker to start; ethers where WebAssembly cannot
 * be had, e.g. under `--jitless`. Figures: docs/decisions/0007-signing.md.
 */
export async function loadCurve(): Promise<Curve> {
  try {
    return await loadWasmCurve()
  } catch {
    return loadEthersCurve()
  }
}

export async function loadWasmCurve(): Promise<Curve> {
  const { pointFromScalar, signRecoverable } = await import('tiny-secp256k1')
  return {
    source: 'webassembly',
    publicKey: (privateKey) => {
      const point = pointFromScalar(privateKey, false)
      if (point === null) throw new Error('not a private key')
      return point
    },
    sign: (digest, privateKey) => {
      const { signature, recoveryId } = signRecoverable(digest, privateKey)
      return Uint8Array.of(...signature, 27 + recoveryId)
    },
  }
}

export async function loadEthersCurve(): Promise<Curve> {
  const [{ SigningKey }, { getBytes }] = await Promise.all([import('ethers/crypto'), import('ethers/utils')])
  return {
    source: 'ethers',
    publicKey: (privateKey) => getBytes(new SigningKey(privateKey).publicKey),
    sign: (digest, privateKey) => getBytes(new SigningKey(privateKey).sign(digest).serialized),
  }
}
