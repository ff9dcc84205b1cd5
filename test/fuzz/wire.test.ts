import { wireDecoders } from './decoders.ts'
import { describeFuzzing } from './describe-fuzzing.ts'

describeFuzzing('what venues send', wireDecoders)
