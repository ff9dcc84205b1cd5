import { benchCapture } from './capture.ts'
import { benchStartup } from './startup.ts'
console.log(typeof benchCapture, typeof benchStartup)
