import type { Headers } from '../http/request.ts'
import type { SignTypedData } from './order-signature.ts'
import { clobAuthDomain, clobAuthTypes } from './typed-data.ts'

/**
 * Login by wallet signature, for making or deriving API keys only. The venue gives the same key for the same wallet and
 * nonce. `timestampS` is Unix seconds.
 */
export async function l1Headers(
  account: { readonly address: string; readonly chainId: number; readonly signTypedData: SignTypedData },
  timestampS: number,
  nonce: number,
): Promise<Headers> {
  const signature = await account.signTypedData(clobAuthDomain(account.chainId), clobAuthTypes, {
    address: account.address,
    timestamp: String(timestampS),
    nonce,
    message: 'This message attests that I control the given wallet',
  })
  return {
    POLY_ADDRESS: account.address,
    POLY_SIGNATURE: signature,
    POLY_TIMESTAMP: String(timestampS),
    POLY_NONCE: String(nonce),
  }
}
