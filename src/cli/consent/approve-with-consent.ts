import { ToolkitError } from '../../domain/errors.ts'
import { pairName } from '../../domain/market.ts'
import { approvablePolarity, approvePair, type ReadPair } from '../../engine/markets/pairs.ts'
import type { Trading } from '../../engine/trading.ts'
import type { ApprovedPair, Polarity } from '../../pairs/approved-pair.ts'
import { askingOr, declined, type Prompter } from './prompt.ts'

/** Digits of the hash that have to be repeated where there is no terminal: enough that nobody hits them by chance. */
const CONFIRM_MIN = 12

export interface ApprovalWish {
  readonly polarity: Polarity | null
  readonly by: string
  /** The hash of the texts that were read, from a person or a script that shows them. */
  readonly confirm: string | null
}

/**
 * Shows both texts, asks a person, and journals the approval of exactly these texts. `--yes` does not agree to it: either a
 * person answers on a terminal, or the hash of what was read is repeated.
 * @throws ToolkitError (denied) when the texts say that the two differ; (usage) when nobody can be asked; (declined).
 */
export async function approveWithConsent(
  trading: Trading,
  pair: ReadPair,
  wish: ApprovalWish,
  show: () => Promise<void>,
  signal: AbortSignal,
): Promise<ApprovedPair> {
  await show()
  const polarity = approvablePolarity(pair, wish.polarity)
  const question = `Do these two pay alike in every case, ${polarity === 'same' ? 'YES as YES' : 'YES as NO'}?`
  const agreed = wish.confirm === null ? await prompterFor(pair).confirm(question, signal) : repeats(pair, wish.confirm)
  if (!agreed) throw declined('the pair was not approved.')
  return approvePair(trading, pair, { polarity, by: wish.by })
}

function prompterFor({ markets: [first, second], hash }: ReadPair): Prompter {
  return askingOr(
    () =>
      new ToolkitError({
        code: 'CONFIRMATION_NEEDED',
        category: 'usage',
        message:
          'Approving a pair needs a person, and there is no terminal to ask on. Nothing was approved. --yes does not agree to this.',
        facts: { hash },
        suggestions: [
          `crosstape pairs approve ${pairName([first.id, second.id])} --confirm ${hash.slice(0, CONFIRM_MIN)}`,
        ],
      }),
  )
}

/** @throws ToolkitError (usage) when the hash is another text's, or too short to be one. */
function repeats({ hash }: ReadPair, confirm: string): true {
  if (confirm.length >= CONFIRM_MIN && hash.startsWith(confirm.toLowerCase())) return true
  throw new ToolkitError({
    code: 'HASH_DIFFERS',
    category: 'usage',
    message: `--confirm ${confirm} is not the hash of the texts as they stand now. Nothing was approved. Read them again.`,
    facts: { hash },
  })
}
