import type { Calendar } from './calendar.ts'
import type { Topic } from './draft.ts'
import { basketball } from './topics/basketball.ts'
import { combos } from './topics/combos.ts'
import { commodities } from './topics/commodities.ts'
import { companies } from './topics/companies.ts'
import { crypto } from './topics/crypto.ts'
import { culture } from './topics/culture.ts'
import { elections } from './topics/elections.ts'
import { fed } from './topics/fed.ts'
import { football } from './topics/football.ts'
import { government } from './topics/government.ts'
import { inflation } from './topics/inflation.ts'
import { jobs } from './topics/jobs.ts'
import { science } from './topics/science.ts'
import { soccer } from './topics/soccer.ts'
import { tennis } from './topics/tennis.ts'
import { weather } from './topics/weather.ts'

/** A subject area and how its symbols look: a hint for finding a market without laying out the whole catalogue. */
export interface TopicSource {
  readonly hint: RegExp
  readonly layOut: (calendar: Calendar) => Topic
}

/** Append only: a topic's place is part of its markets' numbers. */
export const topicSources: readonly TopicSource[] = [
  { hint: /^(KXFED|fed-|will-the-fed-)/, layOut: fed },
  { hint: /^(KXCPI|cpi-|will-(annual|monthly)-inflation)/, layOut: inflation },
  { hint: /^(KXPAYROLLS|KXU3|will-(more-than|at-least)-\d+-jobs|will-the-unemployment)/, layOut: jobs },
  { hint: /^(KX(BTC|ETH|SOL)|(bitcoin|ethereum|solana)-above|will-bitcoin-)/, layOut: crypto },
  { hint: /^(KXHIGH|highest-temperature)/, layOut: weather },
  { hint: /^(KXNBA|nba-)/, layOut: basketball },
  { hint: /^(KXNFL|KXSB-|nfl-|will-the-.*-(win-super-bowl|win-their-conference|beat-the))/, layOut: football },
  { hint: /^(KX(EPL|UCL)|KXPREMIER|(epl|ucl)-|will-.*-top-4-of-the-epl)/, layOut: soccer },
  { hint: /^(KXAO|australian-open)/, layOut: tennis },
  {
    hint: /^(KX(UK|GER|CAN)PARLI|KX(PRES|HOUSE|SENATE|SPEAKER)|GOVPARTY|which-party|will-.*(most-seats|house-seats)|republicans-|.*-governor-|motion-)/,
    layOut: elections,
  },
  {
    hint: /^(KX(GOVSHUT|CRPASS|EOCOUNT|UNSC|EUJOIN|SCOTUS)|us-gov|continuing-|executive-|un-sec|eu-acc|supreme-)/,
    layOut: government,
  },
  {
    hint: /^(KX(OSCAR|OPENING|EUROVISION|TIME)|film-|oscars-|animated-|will-.*-eurovision|time-)/,
    layOut: culture,
  },
  {
    hint: /^(KX(LARGESTCO|INXY|TESLA|IPO|LISTED|SPLIT)|will-.*-largest-company|sp-500|tesla-|stripe-|canva-|nvidia-)/,
    layOut: companies,
  },
  {
    hint: /^(KX(STARSHIP|FALCON|QUAKE|GTEMP|GPT6|TOP500)|starship-|falcon-|successful-spacex|earthquake-|\d{4}-|gpt-6|next-top500)/,
    layOut: science,
  },
  { hint: /^(KX(AAAGASM|WTI|GOLD)|us-gas|wti-|gold-)/, layOut: commodities },
  { hint: /^(KXMVE|KXSCALAR)/, layOut: combos },
]
