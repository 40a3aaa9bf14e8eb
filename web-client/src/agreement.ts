// An agreement as it is typed, and what is sent for it: how the price is shared, what comes on top
// of it, and what is agreed with single families.
import { refused } from './form'
import { moneyField, moneyText, readMoney, type Money } from './money'
import type { AgreementCost, AgreementMember, NewAgreement, PoolMember, PoolView, SplitKind } from './types'
import { count } from './words'

export interface TypedTerms {
  family: string
  weight: string
  ratio: string
  minutes: string
  fixed: string
  canPay: string
  carriesTo: string
}
export interface TypedCost {
  kind: AgreementCost['kind']
  label: string
  perSession: string
  once: string
}
export interface TypedAgreement {
  notice: string
  ceiling: string
  minimum: string
  split: SplitKind
  members: TypedTerms[]
  costs: TypedCost[]
}

export const ratios = ['2:1', '1:1', '1:2', '1:3', '1:4']

const amount = (money: Money | null | undefined): string => (money ? moneyField(money) : '')

const takesPart = (member: PoolMember): boolean => member.state !== 'declined' && member.state !== 'left'

function typedTerms(member: PoolMember, usualMinutes: number): TypedTerms {
  const terms = member.terms
  const minutes = terms?.minutes ?? [usualMinutes * member.children]
  return {
    family: member.family,
    weight: String(terms?.weight ?? member.children),
    ratio: terms?.ratio ? `${terms.ratio.adults}:${terms.ratio.children}` : '1:1',
    minutes: (minutes.every((each) => each === minutes[0]) ? minutes.slice(0, 1) : minutes).join(', '),
    fixed: amount(terms?.fixed),
    canPay: amount(terms?.can_pay),
    carriesTo: amount(terms?.carries_to),
  }
}

/** What the form begins with: the agreement there is, or the usual. */
export function typedAgreement(pool: PoolView): TypedAgreement {
  const agreement = pool.agreement
  const cost = (kind: AgreementCost['kind']): TypedCost => {
    const known = agreement?.costs.find((each) => each.kind === kind)
    return {
      kind, label: known?.label ?? '',
      perSession: known?.per_session?.pence ? moneyField(known.per_session) : '',
      once: known?.once?.pence ? moneyField(known.once) : '',
    }
  }
  return {
    notice: String(agreement?.notice_sessions ?? 2),
    ceiling: String(agreement?.ceiling_percent ?? 20),
    minimum: String(agreement?.minimum_children ?? pool.minimum_children),
    split: agreement?.split ?? 'by_child',
    members: pool.members.filter(takesPart).map((member) => typedTerms(member, pool.minutes_per_session)),
    costs: [cost('fee'), cost('insurance')],
  }
}

/** A whole number that was typed, or an error at its field. */
export function whole(text: string, pointer: string): number {
  const plain = text.trim()
  if (!/^\d{1,6}$/.test(plain)) throw refused([{ pointer, detail: 'Enter a whole number, such as 4' }])
  return Number(plain)
}

function money(text: string, pointer: string): Money | undefined {
  if (!text.trim()) return undefined
  const found = readMoney(text)
  if (!found) throw refused([{ pointer, detail: 'Enter an amount, such as 12.50' }])
  return found
}

function memberOf(split: SplitKind, typed: TypedTerms, index: number): AgreementMember {
  const at = `/members/${index}`
  const member: AgreementMember = { family: typed.family }
  if (split === 'by_weight') member.weight = whole(typed.weight, `${at}/weight`)
  if (split === 'by_support_ratio') {
    const [adults, children] = typed.ratio.split(':').map(Number)
    member.ratio = { adults: adults ?? 1, children: children ?? 1 }
  }
  if (split === 'by_hours') member.minutes = typed.minutes.split(',').map((each) => whole(each, `${at}/minutes`))
  const fixed = money(typed.fixed, `${at}/fixed`)
  const canPay = money(typed.canPay, `${at}/can_pay`)
  const carriesTo = money(typed.carriesTo, `${at}/carries_to`)
  return {
    ...member, ...(fixed ? { fixed } : {}), ...(canPay ? { can_pay: canPay } : {}), ...(carriesTo ? { carries_to: carriesTo } : {}),
  }
}

function costsOf(typed: TypedCost[]): AgreementCost[] {
  return typed.flatMap((each, index) => {
    const at = `/costs/${index}`
    const perSession = money(each.perSession, `${at}/per_session`)
    const once = money(each.once, `${at}/once`)
    if (!perSession && !once) return []
    const label = each.label.trim()
    if (!label) throw refused([{ pointer: `${at}/label`, detail: 'Say what it is for' }])
    return [{ kind: each.kind, label, ...(perSession ? { per_session: perSession } : {}), ...(once ? { once } : {}) }]
  })
}

/** What is sent; refused at the first field that cannot be read. */
export function agreementOf(typed: TypedAgreement): NewAgreement {
  return {
    notice_sessions: whole(typed.notice, '/notice_sessions'),
    ceiling_percent: whole(typed.ceiling, '/ceiling_percent'),
    minimum_children: whole(typed.minimum, '/minimum_children'),
    split: typed.split,
    members: typed.members.map((member, index) => memberOf(typed.split, member, index)),
    costs: costsOf(typed.costs),
  }
}

/** What is agreed with one family alone, in a few words each; `own` to that family itself. */
export function termsText(terms: AgreementMember | null | undefined, own = false): string[] {
  if (!terms) return []
  const words: string[] = []
  if (terms.weight) words.push(count(terms.weight, 'part'))
  if (terms.ratio) words.push(`${count(terms.ratio.adults, 'adult')} for ${count(terms.ratio.children, 'child', 'children')}`)
  if (terms.minutes) {
    const [first] = terms.minutes
    words.push(first !== undefined && terms.minutes.every((each) => each === first) ? `${count(first, 'minute')} a session` : 'hours differ by session')
  }
  if (terms.fixed) words.push(`${own ? 'you pay' : 'pays'} a fixed ${moneyText(terms.fixed)}`)
  if (terms.can_pay) words.push(`can pay ${moneyText(terms.can_pay)} at most`)
  if (terms.carries_to) words.push(`would pay up to ${moneyText(terms.carries_to)} so that nobody has to drop out`)
  return words
}

export function costText(cost: AgreementCost): string {
  const parts = [
    ...(cost.per_session?.pence ? [`${moneyText(cost.per_session)} a session`] : []),
    ...(cost.once?.pence ? [`${moneyText(cost.once)} in all`] : []),
  ]
  return parts.join(' and ')
}
