// Money is whole pence everywhere; it becomes text only where a person reads or types it.

export interface Money {
  pence: number
  currency: string
}

export const pounds = (pence: number): Money => ({ pence, currency: 'GBP' })

/** `£1,234.50`; `£1,234` where there are no odd pence and `short` is asked for. */
export function moneyText(money: Money, short = false): string {
  const sign = money.pence < 0 ? '-' : ''
  const pence = Math.abs(money.pence)
  const whole = String(Math.trunc(pence / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  const odd = pence % 100
  if (short && odd === 0) return `${sign}£${whole}`
  return `${sign}£${whole}.${String(odd).padStart(2, '0')}`
}

/** What a person typed, such as `£1,200`, `12.5` or `12.50`; nothing where it is no amount. */
export function readMoney(text: string): Money | undefined {
  const plain = text.replace(/[£,\s]/g, '')
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain)
  if (!found) return undefined
  return pounds(Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')))
}

/** An amount as it goes into a field: `12.50`. */
export const moneyField = (money: Money): string => (money.pence / 100).toFixed(2)

/** How wide a bar is, in per cent of the whole, never outside it. */
export function percentOf(part: number, whole: number): number {
  if (whole <= 0) return 0
  return Math.min(100, Math.max(0, (part / whole) * 100))
}
