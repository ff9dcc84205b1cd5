import type { SecretNames } from '../../capture/foreign/environment-secrets.ts'
import type { ForeignService } from '../../capture/foreign/services.ts'
import { venueSettings } from '../../clients/index.ts'

/**
 * Every address under which a program may reach a venue: those of demo and live, the older ones that still answer, and
 * whatever the variables of this environment name, which come first.
 */
export function tapedServices(env: NodeJS.ProcessEnv): readonly ForeignService[] {
  return Object.values(venueSettings).flatMap(({ venue, urls }) =>
    urls.flatMap((setting) => {
      const alias = { venue, service: setting.name }
      const override = env[setting.env]
      const own = override !== undefined && URL.canParse(override) ? [override] : []
      return [
        ...own.map((baseUrl) => ({ ...alias, baseUrl, environment: env.CROSSTAPE_ENV ?? 'sandbox' })),
        ...(['demo', 'live'] as const).flatMap((environment) =>
          [setting.defaults[environment], ...(setting.also?.[environment] ?? [])].flatMap((baseUrl) =>
            baseUrl === null ? [] : [{ ...alias, baseUrl, environment }],
          ),
        ),
      ]
    }),
  )
}

/** Our own variables; those of other programs are known by the sound of their names. */
export function secretNames(): SecretNames {
  const credentials = Object.values(venueSettings).flatMap((settings) => settings.credentials)
  const named = (secret: boolean): ReadonlySet<string> =>
    new Set(credentials.filter((one) => one.secret === secret).map(({ env }) => env))
  return { secret: named(true), public: named(false) }
}
