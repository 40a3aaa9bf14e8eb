// Days, times and the vocabularies of the program in the words that people use for them.
import type { AgreementCost, Behaviour, FeeBasis, FeeKind, MemberState, Need, PoolState, Role, SpendingStream, SplitKind } from './types'

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? 'Any day'

const months = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
]

/** `2026-11` as `November 2026`. */
export function monthText(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return `${months[(number ?? 1) - 1]} ${year}`
}

/** `2026-11-23` as `Monday 23 November 2026`. Dates have no time zone, so none is applied. */
export function dateText(date: string, withWeekday = true): string {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number)
  if (!year || !month || !day) return date
  const plain = `${day} ${months[month - 1]} ${year}`
  if (!withWeekday) return plain
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7
  return `${weekdays[weekday]} ${plain}`
}

/** An instant, in the reader's own time zone: `23 November 2026, 3:05pm`. */
export function instantText(instant: string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  const minute = at.getHours() * 60 + at.getMinutes()
  return `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}, ${minuteText(minute)}`
}

/** Minutes after midnight as `10am` or `3:30pm`. */
export function minuteText(minute: number): string {
  const hour = Math.trunc(minute / 60) % 24
  const rest = minute % 60
  const twelve = hour % 12 === 0 ? 12 : hour % 12
  return `${twelve}${rest ? `:${String(rest).padStart(2, '0')}` : ''}${hour < 12 ? 'am' : 'pm'}`
}

export const slotText = (slot: { weekday: number; from_minute: number; to_minute: number }): string =>
  `${weekdayName(slot.weekday)}s, ${minuteText(slot.from_minute)} to ${minuteText(slot.to_minute)}`

/** `14:30` of a time field to minutes after midnight, and back. */
export function minuteOf(time: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})/.exec(time)
  if (!found) return undefined
  const minute = Number(found[1]) * 60 + Number(found[2])
  return minute < 1440 ? minute : undefined
}
export const timeField = (minute: number): string =>
  `${String(Math.trunc(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** What the access log writes down. */
export const loggedActions: Record<string, string> = {
  'account-created': 'Account made', 'authority-created': 'Place made', 'policy-changed': 'Policy changed', 'signed-up': 'Signed up',
  'file-taken': 'File taken away', 'payer-changed': 'Account that is paid from changed',
}

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`

export const listText = (items: string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`

export const needNames: Record<Need, string> = {
  learning: 'Learning',
  autism: 'Autism',
  physical: 'Physical',
  sensory_hearing: 'Hearing',
  sensory_vision: 'Sight',
  communication: 'Communication',
  behaviour: 'Behaviour',
  adhd: 'ADHD',
  complex: 'Complex health',
  palliative: 'Palliative care',
  personal_care: 'Personal care',
  epilepsy: 'Epilepsy',
  other: 'Something else',
}
export const needs = Object.keys(needNames) as Need[]

/** As a parent says it of their own child, and of what others' children do. */
export const behaviourOfChild: Record<Behaviour, string> = {
  loud: 'Is very loud at times', rough: 'Hits, pushes or bites when upset', running_off: 'Runs off',
  close_contact: 'Hugs or holds on to others', throwing: 'Throws things',
}
export const behaviourOfOthers: Record<Behaviour, string> = {
  loud: 'Very loud children', rough: 'Children who hit, push or bite when upset', running_off: 'Children who run off',
  close_contact: 'Children who hug or hold on to others', throwing: 'Children who throw things',
}
export const behaviours = Object.keys(behaviourOfChild) as Behaviour[]

/** By BCP 47 tag, in the order in which the service lists them. */
export const languageNames: Record<string, string> = {
  en: 'English', bfi: 'British Sign Language', makaton: 'Makaton', cy: 'Welsh', pl: 'Polish', ro: 'Romanian', pa: 'Panjabi', ur: 'Urdu',
  pt: 'Portuguese', es: 'Spanish', ar: 'Arabic', bn: 'Bengali', gu: 'Gujarati', it: 'Italian', fr: 'French', so: 'Somali', tr: 'Turkish',
  ta: 'Tamil', fa: 'Persian', ku: 'Kurdish', zh: 'Chinese', uk: 'Ukrainian', ru: 'Russian', hi: 'Hindi',
}
export const needName = (need: string): string => needNames[need as Need] ?? need

export const streamNames: Record<SpendingStream, string> = {
  short_breaks: 'Short breaks',
  social_care: 'Social care',
  health: 'Health',
  education_transport: 'Education transport',
  equipment: 'Equipment',
  own_money: 'Your own money',
}
export const streams = Object.keys(streamNames) as SpendingStream[]
/** What a plan allocates: a family's own money is paid in. */
export const allocatedStreams = streams.filter((stream) => stream !== 'own_money')
export const streamName = (stream: string): string => streamNames[stream as SpendingStream] ?? stream

export const feeNames: Record<FeeKind, string> = {
  payroll: 'Payroll',
  broker: 'A broker',
  insurance: 'Insurance',
  holding: 'Holding the money',
  other: 'Something else',
}
export const feeBases: Record<FeeBasis, string> = {
  fixed: 'One amount',
  hourly: 'By the hour',
  yearly: 'By the year',
  percent: 'A percentage of the stream',
}

export const holderNames: Record<string, string> = {
  direct_payment: 'Direct payment to the family',
  managed: 'Managed by the authority',
  provider_held: 'Held by a provider',
  third_party: 'Held by a third party or trust',
  prepaid_card: 'Prepaid card',
}

export const roleNames: Record<Role, string> = {
  parent: 'Parent',
  facilitator: 'Facilitator',
  provider: 'Provider',
  commissioner: 'Commissioner',
  administrator: 'Administrator',
}

export const poolStateNames: Record<PoolState, string> = {
  proposed: 'Proposed',
  agreement: 'Waiting for acceptance',
  holding: 'Reserving the money',
  active: 'Running',
  closed: 'Finished',
  dissolved: 'Closed early',
}

export const splitKindNames: Record<SplitKind, string> = {
  by_child: 'By child',
  equal: 'The same for every family',
  by_hours: 'By the time the children are there',
  by_support_ratio: 'By the support each child needs',
  by_weight: 'By parts the families agreed',
}
export const splitKindHints: Record<SplitKind, string> = {
  by_child: 'A family with two children pays twice as much as one with one.',
  equal: 'However many children a family brings.',
  by_hours: 'Who stays half as long pays half as much.',
  by_support_ratio: 'A child with two adults counts twice as much as one with one.',
  by_weight: 'Such as 3 parts for one family and 5 for another.',
}
export const costKindNames: Record<AgreementCost['kind'], string> = { fee: 'Fee', insurance: 'Insurance', other: 'Other cost' }

export const memberStateNames: Record<MemberState, string> = {
  invited: 'Invited',
  accepted: 'Accepted',
  declined: 'Said no',
  leaving: 'Leaving',
  left: 'Left',
}

export const vettingNames: Record<string, string> = {
  approved: 'Approved by the authority',
  pending: 'Approval pending',
  unknown: 'Not checked by the authority',
  rejected: 'Rejected by the authority',
}
