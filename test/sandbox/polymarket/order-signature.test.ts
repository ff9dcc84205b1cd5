import { expect } from 'chai'
import { parseOrderBody } from '../../../src/sandbox/polymarket/order-body.ts'
import { verifyLogin, verifyOrder } from '../../../src/sandbox/polymarket/order-signature.ts'
import { readVectors } from '../../vectors/folder.ts'

interface OrderVector {
  readonly id: string
  readonly version: number
  readonly chainId: number
  readonly signerAddress: string
  readonly negRisk: boolean
  readonly orderHash: string
  readonly bodyJson: string
}

interface LoginVector {
  readonly headers: Readonly<Record<'POLY_ADDRESS' | 'POLY_TIMESTAMP' | 'POLY_NONCE' | 'POLY_SIGNATURE', string>>
  readonly chainId: number
}

const orders = readVectors<{ cases: readonly OrderVector[] }>('polymarket-orders').cases
const logins = readVectors<{ cases: readonly LoginVector[] }>('polymarket-auth-l1').cases

function exchangeOf(vector: OrderVector): 'v2' | 'v2NegRisk' | 'v3' {
  return vector.version === 3 ? 'v3' : vector.negRisk ? 'v2NegRisk' : 'v2'
}

function read(vector: OrderVector) {
  const body = parseOrderBody(JSON.parse(vector.bodyJson))
  if ('refused' in body) throw new Error(`${vector.id}: ${body.refused}`)
  return body.order
}

describe('polymarket sandbox: signatures of the official software', () => {
  const current = orders.filter(({ version, chainId }) => version !== 1 && chainId === 137)

  it('are valid for their exchange, under the id that the order has', async () => {
    expect(current.length).to.be.greaterThan(0)
    for (const vector of current) {
      const verdict = await verifyOrder(read(vector), exchangeOf(vector), vector.signerAddress)
      expect(verdict, vector.id).to.deep.equal({ kind: 'valid', orderId: vector.orderHash })
    }
  })

  it('are told apart from those for the other version', async () => {
    for (const vector of current.filter((_, i) => i % 5 === 0)) {
      const other = vector.version === 3 ? 'v2' : 'v3'
      const verdict = await verifyOrder(read(vector), other, vector.signerAddress)
      expect(verdict.kind, vector.id).to.equal('other_version')
    }
  })

  it('are invalid once a figure is changed', async () => {
    for (const vector of current.filter((_, i) => i % 5 === 1)) {
      const order = read(vector)
      const verdict = await verifyOrder(
        { ...order, takerAmount: order.takerAmount + 1n },
        exchangeOf(vector),
        vector.signerAddress,
      )
      expect(verdict.kind, vector.id).to.equal('invalid')
    }
  })

  it('are invalid for another chain', async () => {
    for (const vector of orders.filter(({ version, chainId }) => version !== 1 && chainId !== 137)) {
      const verdict = await verifyOrder(read(vector), exchangeOf(vector), vector.signerAddress)
      expect(verdict.kind, vector.id).to.equal('invalid')
    }
  })

  it('of the first version are refused by their shape', () => {
    for (const vector of orders.filter(({ version }) => version === 1)) {
      expect(parseOrderBody(JSON.parse(vector.bodyJson)), vector.id).to.have.property('refused')
    }
  })

  it('of logins are recognised on the live chain', async () => {
    for (const { headers, chainId } of logins) {
      const valid = await verifyLogin({
        address: headers.POLY_ADDRESS,
        timestamp: headers.POLY_TIMESTAMP,
        nonce: headers.POLY_NONCE,
        signature: headers.POLY_SIGNATURE,
      })
      expect(valid).to.equal(chainId === 137)
    }
  })
})
