#!/usr/bin/env -S node --import=tsx

// Runs the commands from their sources. `bin/run.js` runs the built ones.
import { execute } from '@oclif/core'
import { sourceOptions } from '../scripts/source-options.ts'

await execute({ loadOptions: await sourceOptions() })
