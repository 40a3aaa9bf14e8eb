// The demo, step by step, each as the person who would do it.
import { Person } from './client.js'
import { missing, plymouthThreads, traffordThreads } from './conversations.js'
import { Days } from './days.js'
import { plymouth, trafford } from './families.js'
import { offers, providers } from './offers.js'
import { Random } from './random.js'

const password = 'short breaks demo 2026'
const address = (start) => `${start}@demo.example`
const pounds = (amount) => ({ pence: Math.round(amount) * 100, currency: 'GBP' })

export async function makeDemo(url, adminEmail, adminPassword) {
  const demo = new Demo(url)
  await demo.begin(adminEmail, adminPassword)
  await demo.staff()
  await demo.policies()
  await demo.market()
  await demo.families('Trafford', trafford)
  await demo.families('Plymouth', plymouth)
  await demo.talk()
  await demo.pools()
  await demo.bankDetails()
  await demo.search()
  return demo.summary()
}

class Demo {
  constructor(url) {
    this.url = url
    this.days = new Days()
    this.random = new Random(2026)
    this.people = new Map()
    this.accounts = []
    this.offerOf = new Map()
    this.poolOf = {}
  }

  person(start) {
    const found = this.people.get(start)
    if (!found) throw new Error(`nobody signs in as ${start}`)
    return found
  }
  remember(start, person, place) {
    this.people.set(start, person)
    this.accounts.push({ role: person.account.role, place, email: person.account.email, name: person.account.name })
  }

  async begin(email, adminPassword) {
    this.admin = await new Person(this.url).signIn(email, adminPassword)
    const known = await this.admin.all('/v1/identity/authorities')
    this.authority = {}
    for (const name of ['Trafford', 'Plymouth']) {
      const found = known.find((each) => each.name === name) ??
        (await this.admin.post('/v1/identity/authorities', { name, slug: name.toLowerCase() }))
      this.authority[name] = found.id
    }
  }

  async makeAccount(start, name, role, place, more) {
    await this.admin.post('/v1/identity/accounts', { role, name, email: address(start), password, ...more })
    this.remember(start, await new Person(this.url).signIn(address(start), password), place)
  }

  async staff() {
    const of = (place) => ({ authority: this.authority[place] })
    await this.makeAccount('facilitator', 'Ruth', 'facilitator', 'Trafford', of('Trafford'))
    await this.makeAccount('commissioner', 'Gareth', 'commissioner', 'Trafford', of('Trafford'))
    await this.makeAccount('commissioner2', 'Amina', 'commissioner', 'Trafford', of('Trafford'))
    await this.makeAccount('facilitator.plymouth', 'Tamsin', 'facilitator', 'Plymouth', of('Plymouth'))
    await this.makeAccount('commissioner.plymouth', 'Nigel', 'commissioner', 'Plymouth', of('Plymouth'))
    this.accounts.push({ role: 'administrator', place: '', email: this.admin.account.email, name: this.admin.account.name })
  }

  /** Trafford lets families pool 30 % without asking and more by permission; Plymouth asks each family. */
  async policies() {
    const rule = (stream, decision, reason) => ({ stream, category: '*', rule: decision, reason })
    for (const [start, free] of [['commissioner', 30], ['commissioner.plymouth', 0]]) {
      const commissioner = this.person(start)
      const path = `/v1/identity/authorities/${commissioner.account.authority}/policy`
      const policy = await commissioner.get(path)
      await commissioner.put(path, {
        free_percent: free,
        permission_required: true,
        ras_threshold_points: 150,
        spending_rules: [
          rule('short_breaks', 'allowed', 'This is what it is for.'),
          rule('social_care', 'allowed', 'Where the activity supports the child.'),
          rule('own_money', 'allowed', 'Your own money is yours to spend.'),
          rule('education_transport', 'not_allowed', 'Paid by attendance at school; it cannot go elsewhere.'),
          rule('equipment', 'ask', 'Only the standard item; ask us about more.'),
        ],
      }, policy.version)
    }
  }

  async market() {
    this.providerOf = new Map()
    for (const each of providers) {
      const authorities = each.places.map((place) => this.authority[place])
      const made = await this.admin.post('/v1/catalogue/providers', { name: each.name, kind: each.kind, authorities })
      this.providerOf.set(each.key, each)
      await this.makeAccount(each.email, each.person, 'provider', each.places[0], { provider: made.id })
      const commissioner = this.person(each.places[0] === 'Plymouth' ? 'commissioner.plymouth' : 'commissioner')
      await commissioner.put(`/v1/catalogue/providers/${made.id}/vetting`, { state: each.vetting, note: each.note })
    }
    for (const { key, provider, places, input, runs } of offers) {
      const seller = this.person(this.providerOf.get(provider).email)
      const offer = await seller.post('/v1/catalogue/offers', { authorities: places.map((place) => this.authority[place]), ...input })
      const made = []
      for (const [weekday, from_minute, sessions, room] of runs) {
        const first_date = weekday === 0 ? this.days.after(0) : this.days.next(weekday)
        made.push(await seller.post(`/v1/catalogue/offers/${offer.id}/runs`, {
          first_date, from_minute, to_minute: from_minute + input.minutes_per_session, sessions, places: room,
        }))
      }
      this.offerOf.set(key, { id: offer.id, title: offer.title, runs: made.map((run) => run.id) })
    }
  }

  async families(place, list) {
    for (const each of list) {
      const parent = await new Person(this.url).signUp(this.authority[place], address(each.email), password, each.parent)
      this.remember(each.email, parent, place)
      await parent.put('/v1/families/mine', {
        known_as: each.parent,
        children: each.children.map((child) => {
          const [support_adults, support_children] = child.ratio.split(':').map(Number)
          return {
            nickname: child.nickname, birth_month: this.days.born(child.age, child.month), needs: child.needs,
            support_adults, support_children, wheelchair: child.wheelchair, behaviours: child.behaviours,
          }
        }),
        place: each.place,
        slots: each.slots,
        interests: each.interests.map(([activity_type, weight]) => ({ activity_type, weight })),
        max_miles: each.max_miles, mixing: each.mixing, with: [], not_with: [], looking: each.looking,
        languages: each.languages ?? ['en'], needs_shared_language: each.needs_shared_language ?? false, not_with_behaviours: each.not_with_behaviours ?? [],
      })
      await this.plan(place, parent.account.family, each)
    }
  }

  /** A budget of a year: skewed, between 1,500 and 12,000 pounds, most of it for short breaks. */
  async plan(place, family, { median }) {
    const total = Math.min(12_000, Math.max(1_500, Math.round(this.random.lognormal(median, 0.6) / 50) * 50))
    const shortBreaks = Math.round((total * (0.5 + 0.2 * this.random.next())) / 10) * 10
    const streams = [{ stream: 'short_breaks', amount: pounds(shortBreaks) }]
    const rest = total - shortBreaks
    const third = this.random.next() < 0.4 ? Math.round((rest * 0.3) / 10) * 10 : 0
    // In Plymouth social care pays in two instalments.
    const later = place === 'Plymouth' ? Math.floor((rest - third) / 2) : 0
    streams.push({ stream: 'social_care', amount: pounds(rest - third - later) })
    if (later) streams.push({ stream: 'social_care', amount: pounds(later), from: `${this.days.year.starts.slice(0, 4)}-10-01` })
    if (third) streams.push({ stream: this.random.next() < 0.5 ? 'health' : 'education_transport', amount: pounds(third) })
    const suffix = place === 'Plymouth' ? '.plymouth' : ''
    const plan = await this.person(`facilitator${suffix}`).post('/v1/payments/plans', {
      family, ...this.days.year, streams, holder: this.random.next() < 0.5 ? 'managed' : 'direct_payment',
    })
    const commissioner = this.person(`commissioner${suffix}`)
    await commissioner.call('POST', `/v1/payments/plans/${plan.id}/agreement`, {}, plan.version)
    if (place === 'Plymouth') {
      await commissioner.post(`/v1/payments/plans/${plan.id}/permissions`, {
        amount: pounds(Math.round((total * 0.35) / 10) * 10), reason: 'Agreed with the family for group activities this year.',
      })
    }
  }

  async talk() {
    for (const thread of [...traffordThreads, ...plymouthThreads]) {
      const [first, ...replies] = thread.posts
      const made = await this.person(first.by).post('/v1/forum/threads', { title: thread.title, text: first.text })
      for (const reply of replies) {
        await this.person(reply.by).post(`/v1/forum/threads/${made.id}/posts`, { text: reply.text })
      }
    }
    for (const { by, ...need } of missing) await this.person(by).post('/v1/catalogue/unmet-needs', need)
  }

  family(start) { return this.person(start).account.family }

  async propose(facilitator, key, run, members, reasons) {
    const offer = this.offerOf.get(key)
    return this.person(facilitator).post('/v1/pools', {
      offer: offer.id, run: offer.runs[run], families: members.map((start) => this.family(start)), reasons,
    })
  }
  async agree(facilitator, pool, terms) {
    return this.person(facilitator).post(`/v1/pools/${pool.id}/agreement`, terms)
  }
  async accept(pool, members) {
    for (const start of members) {
      await this.person(start).post(`/v1/pools/${pool.id}/acceptances`, { agreement_version: pool.agreement.version })
    }
  }

  /** One pool in each state that there is something to see of. */
  async pools() {
    const terms = { notice_sessions: 1, ceiling_percent: 25, minimum_children: 2 }
    const musicians = ['parent', 'parent3', 'parent4']
    let music = await this.propose('facilitator', 'music', 0, musicians,
      ['All four children like music and live within five miles.', 'Straight after school suits everybody.'])
    music = await this.agree('facilitator', music, terms)
    await this.accept(music, musicians)
    await this.person('provider2').post(`/v1/pools/${music.id}/sessions/1/delivery`)
    this.poolOf.active = music.id

    const bouncers = ['parent', 'parent2', 'parent5', 'parent7']
    let trampoline = await this.propose('facilitator', 'trampoline', 0, bouncers,
      ['Four boys between 9 and 11 who all asked for sport.', 'Saturday mornings are free for all four families.',
        'At four children a second coach comes, and each family still pays less than alone.'])
    trampoline = await this.agree('facilitator', trampoline, { ...terms, notice_sessions: 2, minimum_children: 3 })
    await this.accept(trampoline, ['parent2', 'parent5'])
    this.poolOf.agreement = trampoline.id

    const club = await this.propose('facilitator', 'youth', 0, ['parent8', 'parent9'],
      ['Three teenagers who asked for a youth club.', 'The minibus passes both homes.'])
    this.poolOf.proposed = club.id

    const sailors = ['parent.plymouth', 'parent2.plymouth', 'parent3.plymouth']
    let sailing = await this.propose('facilitator.plymouth', 'sailing', 0, sailors,
      ['All three want to be on the water.', 'The quay is within six miles of each home.'])
    sailing = await this.agree('facilitator.plymouth', sailing, terms)
    await this.accept(sailing, sailors)
    this.poolOf.plymouth = sailing.id
  }

  /** So that a payment run can be followed: what was delivered is owed to a provider whose account is confirmed. */
  async bankDetails() {
    const account = (number, name) => ({ sort_code: '08-99-99', account_number: number, account_name: name })
    const commissioner = this.person('commissioner')
    const details = await this.person('provider2').post('/v1/payments/bank-details', account('66374958', 'Paper Kite Arts'))
    await commissioner.post(`/v1/payments/bank-details/${details.id}/confirmation`, { checked_with_payee: true })
    const payer = { ...account('12345678', 'Trafford Council'), service_user_number: '123456' }
    const { change } = await commissioner.put('/v1/payments/payer', payer, 0)
    await this.person('commissioner2').post(`/v1/payments/payer/changes/${change.id}/confirmation`)
  }

  /** A search that nobody has confirmed anything of: families see what was found for them. */
  async search() {
    const run = await this.person('facilitator').post('/v1/matching/runs', {})
    this.matching = { run: run.id, groups: run.groups.length, left_out: run.left_out.length }
  }

  summary() {
    return {
      note: 'Families, providers and prices are invented.',
      password, accounts: this.accounts, pools: this.poolOf,
      offers: Object.fromEntries([...this.offerOf].map(([key, offer]) => [key, offer.id])),
      matching: this.matching,
    }
  }
}
