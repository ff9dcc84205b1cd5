/** What `bin/run.js` runs, from the bundle. */
export { execute } from '@oclif/core'
