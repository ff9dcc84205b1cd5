#!/usr/bin/env -S node --import=tsx

// Runs the commands from their sources. `bin/run.js` runs the built ones.
const { execute } = require('@oclif/core')

import('../scripts/source-options.ts').then(async ({ sourceOptions }) =>
  execute({ loadOptions: await sourceOptions() }),
)
