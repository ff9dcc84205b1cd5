import { parseQuantity } from '../../domain/amounts.ts'
import type { PreviewJson } from '../json/preview-json.ts'
import { type Document, fields, text } from './document.ts'
import { dollars } from './dollars.ts'
import { orderPhrase } from './order-text.ts'

export function previewView(preview: PreviewJson): Document {
  const { environment, limits } = preview
  return [
    text(`${environment === 'live' ? 'LIVE' : environment}: ${orderPhrase(preview)}`),
    fields([
      ['market', preview.title],
      ...(preview.expiresAt === null ? [] : [['until', preview.expiresAt] as const]),
      ...costLines(preview),
      ...provisionalLines(preview),
      ['in the book now', expectation(preview)],
      [
        'limits',
        `order ${dollars(limits.maxNotional)}, exposure ${dollars(limits.exposure)}${provisionalPart(limits.provisional)} of ${dollars(limits.maxExposure)}`,
      ],
      ...preview.addresses.map(({ name, url, source }) => ['address', `${name} ${url} (${source})`] as const),
    ]),
  ]
}

function provisionalPart(provisional: string): string {
  return provisional === '0' ? '' : ` (${dollars(provisional)} of it in provisional fills)`
}

function provisionalLines({ soldBeforeFinal }: PreviewJson): readonly (readonly [string, string])[] {
  if (soldBeforeFinal === '0') return []
  return [
    [
      'note',
      `${soldBeforeFinal} of it were bought in matches that are not final: the venue may refuse to sell them yet`,
    ],
  ]
}

function costLines({ side, worstCost, worstFee }: PreviewJson): readonly (readonly [string, string])[] {
  if (worstCost === null) return []
  // A sale of more than is held opens the other outcome, which costs like any purchase.
  if (side === 'sell' && worstCost === worstFee) return [['fees at most', dollars(worstFee)]]
  if (side === 'sell')
    return [
      ['costs at most', `${dollars(worstCost)}, since it sells more than is held, of which fees ${dollars(worstFee)}`],
    ]
  return [['costs at most', `${dollars(worstCost)}, of which fees ${dollars(worstFee)}`]]
}

function expectation({ expected, quantity, price }: PreviewJson): string {
  if (expected.averagePrice === null) return `nothing fills at ${dollars(price)} or better`
  const at = `would fill at ${dollars(expected.averagePrice)} on average`
  return parseQuantity(expected.quantity) > parseQuantity(quantity)
    ? `${expected.quantity} ${at}: more than ${quantity}, since an immediate order spends the whole sum here`
    : `${expected.quantity} of ${quantity} ${at}`
}
