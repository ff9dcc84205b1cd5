import { loadEvm } from '../../../src/clients/polymarket/evm.ts'
import { loadCurve } from '../../../src/clients/polymarket/secp256k1.ts'

/** Signs with whatever curve can be had in this process. */
async function main(): Promise<void> {
  const [evm, { source }] = await Promise.all([loadEvm(), loadCurve()])
  const { address, signDigest } = evm.keyPair(`0x${'01'.repeat(32)}`)
  console.log(JSON.stringify({ source, address, signature: signDigest(`0x${'02'.repeat(32)}`) }))
}

main()
