import { localDecoders } from './decoders.ts'
import { describeFuzzing } from './describe-fuzzing.ts'

describeFuzzing('what the disk and people hold', localDecoders)
