import { questionWords } from './idle-sentences.ts'

/**
 * Words in which a rule for a special case is told. A word beyond these and the question's own may be a condition of its own,
 * and a rule is not read with a part of it.
 */
export const TELLING = questionWords([
  'a an the of in at on to by for from with as if or and not no it its this that these those there any all each every who whose which where when than then so per within without until till before after during ' +
    'event case time times timeframe date period market markets contract resolve resolves resolution result results outcome outcomes yes other otherwise following instead immediately also however may will would ' +
    'tie ties tied tying tiebreak tiebreaker tiebreakers tiebreaking break breaks breaking broken draw draws drawn level equal equally exact exactly dead heat joint jointly share shares shared multiple two three more many both same record ' +
    'winner winners winning win wins won single champion place places first second third last top position positions points alphabetical alphabetically order name names surname surnames listed english language come comes ' +
    'determined determine determines decided decide decides according accordance based official officially officials rule rules procedure procedures mechanism jurisdiction prevail prevails prevails favor greater greatest most fewer number head group ' +
    'payout payouts split splits divided proportional participant participants half fair price prices last-traded 50 1 ' +
    'cancel cancels canceled cancelled cancellation postpone postponed postponement postpones abandon abandoned suspended reschedule rescheduled delay delayed forfeit forfeited forfeits permanently definitively complete completed completes conclude concluded concludes ' +
    'conclusion finish finished finishes hold held play played start started begin begun take takes taken occur occurs occurred declare declared announce announced known confirmed award awarded called call calls havent isnt hasnt doesnt arent been yet make made up ' +
    'open remain remains stay close closes extended extend keep keeps leave leaves original originally scheduled schedule new next current latest sooner earlier later maximum further out out-of whichever two-week week weeks day days month months year years hour hours january ' +
    'contest game games match matches fight bout fighter fighters race races election elections vote votes voting primary primaries general nominee nomination candidate candidates party parties individual individuals gubernatorial senate senatorial house ' +
    'tournament competition league season series final finals ceremony finale matchup award prize medalist medalists finalist finalists team teams club clubs side sides player players driver drivers golfer golfers country countries entry song film ' +
    "champions championship conference division cup republican democratic party's president presidential governor mayor " +
    'overtime extra penalty penalties shootout shootouts shoot-out minutes ninety 90 regulation stoppage injury innings score scores counted count counts included includes include including excluded considered ' +
    'replace replaced replacement disqualified disqualification disqualifications strip stripped withdraw withdrawn withdraws change changes affect effect publication published classification standings ' +
    'source sources agency agencies state inaugurated inauguration certified certification certify figure figures data information release released releases report reported available previous recent federal government shutdown caused impacting reliability underlying statement meeting bracket rate maintained maintains ' +
    'entirely make-up pays pay paid settled left ones lowest title table loss walkover walkovers retirement retires retired retire 0.50 four five six seven eight nine ten eleven twelve thirteen fourteen about between ' +
    'does changed end ends ended highest appear appears appeared used use reason over away specified quarter quarters currently regarding ebu round rounded relevant beginning strike federal bls bracket nearest up multiple multiples basis points bps 25 step belongs exceeds displayed options expressed level larger',
  'federal funds',
  'the fed may',
  'consumer price index',
])
