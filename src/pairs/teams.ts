/** Leagues whose teams one venue names by city and the other by nickname. A row: city, nickname, further names. */
export type League = 'nfl' | 'nba' | 'mlb' | 'nhl'

const rows: Readonly<Record<League, string>> = {
  nfl: `arizona|cardinals;atlanta|falcons;baltimore|ravens;buffalo|bills;carolina|panthers;chicago|bears;cincinnati|bengals;
cleveland|browns;dallas|cowboys;denver|broncos;detroit|lions;green bay|packers;houston|texans;indianapolis|colts;
jacksonville|jaguars;kansas city|chiefs;las vegas|raiders;los angeles|chargers|los angeles c|la chargers;
los angeles|rams|los angeles r|la rams;miami|dolphins;minnesota|vikings;new england|patriots;new orleans|saints;
new york|giants|new york g|ny giants;new york|jets|new york j|ny jets;philadelphia|eagles;pittsburgh|steelers;
san francisco|49ers;seattle|seahawks;tampa bay|buccaneers;tennessee|titans;washington|commanders`,
  nba: `atlanta|hawks;boston|celtics;brooklyn|nets;charlotte|hornets;chicago|bulls;cleveland|cavaliers|cavs;dallas|mavericks|mavs;
denver|nuggets;detroit|pistons;golden state|warriors;houston|rockets;indiana|pacers;
los angeles|clippers|los angeles c|la clippers;los angeles|lakers|los angeles l|la lakers;memphis|grizzlies;miami|heat;
milwaukee|bucks;minnesota|timberwolves|wolves;new orleans|pelicans;new york|knicks;oklahoma city|thunder;orlando|magic;
philadelphia|76ers|sixers;phoenix|suns;portland|trail blazers|blazers;sacramento|kings;san antonio|spurs;toronto|raptors;
utah|jazz;washington|wizards`,
  mlb: `arizona|diamondbacks|d-backs;atlanta|braves;athletics|athletics|a's|oakland athletics|as;baltimore|orioles;
boston|red sox;chicago|cubs|chicago c;chicago|white sox|chicago ws|chicago w;cincinnati|reds;cleveland|guardians;colorado|rockies;
detroit|tigers;houston|astros;kansas city|royals;los angeles|angels|los angeles a|la angels;
los angeles|dodgers|los angeles d|la dodgers;miami|marlins;milwaukee|brewers;minnesota|twins;
new york|mets|new york m|ny mets;new york|yankees|new york y|ny yankees;philadelphia|phillies;pittsburgh|pirates;
san diego|padres;san francisco|giants;seattle|mariners;st. louis|cardinals|st louis;tampa bay|rays;texas|rangers;
toronto|blue jays;washington|nationals`,
  nhl: `anaheim|ducks|ana ducks;boston|bruins|bos bruins;buffalo|sabres|buf sabres;calgary|flames|cgy flames;
carolina|hurricanes|car hurricanes;chicago|blackhawks|chi blackhawks;colorado|avalanche|col avalanche;
columbus|blue jackets|cbj blue jackets;dallas|stars|dal stars;detroit|red wings|det red wings;edmonton|oilers|edm oilers;
florida|panthers|fla panthers;los angeles|kings|la kings;minnesota|wild|min wild;montreal|canadiens|mtl canadiens;
nashville|predators|nsh predators;new jersey|devils|nj devils;new york|islanders|new york i|ny islanders|nyi islanders;
new york|rangers|new york r|ny rangers|nyr rangers;ottawa|senators|ott senators;philadelphia|flyers|phi flyers;
pittsburgh|penguins|pit penguins;san jose|sharks|sj sharks;seattle|kraken|sea kraken;st. louis|blues|st louis|stl blues;
tampa bay|lightning|tb lightning;toronto|maple leafs|tor maple leafs;utah|mammoth|utah mammoth|uta mammoth;
vancouver|canucks|van canucks;vegas|golden knights|vgk golden knights|las vegas;washington|capitals|wsh capitals;
winnipeg|jets|wpg jets`,
}

/** Every name of a league's teams, to the team; null where two teams share the name. */
function namesOf(league: League): ReadonlyMap<string, string | null> {
  const names = new Map<string, string | null>()
  for (const row of rows[league].split(';')) {
    const [city = '', nickname = '', ...others] = row.replaceAll('\n', '').split('|')
    const team = `${league} ${city} ${nickname}`
    for (const name of [city, nickname, `${city} ${nickname}`, ...others].map(plainName)) {
      const known = names.get(name)
      names.set(name, known === undefined || known === team ? team : null)
    }
  }
  return names
}

const tables = new Map<League, ReadonlyMap<string, string | null>>()
export const leagues: readonly League[] = ['nfl', 'nba', 'mlb', 'nhl']

/** Whether a folded name is that of a team of the league, or of two of them. */
export function namesTeam(league: League, name: string): boolean {
  return tableOf(league).has(plainName(name))
}

/** The team of a league by any of its names, folded. Null when it is no team of the league, or could be two. */
export function teamOf(league: League, name: string): string | null {
  return tableOf(league).get(plainName(name)) ?? null
}

function tableOf(league: League): ReadonlyMap<string, string | null> {
  const table = tables.get(league) ?? namesOf(league)
  tables.set(league, table)
  return table
}

function plainName(name: string): string {
  return name
    .replace(/^the /, '')
    .replace(/ (?:pro|professional) \w+ team$/, '')
    .replaceAll('.', '')
    .trim()
}

/** The one league in which a name is a team's full name or nickname. A city alone tells no league. */
export function leagueOfTeam(name: string): League | null {
  const found = leagues.filter((league) => {
    const team = teamOf(league, name)
    return team !== null && name.split(' ').some((word) => team.endsWith(word))
  })
  return found.length === 1 ? (found[0] ?? null) : null
}
