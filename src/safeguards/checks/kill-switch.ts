import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

export const killSwitch: Check = (_intent, { halted }) =>
  halted === null ? [] : [deny('HALTED', { reason: halted.reason, since: halted.at })]
