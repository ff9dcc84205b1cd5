import { benchCapture } from './capture.ts'
import { printRates } from './rates.ts'
import { printRatio, type Ratio } from './ratio.ts'
import { benchScenes, sceneRatios } from './scenes.ts'
import { benchSigning } from './signing.ts'
import { benchStartup as benchCommands } from './startup.ts'
import { benchAppend, benchStartup as benchLedger } from './store.ts'

/** Ratios against something measured in the same run. They are printed, never asserted: machines are shared and noisy. */

function captureRatios(bench: Awaited<ReturnType<typeof benchCapture>>): readonly Ratio[] {
  const { plainMs, recordingMs, replayMs, recordingOverheadMs, replayRatio } = bench
  return [
    {
      name: 'an order exchange recorded, over capture off (loopback)',
      ratio: recordingMs / plainMs,
      detail: `+${recordingOverheadMs.toFixed(2)} ms an order over ${plainMs.toFixed(2)} ms (aim: at most +0.8 ms)`,
      atMost: null,
    },
    {
      name: 'an exchange replayed, over plain axios on loopback',
      ratio: replayRatio,
      detail: `${replayMs.toFixed(2)} ms over ${plainMs.toFixed(2)} ms`,
      atMost: 1.0,
    },
  ]
}

for (const ratio of benchCommands()) printRatio(ratio)
for (const ratio of captureRatios(await benchCapture())) printRatio(ratio)
for (const ratio of sceneRatios(await benchScenes())) printRatio(ratio)
for (const ratio of await benchSigning()) printRatio(ratio)
printRatio(await benchAppend())
printRatio(await benchLedger())
printRates()
