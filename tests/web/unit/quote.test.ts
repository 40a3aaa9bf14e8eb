import { pounds } from '../../../web-client/src/money'
import { costRows, sumStreams } from '../../../web-client/src/parts/bars'
import { periodTexts, savingText } from '../../../web-client/src/parts/quote'
import { tierText } from '../../../web-client/src/parts/offers'
import type { PlanView, QuotePool, QuoteView, SpendingStream } from '../../../web-client/src/types'

const pool = (children: number, share: number): QuotePool => ({
  children, per_session_group: pounds(share * children), my_share_per_session: pounds(share), my_total: pounds(share * 8),
  tier_from_children: 1, one_leaves: { children: children - 1, stands: true, text: '' },
})
const quote = (alone: number | undefined, pools: QuotePool[]): QuoteView => ({
  sessions: 8, pools, derivation: [],
  alone: alone === undefined ? { available: false, why_not: 'For groups only.' } : { available: true, per_session: pounds(alone), total: pounds(alone * 8) },
})

describe('costRows', () => {
  it('begins with what it costs alone and marks the cheapest', () => {
    expect(costRows(quote(4800, [pool(2, 2600), pool(4, 1900), pool(5, 2000)])).map((row) => [row.name, row.share.pence, row.cheapest])).toEqual([
      ['On our own', 4800, false], ['Group of 2', 2600, false], ['Group of 4', 1900, true], ['Group of 5', 2000, false],
    ])
  })
  it('leaves out what cannot be bought alone', () => {
    expect(costRows(quote(undefined, [pool(3, 2600)])).map((row) => row.alone)).toEqual([false])
    expect(costRows(quote(undefined, []))).toEqual([])
  })
})

describe('sumStreams', () => {
  const plan = (streams: [SpendingStream, number, number, number, number?][]): PlanView => ({
    id: '', family: '', authority: '', state: 'agreed', starts: '', ends: '', holder: 'managed', version: 1,
    pooled_cap: pounds(0), pooled_used: pounds(0), headroom: pounds(0),
    streams: streams.map(([stream, allocated, held, charged, returned = 0]) => ({
      stream, allocated: pounds(allocated), held: pounds(held), charged: pounds(charged), left: pounds(allocated - held - charged - returned), returned: pounds(returned),
    })),
  })
  it('adds up plans by stream and keeps the usual order', () => {
    const sums = sumStreams([plan([['health', 100, 10, 20], ['short_breaks', 500, 0, 100]]), plan([['short_breaks', 300, 50, 0]])])
    expect(sums.map((sum) => [sum.stream, sum.allocated.pence, sum.held.pence, sum.charged.pence, sum.left.pence])).toEqual([
      ['short_breaks', 800, 50, 100, 650], ['health', 100, 10, 20, 70],
    ])
  })
  it('leaves out what an ended plan has given back', () => {
    const [sum] = sumStreams([plan([['health', 100, 0, 20, 80]]), plan([['health', 50, 0, 0]])])
    expect([sum?.allocated.pence, sum?.left.pence]).toEqual([70, 50])
  })
  it('has no row where there is no plan', () => expect(sumStreams([])).toEqual([]))
})

describe('tierText', () => {
  it('names only the parts that cost something', () => {
    expect(tierText({ from_children: 1, fixed: pounds(6000), per_child: pounds(850), per_hour: pounds(0) })).toBe('£60 a session and £8.50 a child')
    expect(tierText({ from_children: 1, fixed: pounds(0), per_child: pounds(0), per_hour: pounds(0) })).toBe('No charge')
  })
})

describe('savingText', () => {
  const saving = (from: number | null, most: number | null, to: number | null): QuoteView => ({
    ...quote(4800, []), smallest_saving_size: from, largest_saving_size: most, largest_group_that_saves: to,
  })
  it('tells from which size to which a group is worth it', () => {
    expect(savingText(saving(2, 4, 6))).toBe('Groups of 2 to 6 cost you less than on your own. You save most in a group of 4.')
    expect(savingText(saving(3, 3, 3))).toBe('A group of 3 costs you less than on your own.')
    expect(savingText(saving(null, null, null))).toBe('No group costs you less than buying it on your own.')
  })
  it('says nothing where it cannot be bought alone', () => expect(savingText(quote(undefined, []))).toBeUndefined())
})

describe('periodTexts', () => {
  const of = (month: number, year: number): QuoteView => ({ ...quote(4800, []), most_sessions_a_month: month, sessions_in_plan_year: year })
  it('tells a month and a plan year where they differ from the whole', () => {
    expect(periodTexts(of(5, 7), pounds(5000), pounds(7000))).toEqual(['£50.00 in a full month', '£70.00 in this plan year'])
    expect(periodTexts(of(8, 8), pounds(8000), pounds(8000))).toEqual([])
    expect(periodTexts(quote(4800, []), null, null)).toEqual([])
  })
})
