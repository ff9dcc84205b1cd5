import { benchCapture } from './capture.ts'
import { benchDetection, printDecisions } from './detection.ts'
import { printMatching } from './matching.ts'
import { printRates } from './rates.ts'
import { printRatio } from './ratio.ts'
import { benchScenes, sceneRatios } from './scenes.ts'
import { benchSigning } from './signing.ts'
import { benchStartup as benchCommands } from './startup.ts'
import { benchAppend, benchStartup as benchLedger } from './store.ts'
import { benchWire } from './wire.ts'

/** Ratios against something measured in the same run. They are printed, never asserted: machines are shared and noisy. */

for (const ratio of benchCommands()) printRatio(ratio)
for (const ratio of await benchCapture()) printRatio(ratio)
for (const ratio of sceneRatios(await benchScenes())) printRatio(ratio)
for (const ratio of await benchSigning()) printRatio(ratio)
printRatio(await benchAppend())
printRatio(await benchLedger())
for (const ratio of await benchDetection()) printRatio(ratio)
printDecisions()
for (const ratio of await benchWire()) printRatio(ratio)
printRates()
printMatching()
