/** Who may be named as judge. Words of courtesy around them are not compared. */
const judges: readonly (readonly [RegExp, string])[] = [
  [/\bassociated press\b|\bap\b/, 'ap'],
  [/\bfox news\b/, 'fox'],
  [/\bnbc\b/, 'nbc'],
  [/\bdecision desk\b/, 'decision desk'],
  [/\bcf benchmarks\b|\bbrti\b|\bethusd_rti\b|\bsolusd_rti\b|\b[a-z]{3,5}usd_rti\b/, 'cf benchmarks'],
  [/\bbinance\b/, 'binance'],
  [/\bcoinbase\b/, 'coinbase'],
  [/\bcoingecko\b/, 'coingecko'],
  [/\bcoinmarketcap\b/, 'coinmarketcap'],
  [/\btradingview\b/, 'tradingview'],
  [/\bpyth\b/, 'pyth'],
  [/\bchainlink\b(?! )/, 'chainlink'],
  [/\bnational weather service\b|\bnws\b/, 'nws'],
  [/\bweather underground\b|\bwunderground\b/, 'weather underground'],
  [/\baccuweather\b/, 'accuweather'],
  [/\bbureau of labor statistics\b|\bbls\b|\bemployment situation\b/, 'bls'],
  [/\bbureau of economic analysis\b|\bbea\b/, 'bea'],
  [/\baaa\b/, 'aaa'],
  [/\benergy information administration\b|\beia\b/, 'eia'],
  [/\bcomex\b/, 'comex'],
  [/\blbma\b/, 'lbma'],
  [/\bnymex\b/, 'nymex'],
  [/\bcme\b/, 'cme'],
  [/\bnielsen\b/, 'nielsen'],
  [/\bbox office mojo\b/, 'box office mojo'],
  [/\bthe numbers\b/, 'the numbers'],
  [/\bbloomberg\b/, 'bloomberg'],
  [/\bforbes\b/, 'forbes'],
  [/\bbillboard\b/, 'billboard'],
  [/\bspotify\b/, 'spotify'],
  [/\brotten tomatoes\b|\btomatometer\b/, 'rotten tomatoes'],
  [/\bmetacritic\b/, 'metacritic'],
  [/\bnasa\b|\bgistemp\b/, 'nasa'],
  [/\bcopernicus\b|\bera5\b/, 'copernicus'],
  [/\bnoaa\b/, 'noaa'],
  [/\bgeological survey\b|\busgs\b/, 'usgs'],
  [/\bvotehub\b/, 'votehub'],
  [/\bsilver bulletin\b/, 'silver bulletin'],
  [/\brealclear/, 'rcp'],
  [/\bfivethirtyeight\b|\b538\b/, '538'],
  [/\bgallup\b/, 'gallup'],
  [/\bcdc\b/, 'cdc'],
  [/\bopinion of the exchange\b/, 'exchange'],
]

export function judgesIn(text: string): readonly string[] {
  return judges.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)
}

const NAMES_SOURCE =
  /^resolution source: \S+$|^(?:the )?(?:primary |main )?resolution sources? (?:for this market |for this information )?(?:will be|is|are|will|be)\b|^this market will (?:resolve|be resolved) based (?:solely )?on (?:the )?(?:(?:election )?results?(?: of (?:the|this) election)?,? as indicated by )?(?:a )?consensus of credible reporting$|^(?:if there is|in (?:the )?case of) (?:[a-z]{3} )?ambiguity, this market will resolve (?:based )?(?:solely )?(?:based )?on the official (?:election )?results\b|^a consensus of credible reporting (?:may|will) also be used$|^settlement is based on\b|^(?:the )?final table (?:of [^.]{1,40} )?(?:decides|counts)$|^first place in the final table counts$/

/** Whether a sentence says who tells the result, and no more than that is read from it. */
export function namesSource(sentence: string): boolean {
  return NAMES_SOURCE.test(sentence)
}
