import { editionInSymbol } from './contests.ts'
import { problem, type Question, type ReadContract, readAs } from './contract.ts'
import { compareNames, nameOf, partyOf } from './names.ts'
import { districtIn, placeIn, withoutPlaces } from './places.ts'
import { cutAt, wordsOf } from './text.ts'
import { takeWindow } from './windows.ts'

interface SeatText {
  readonly stage: 'nomination' | 'election'
  readonly office: string | null
  readonly place: string | null
  readonly party: string | null
  readonly years: readonly number[]
  /** Years in which the term begins: that of the vote, or the one after it. */
  readonly terms: readonly number[]
  readonly subject: string | null
  readonly inaugurated: boolean
  readonly accepts: boolean
  readonly special: boolean
  /** Words that nothing of the above accounts for. */
  readonly more: readonly string[]
}

/** Questions about an office that ask for something else than who gets it. */
const OTHER_QUESTION =
  /\b(?:first round|second place|second round|runner-up|run-?off|on the ballot|ballot|margin|popular vote|electoral|turnout|ticket|running mate|vice[- ]presiden|qualify|announce|announces|drop out|withdraw|endorse|seats|percent|%|how many|most votes|control|majority|balance of power|resign|impeach|leave|out as|approval|poll|odds|both|and .{1,60} (?:be|win)|sweep|flip|recall|speaker|leader|secretary|by \d|vote share|debate|finish|confirmed|appointed|attorney general|lieutenant|state (?:senate|house|assembly|representative|senator)|legislat(?:ure|ive)|assembly|council|comptroller|treasurer|supreme court|county|sheriff)\b/

const NOMINATION = /\bnomin(?:ee|ation|ated|ees)\b|\bprimary\b/
const ELECTION =
  /\b(?:election|elected|race|governorship|presidency|senate seat|house seat|inaugurated|sworn in)\b|\bas (?:the )?(?:president|governor|mayor)\b|\bwins? (?:the )?(?:governor|presidency)/

/** "Wins and takes office" asks for two things: it is not read as if it asked for one. */
function hasSecondCondition(text: string): boolean {
  const plain = text.replace(
    /\b(?:wins?|win) and accepts?\b|\bsecond round or run-?off\b|\bassociated press, fox news and nbc\b/g,
    '',
  )
  return /\b(?:and|or|but|unless|except|provided|without)\b/.test(plain)
}

function officeIn(text: string): string | null {
  if (/\bvice[- ]president/.test(text)) return null
  if (/\bsenat(?:e|or|orial)\b/.test(text)) return 'senate'
  if (/\bgovernor(?:ship)?\b|\bgubernatorial\b/.test(text)) return 'governor'
  if (/\bmayor(?:al|alty|oral)?\b/.test(text)) return 'mayor'
  if (/\bhouse\b|\bcongressional district\b/.test(text) || districtIn(text) !== null) return 'house'
  return /\bpresiden(?:t|cy|tial)\b/.test(text) ? 'president' : null
}

/** Words in which a text says that somebody gets an office, and no more. */
const PLAIN = new Set(
  (
    'a an the of in at on for to by from with and or as his her their its it this that who which what whoever one will would be is has have been if after following next pursuant ' +
    'senate senator senators senatorial us seat governor governors governorship gubernatorial president presidents presidency presidential mayor mayors mayoral mayoralty house member representative ' +
    'representatives congress congressional district state class i ii iii federal national office election elections electoral elect elected race vote result winner win wins won become becomes ' +
    'named declared officially called nominee nominees nomination nominations nominated primary primaries party partys candidate republican republicans gop democrat democrats ' +
    'democratic democratics libertarian libertarians inaugurated inauguration sworn oath takes accept accepts term terms beginning begins begin starting contest contests general special hold held ' +
    'scheduled take place midterm midterms overall including included any potential second round runoff run off listed named individual person associated press fox news nbc each call calls projects'
  ).split(' '),
)

/** What is left of a text besides the office, its place and its time. */
function moreIn(text: string): readonly string[] {
  const dateless = takeWindow(text, null).rest.replace(/\b20\d\d\b/g, ' ')
  return wordsOf(withoutPlaces(dateless).replaceAll('-', ' ')).filter((word) => !PLAIN.has(word))
}

const SUBJECT_ENDS = [
  ' wins and accepts ',
  ' win and accept ',
  ' has won ',
  ' is elected ',
  ' be elected ',
  ' wins ',
  ' win ',
  ' be the ',
  ' is the ',
  ' is inaugurated ',
  ' be inaugurated ',
]

function seatIn(text: string, listed: boolean): SeatText | null {
  const question = text.replace(/^(?:will|wil) /, '').replace(/[?.]+$/, '')
  if (
    OTHER_QUESTION.test(
      question.replace(
        /\bincluding (?:a|any) (?:potential )?(?:run-?off|second round)[^,.]{0,40}|,? ?run-?off included,?/g,
        '',
      ),
    )
  )
    return null
  if (hasSecondCondition(question)) return null
  const nomination = NOMINATION.test(question)
  if (!nomination && !ELECTION.test(question)) return null
  const cut = listed ? null : cutAt(question, SUBJECT_ENDS)
  const about = cut === null ? question : cut.after
  const party = partyIn(about)
  const years = [...about.matchAll(/\b(20\d\d)\b/g)].map((match) => Number(match[1]))
  return {
    stage: nomination ? 'nomination' : 'election',
    office: officeIn(about) ?? officeIn(question),
    place: districtIn(about) ?? cityIn(about) ?? placeIn(about),
    party: nomination ? party : null,
    years: termYears(about, years),
    terms: years.filter((year) => !termYears(about, years).includes(year)),
    subject: subjectOf(cut?.before ?? null) ?? (cut === null && !nomination ? partyIn(about) : null),
    inaugurated: /\binaugurated\b|\bsworn in\b|\boath\b/.test(question),
    accepts: /\baccepts?\b/.test(question),
    special: /\bspecial\b/.test(question),
    more: moreIn(about),
  }
}

function partyIn(text: string): string | null {
  if (/\brepublican|\bgop\b/.test(text)) return 'republican party'
  if (/\bdemocrat/.test(text)) return 'democratic party'
  return /\blibertarian/.test(text) ? 'libertarian party' : null
}

/** A term is named by the day on which it begins, which is not the year of the vote. */
function termYears(text: string, years: readonly number[]): readonly number[] {
  return /\bterm (?:beginning|that begins|starting)\b/.test(text) ? [] : years
}

function cityIn(text: string): string | null {
  const city =
    /\b(?:mayor of|mayoral (?:election|race|primary) in) ([a-z .]{2,30}?)(?: in\b| 20|$|,)/.exec(text) ??
    /\b(new york city|nyc|los angeles|chicago|seoul|london)\b/.exec(text)
  const name = city?.[1]?.trim() ?? null
  return name === 'nyc' ? 'new york city' : name
}

function subjectOf(text: string | null): string | null {
  if (text === null || text === '' || /^(?:the |this )?(?:listed|named|who\b|which\b)/.test(text)) return null
  return text.replace(/^(?:the |a (?:member|representative) of the )/, '')
}

export function readSeat(question: Question): ReadContract | null {
  const fromTitle = seatIn(question.title, false)
  const claimed = question.claims.map((claim) => ({
    text: claim.text,
    seat: claimedSeat(claim.text, claim.kind === 'listed'),
  }))
  const all = [
    ...claimed.flatMap(({ seat }) => (seat === null ? [] : [seat])),
    ...(fromTitle === null ? [] : [fromTitle]),
  ]
  const main = all.find(({ office }) => office !== null)
  if (main === undefined || main.office === null) return null
  if (fromTitle === null && OTHER_QUESTION.test(question.title)) return null
  const clash = all.find(
    (seat) =>
      (seat.office !== null && seat.office !== main.office) ||
      seat.stage !== main.stage ||
      (seat.party !== null && all.some(({ party }) => party !== null && party !== seat.party)) ||
      all.some(({ place }) => !fits(place, seat.place)),
  )
  if (clash !== undefined) return problem('its title and its rules name different offices, places, parties or stages')
  const years = new Set(all.flatMap((seat) => seat.years))
  if (years.size > 1) return problem('it names two election years')
  const vote = [...years][0] ?? editionInSymbol(question.symbol)
  if (vote !== null && all.some(({ terms }) => terms.some((year) => year < vote || year > vote + 1)))
    return problem('it names a term that its election does not fill')
  const label = question.label === '' || question.label.startsWith(':') ? [] : [question.label]
  const named: readonly string[] = [...all.flatMap(({ subject }) => (subject === null ? [] : [subject])), ...label]
  const subjects = named.map((name) => nameOf(name, null))
  const [subject] = subjects
  if (subject === undefined) return null
  const votes = yearsOfVotes(question.sentences)
  const parties = new Set(subjects.map(partyOf).filter((party) => party !== null))
  if (parties.size > 1) return problem('its title and its rules name different parties')
  const people = subjects.filter((name) => partyOf(name) === null)
  if (people.some((name) => compareNames(people[0] ?? name, name) === 'different'))
    return problem('its title and its rules name different people')
  const names = wordsOf([...named, ...all.map((seat) => seat.place ?? '')].join(' ').replaceAll('-', ' '))
  const titled = fromTitle?.more ?? moreIn(question.title)
  const claimedTexts = question.claims.map(({ text }) => text)
  /** Whether a text says more than who gets which office, and more than other texts that are read. */
  const says = (more: readonly string[], others: readonly string[] = []): boolean => {
    const known = new Set([...names, ...others.flatMap((text) => wordsOf(text.replaceAll('-', ' ')))])
    return more.some((word) => !known.has(word))
  }
  const place = all.map((seat) => seat.place).find((each) => each !== null && each !== 'united states') ?? null
  const party = all.map((seat) => seat.party).find((each) => each !== null) ?? null
  return readAs(
    {
      kind: 'seat',
      stage: main.stage,
      office: main.office,
      place:
        place ??
        (main.office === 'president' &&
        (party !== null || partyOf(subject) !== null || all.some((seat) => seat.place === 'united states'))
          ? 'united states'
          : null),
      party,
      subject,
      year: [...years][0] ?? (votes.size === 1 ? ([...votes][0] ?? null) : editionInSymbol(question.symbol)),
      by: all.some(({ inaugurated }) => inaugurated) ? 'inaugurated' : 'vote',
      accepts: all.some(({ accepts }) => accepts),
      special: all.some(({ special }) => special),
    },
    [
      ...claimed.flatMap(({ text, seat }) => ((seat === null ? !restates(text) : says(seat.more)) ? [text] : [])),
      ...(says(titled, claimedTexts) ? [question.title] : []),
    ],
  )
}

/** The year of the vote where only a sentence beside the claim names it. */
function yearsOfVotes(sentences: readonly string[]): ReadonlySet<number> {
  const years = sentences.flatMap((sentence) => {
    const year = /\b(20\d\d) [a-z ]{0,60}\b(?:primary|election)\b/.exec(sentence)?.[1]
    return year === undefined ? [] : [Number(year)]
  })
  return new Set(years)
}

/** "Wins this election" says nothing of its own. */
function restates(text: string): boolean {
  return /^wins (?:this|the) (?:election|race|primary)$/.test(text)
}

function claimedSeat(text: string, listed: boolean): SeatText | null {
  const called = /\bcalls? the (.{1,120}?) for (?:the )?(?:nominee of the )?([a-z -]{1,40}?)(?: nominee| party)?$/.exec(
    text,
  )
  if (called === null) return seatIn(text, listed)
  return seatIn(`${called[2]} wins ${called[1]}`, false)
}

/** A state lies in its nation: where one text names the nation alone, they agree. */
function fits(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b || a === 'united states' || b === 'united states'
}
