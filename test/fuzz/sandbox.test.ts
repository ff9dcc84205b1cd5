import { describeFuzzing } from './describe-fuzzing.ts'
import { sandboxDecoders } from './sandbox-decoders.ts'

describeFuzzing('what the sandbox is told and keeps', sandboxDecoders)
