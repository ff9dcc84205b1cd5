const states =
  'alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada new_hampshire new_jersey new_mexico new_york north_carolina north_dakota ohio oklahoma oregon pennsylvania rhode_island south_carolina south_dakota tennessee texas utah vermont virginia washington west_virginia wisconsin wyoming'
    .split(' ')
    .map((name) => name.replace('_', ' '))

const codes =
  'al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy'.split(
    ' ',
  )

const stateOfCode: ReadonlyMap<string, string> = new Map(codes.map((code, index) => [code, states[index] ?? code]))

/** Adjective and name of countries that hold elections of interest. */
const nations: Readonly<Record<string, string>> = {
  american: 'united states',
  us: 'united states',
  'u.s': 'united states',
  brazilian: 'brazil',
  french: 'france',
  german: 'germany',
  british: 'united kingdom',
  uk: 'united kingdom',
  canadian: 'canada',
  mexican: 'mexico',
  colombian: 'colombia',
  peruvian: 'peru',
  chilean: 'chile',
  argentine: 'argentina',
  bolivian: 'bolivia',
  romanian: 'romania',
  polish: 'poland',
  nigerian: 'nigeria',
  'south korean': 'south korea',
  japanese: 'japan',
  israeli: 'israel',
  italian: 'italy',
  spanish: 'spain',
  portuguese: 'portugal',
  dutch: 'netherlands',
  hungarian: 'hungary',
  czech: 'czech republic',
  turkish: 'turkey',
  russian: 'russia',
  ukrainian: 'ukraine',
  indian: 'india',
  philippine: 'philippines',
  australian: 'australia',
  irish: 'ireland',
  ecuadorian: 'ecuador',
  honduran: 'honduras',
  moldovan: 'moldova',
  bulgarian: 'bulgaria',
  'costa rican': 'costa rica',
  ugandan: 'uganda',
  armenian: 'armenia',
  ethiopian: 'ethiopia',
  zambian: 'zambia',
  swedish: 'sweden',
  danish: 'denmark',
  norwegian: 'norway',
  taiwanese: 'taiwan',
  venezuelan: 'venezuela',
  iranian: 'iran',
  iraqi: 'iraq',
}
const countries = [...new Set(Object.values(nations))]

/** `ky-4`, the fourth congressional district of Kentucky, in any spelling that both venues use. */
export function districtIn(text: string): string | null {
  const short = /\b([a-z]{2})-(\d{1,2})\b/.exec(text)
  if (short !== null && stateOfCode.has(short[1] ?? '')) return `${short[1]}-${Number(short[2])}`
  const long = /\b([a-z]+(?: [a-z]+)?)(?:'s|s')? (\d{1,2})(?:st|nd|rd|th)(?: congressional)? district\b/.exec(text)
  const state = long === null ? undefined : states.findIndex((name) => (long[1] ?? '').endsWith(name))
  return long === null || state === undefined || state < 0 ? null : `${codes[state]}-${Number(long[2])}`
}

const nationOf: ReadonlyMap<string, string> = new Map([
  ...countries.map((country): [string, string] => [country, country]),
  ...Object.entries(nations),
])
/** The longest name first, so that West Virginia is not Virginia. */
const PLACE = new RegExp(
  `\\b(?:${[...states, ...nationOf.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace('.', '\\.'))
    .join('|')})\\b`,
  'g',
)

/** The state or country of an election. Null when none is named, or two. */
export function placeIn(text: string): string | null {
  const plain = text.replace(/\bwashington,? d\.?c\.?/g, 'the capital')
  const found = new Set([...plain.matchAll(PLACE)].map(([name]) => nationOf.get(name) ?? name))
  // The nation is named beside its state: the state is the narrower place.
  const narrow = [...found].filter((place) => place !== 'united states')
  if (narrow.length === 1) return narrow[0] ?? null
  return narrow.length === 0 && found.has('united states') ? 'united states' : null
}

/** A text without the places in it that elections are held in. */
export function withoutPlaces(text: string): string {
  return text.replaceAll(PLACE, ' ').replaceAll(/\b[a-z]{2}-\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)\b/g, ' ')
}
