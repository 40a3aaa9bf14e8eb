import { agreementOf, costText, termsText, typedAgreement, whole } from '../../../web-client/src/agreement'
import { Problem } from '../../../web-client/src/api'
import { pounds } from '../../../web-client/src/money'
import type { AgreementMember, AgreementView, MemberState, PoolMember, PoolView } from '../../../web-client/src/types'

const member = (family: string, children: number, terms?: AgreementMember, state: MemberState = 'invited'): PoolMember => ({
  family, known_as: family, children, state, share_per_session: pounds(0), total: pounds(0), ...(terms ? { terms } : {}),
})
const pool = (members: PoolMember[], agreement?: AgreementView): PoolView => ({
  id: '', authority: '', state: 'proposed', title: '', offer: '', run: '', provider: '', provider_name: '', activity_type: '',
  weekday: 1, from_minute: 0, to_minute: 0, minutes_per_session: 90, minimum_children: 2, maximum_children: 6, children: 3,
  members, sessions: [], reasons: [], created: '', version: 1, ...(agreement ? { agreement } : {}),
})

const fieldOf = (act: () => unknown): string | undefined => {
  try {
    act()
  } catch (error) {
    if (error instanceof Problem) return error.fields[0]?.pointer
  }
  return undefined
}

describe('an agreement as it is typed', () => {
  const typed = typedAgreement(pool([member('a', 1), member('b', 2), member('c', 1, undefined, 'declined')]))
  it('begins with a split by child among those who take part', () => {
    expect(typed.split).toBe('by_child')
    expect(typed.members.map((each) => [each.family, each.weight, each.minutes])).toEqual([['a', '1', '90'], ['b', '2', '180']])
    expect(agreementOf(typed)).toEqual({
      notice_sessions: 2, ceiling_percent: 20, minimum_children: 2, split: 'by_child', members: [{ family: 'a' }, { family: 'b' }], costs: [],
    })
  })
  it('sends for every kind what that kind needs', () => {
    expect(agreementOf({ ...typed, split: 'by_weight' }).members[1]).toEqual({ family: 'b', weight: 2 })
    expect(agreementOf({ ...typed, split: 'by_support_ratio' }).members[0]).toEqual({ family: 'a', ratio: { adults: 1, children: 1 } })
    expect(agreementOf({ ...typed, split: 'by_hours' }).members[0]).toEqual({ family: 'a', minutes: [90] })
    const differing = typed.members.map((each) => ({ ...each, minutes: '60, 0, 90' }))
    expect(agreementOf({ ...typed, split: 'by_hours', members: differing }).members[0]?.minutes).toEqual([60, 0, 90])
  })
  it('sends limits and costs in pence, and leaves out what is empty', () => {
    const members = typed.members.map((each) => ({ ...each, fixed: '5', canPay: '7.50', carriesTo: ' ' }))
    const costs = [{ kind: 'fee' as const, label: '', perSession: '', once: '' }, { kind: 'insurance' as const, label: ' cover ', perSession: '', once: '£60' }]
    const sent = agreementOf({ ...typed, members, costs })
    expect(sent.members[0]).toEqual({ family: 'a', fixed: pounds(500), can_pay: pounds(750) })
    expect(sent.costs).toEqual([{ kind: 'insurance', label: 'cover', once: pounds(6000) }])
  })
  it('says at which field it cannot be read', () => {
    expect(fieldOf(() => agreementOf({ ...typed, notice: 'two' }))).toBe('/notice_sessions')
    expect(fieldOf(() => agreementOf({ ...typed, split: 'by_weight', members: typed.members.map((each) => ({ ...each, weight: '' })) }))).toBe('/members/0/weight')
    expect(fieldOf(() => agreementOf({ ...typed, members: typed.members.map((each) => ({ ...each, canPay: 'lots' })) }))).toBe('/members/0/can_pay')
    expect(fieldOf(() => agreementOf({ ...typed, costs: [{ kind: 'fee', label: '', perSession: '1', once: '' }] }))).toBe('/costs/0/label')
    expect(fieldOf(() => whole('1.5', '/x'))).toBe('/x')
  })
  it('begins a new version with the one before', () => {
    const terms: AgreementMember = { family: 'a', weight: 3, carries_to: pounds(900) }
    const view: AgreementView = {
      version: 1, price_per_session: pounds(4000), sessions: 4, notice_sessions: 1, ceiling_percent: 10, minimum_children: 3, split: 'by_weight',
      costs: [{ kind: 'insurance', label: 'cover', per_session: pounds(0), once: pounds(6000) }], text: '',
    }
    const again = agreementOf(typedAgreement(pool([member('a', 1, terms)], view)))
    expect(again).toEqual({
      notice_sessions: 1, ceiling_percent: 10, minimum_children: 3, split: 'by_weight',
      members: [{ family: 'a', weight: 3, carries_to: pounds(900) }], costs: [{ kind: 'insurance', label: 'cover', once: pounds(6000) }],
    })
  })
})

describe('terms and costs in words', () => {
  it('tells what is agreed with one family', () => {
    expect(termsText(undefined)).toEqual([])
    expect(termsText({ family: '', weight: 3, minutes: [60, 60], can_pay: pounds(700) })).toEqual(['3 parts', '60 minutes a session', 'can pay £7.00 at most'])
    expect(termsText({ family: '', minutes: [60, 0], fixed: pounds(500), ratio: { adults: 2, children: 1 } }, true))
      .toEqual(['2 adults for 1 child', 'hours differ by session', 'you pay a fixed £5.00'])
  })
  it('tells a cost', () => {
    expect(costText({ kind: 'fee', label: 'payroll', per_session: pounds(150), once: pounds(1000) })).toBe('£1.50 a session and £10.00 in all')
  })
})
