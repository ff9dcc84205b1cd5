import { expect } from 'chai'
import { parseMoney } from '../../../src/domain/amounts.ts'
import { kalshiBench } from '../support/kalshi-http.ts'
import { Venue } from './support.ts'

const funder = '0x5e1f0000000000000000000000000000000000A1'

describe('polymarket sandbox: further wallets of the signer', () => {
  for (const signatureType of [1, 2, 3] as const) {
    it(`trade with signature type ${signatureType} and cash of their own once they are opened`, async () => {
      const venue = await Venue.open()
      try {
        const market = venue.find(
          ({ yesLabel }, { version, tickSize }) => version === 'v1' && tickSize === '0.01' && yesLabel === 'Yes',
        )
        venue.setBook(market, [], [['0.45', '20']])
        const order = { market, makerAmount: '4500000', takerAmount: '10000000', signatureType, maker: funder }
        const early = await venue.place(order)
        expect(early.status).to.equal(400)
        venue.host.openWallet(signatureType, funder, '500')
        const { status, orderId } = await venue.place(order)
        expect(status).to.equal(200)
        const placed = await venue.call('GET', `/data/order/${orderId}`)
        expect(placed.json).to.include({ maker_address: funder, size_matched: '10' })
        expect(venue.cash()).to.equal(parseMoney('10000'))
        const account = `polymarket-wallet-${signatureType}-${funder}`
        expect(Number(venue.cash(account))).to.be.within(495_000_000, 495_500_000)
        const positions = await venue.get('data', `/v2/positions?user=${funder}`)
        expect(positions.json.data).to.have.length(1)
      } finally {
        await venue.close()
      }
    })
  }

  it('are opened through the control interface, which says what it does not understand', async () => {
    const bench = await kalshiBench()
    try {
      const opened = await bench.control('POST', '/wallets', { signatureType: 2, funder, cash: '25.5' })
      expect(opened.body).to.deep.equal({ signatureType: 2, funder })
      expect((await bench.control('GET', '/accounts')).body.accounts).to.deep.include({
        account: `polymarket-wallet-2-${funder}`,
        venue: 'polymarket',
        cash: { pusd: '25.5' },
        available: { pusd: '25.5' },
        positions: [],
        orders: [],
        fills: [],
      })
      for (const wrong of [
        { signatureType: 0, funder },
        { signatureType: 1 },
        { signatureType: 1, funder, cash: '-1' },
      ]) {
        expect((await bench.control('POST', '/wallets', wrong)).status).to.equal(400)
      }
      // The venue derives one wallet of each type from a signer.
      const second = { signatureType: 2, funder: `0x${'b'.repeat(40)}` }
      expect((await bench.control('POST', '/wallets', second)).status).to.equal(400)
    } finally {
      await bench.close()
    }
  })
})
