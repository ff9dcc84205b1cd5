import { Flags } from '@oclif/core'

/** How recordings are put together. */
export const composeFlags = {
  by: Flags.option({ options: ['venue', 'sequence'] as const })({
    default: 'venue',
    description: 'side by side, each venue from the recordings of it, or one after the other',
  }),
  pair: Flags.boolean({
    default: false,
    description:
      'the first order of each of the first two becomes a leg of one trade; the others answer what unwinding sells',
  }),
  splice: Flags.string({
    multiple: true,
    helpValue: 'SESSION/SEQ=SESSION/SEQ',
    description: 'let an exchange of a recording end as one of another did, e.g. with its timeout (may be repeated)',
  }),
}
