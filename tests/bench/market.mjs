// People, offers and pools for the measurement of commitments, made over the public API.
import { Person } from '../../script/demo/client.js'
import { Days } from '../../script/demo/days.js'
import { atOnce } from './load.mjs'
import { signInAdministrator } from './servers.mjs'

const password = 'measure twice, cut once'
const activity = 'Groups: Sports and outdoor activities'
const pounds = (amount) => ({ pence: amount * 100, currency: 'GBP' })
const days = new Days()

export const sessions = 6
const poolsInOneRun = 4
const mostTries = 50
// Ten pounds a session and one for each child: six pounds for each of two families.
export const pencePerShare = 600

/** Asks again when the server is busy: nothing was written then. */
class Patient extends Person {
  async call(...request) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await super.call(...request)
      } catch (error) {
        if (attempt === mostTries || !error.message.includes(': 503 ')) throw error
        await new Promise((resolve) => setTimeout(resolve, 10 * attempt))
      }
    }
  }
}

/** One authority, with pairs of families whose plans are large enough for everything that comes. */
export class Market {
  static async make(url, pairs) {
    const market = new Market(url)
    await market.staff()
    market.pairs = []
    await atOnce(4, Array.from({ length: pairs }, (_, index) => index), async (_, index) => {
      market.pairs[index] = [await market.family(`a${index}`), await market.family(`b${index}`)]
    })
    return market
  }

  constructor(url) {
    this.url = url
    this.made = 0
  }

  async staff() {
    this.admin = await signInAdministrator(this.url)
    this.authority = (await this.admin.post('/v1/identity/authorities', { name: 'Bench', slug: 'bench' })).id
    for (const role of ['facilitator', 'commissioner']) {
      this[role] = await this.account(role, { authority: this.authority })
    }
    const path = `/v1/identity/authorities/${this.authority}/policy`
    const policy = await this.commissioner.get(path)
    await this.commissioner.put(path, {
      free_percent: 100, permission_required: false,
      spending_rules: [{ stream: 'short_breaks', category: '*', rule: 'allowed', reason: 'This is what it is for.' }],
    }, policy.version)
    const provider = await this.admin.post('/v1/catalogue/providers', { name: 'Bench Sports', kind: 'voluntary', authorities: [this.authority] })
    await this.commissioner.put(`/v1/catalogue/providers/${provider.id}/vetting`, { state: 'approved', note: 'Visited.' })
    this.provider = await this.account('provider', { provider: provider.id })
  }

  async account(role, more) {
    const email = `${role}@bench.example`
    await this.admin.post('/v1/identity/accounts', { role, name: role, email, password, ...more })
    return new Patient(this.url).signIn(email, password)
  }

  async family(name) {
    const parent = await new Patient(this.url).signUp(this.authority, `${name}@bench.example`, password, name)
    await parent.put('/v1/families/mine', {
      known_as: name,
      children: [{ nickname: 'Kit', birth_month: days.born(10, 5), needs: ['learning'], support_adults: 1, support_children: 2, wheelchair: false, behaviours: [] }],
      place: 'M33', slots: [{ weekday: 6, from_minute: 540, to_minute: 1080 }], interests: [{ activity_type: activity, weight: 5 }],
      max_miles: 10, mixing: 'either', with: [], not_with: [], looking: true, languages: [], needs_shared_language: false, not_with_behaviours: [],
    })
    const plan = await this.facilitator.post('/v1/payments/plans', {
      family: parent.account.family, starts: days.after(-30), ends: days.after(300), holder: 'managed',
      streams: [{ stream: 'short_breaks', amount: pounds(1_000_000) }],
    })
    await this.commissioner.call('POST', `/v1/payments/plans/${plan.id}/agreement`, {}, plan.version)
    return parent
  }

  async run() {
    const offer = await this.provider.post('/v1/catalogue/offers', {
      authorities: [this.authority], title: 'Swimming together', activity_type: activity, description: 'In the small pool.',
      age_min: 5, age_max: 18, needs_catered: ['learning', 'communication'], wheelchair_access: 'yes', staff_checks: 'known',
      staff_adults: 1, staff_children: 2, place: 'M33', minimum_children: 2, maximum_children: 8, minutes_per_session: 60,
      tiers: [{ from_children: 1, fixed: pounds(10), per_child: pounds(1), per_hour: pounds(0) }],
    })
    const run = await this.provider.post(`/v1/catalogue/offers/${offer.id}/runs`, {
      first_date: days.next(6), from_minute: 600, to_minute: 660, sessions, places: 2 * poolsInOneRun,
    })
    return { offer: offer.id, run: run.id }
  }

  /** Pools in which all but the last family have accepted; each with the last family's request. */
  async pools(count) {
    const places = []
    await atOnce(8, Array.from({ length: Math.ceil(count / poolsInOneRun) }), async (_, index) => {
      places[index] = await this.run()
    })
    const prepared = []
    await atOnce(8, Array.from({ length: count }), async (_, index) => {
      const [first, last] = this.pairs[this.made++ % this.pairs.length]
      const pool = await this.facilitator.post('/v1/pools', {
        ...places[Math.floor(index / poolsInOneRun)], families: [first.account.family, last.account.family], reasons: ['By hand.'],
      })
      const agreed = await this.facilitator.post(`/v1/pools/${pool.id}/agreement`, { notice_sessions: 1, ceiling_percent: 25, minimum_children: 2 })
      const accepted = { agreement_version: agreed.agreement.version }
      await first.post(`/v1/pools/${pool.id}/acceptances`, accepted)
      prepared[index] = { path: `/v1/pools/${pool.id}/acceptances`, cookie: last.cookie, body: accepted }
    })
    return prepared
  }

  /** Waits until no pool is being settled any more. */
  async settled() {
    const until = Date.now() + 120_000
    while ((await this.facilitator.get('/v1/pools?state=holding&limit=1')).items.length > 0) {
      if (Date.now() > until) throw new Error('Some pools are still holding after two minutes.')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async activePools() {
    return (await this.facilitator.all('/v1/pools?state=active&limit=100')).length
  }
}
