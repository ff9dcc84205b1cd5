import { detail } from './report.ts'

/** Required by `npm run conformance`. */
detail.isFull = true
