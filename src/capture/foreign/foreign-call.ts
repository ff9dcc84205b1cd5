import { TapedRequest } from '../record/tape-call.ts'

/** One request of a foreign program that is on the tape. */
export class ForeignCall extends TapedRequest {
  /** Put on the tape already: what comes later, such as an abort after the answer, changes nothing. */
  isRecorded = false
}
