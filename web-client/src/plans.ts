// What a plan has, by stream and instalment, in plain words; no pages.
import { moneyText, type Money } from './money'
import type { PlanView, SpendingStream, StreamAmount, StreamView } from './types'
import { dateText } from './words'

export type Rhythm = 'whole' | 'quarter' | 'month'

/** The first days of a plan's instalments; the first is the plan's first day. */
export function instalmentDays(starts: string, ends: string, rhythm: Rhythm): string[] {
  const days = [starts]
  const months = rhythm === 'month' ? 1 : 3
  const [year = 0, month = 1, day = 1] = starts.split('-').map(Number)
  while (rhythm !== 'whole' && days.length < 48) {
    const first = new Date(Date.UTC(year, month - 1 + days.length * months, 1))
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
    first.setUTCDate(Math.min(day, last))
    const next = first.toISOString().slice(0, 10)
    if (next > ends) break
    days.push(next)
  }
  return days
}

/** The amount in equal instalments, the odd pennies on the first ones: together exactly the amount. */
export function inInstalments(stream: SpendingStream, amount: Money, days: string[]): StreamAmount[] {
  const each = Math.floor(amount.pence / days.length)
  const odd = amount.pence - each * days.length
  return days.map((from, at) => ({
    stream, amount: { ...amount, pence: each + (at < odd ? 1 : 0) }, ...(at > 0 ? { from } : {}),
  }))
}

/** What tells one part of a plan from another. */
export const partKey = (part: { stream: string; from?: string | null | undefined }) => part.from ? `${part.stream}/${part.from}` : part.stream

export const comesInInstalments = (plan: PlanView): boolean => plan.streams.some((each) => each.from)

/** Whether the instalment may be spent by then. `today` is a day like 2026-11-23. */
export const hasCome = (plan: PlanView, stream: StreamView, today: string): boolean => (stream.from ?? plan.starts) <= today

export function instalmentText(plan: PlanView, stream: StreamView, today: string): string {
  const day = dateText(stream.from ?? plan.starts, false)
  return hasCome(plan, stream, today) ? `${moneyText(stream.left)} left, since ${day}` : `${moneyText(stream.allocated)} from ${day}`
}
