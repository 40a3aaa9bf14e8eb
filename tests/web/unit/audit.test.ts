import { describe, expect, it } from 'vitest'
import { auditSums, monthsBack } from '../../../web-client/src/audit'
import type { AuditRow } from '../../../web-client/src/types'

const money = (pence: number) => ({ pence, currency: 'GBP' })
const row = (stream: AuditRow['stream'], month: string, planned: number, booked: number, actual: number): AuditRow => ({
  month, stream, planned: money(planned), booked: money(booked), actual: money(actual),
  allocated: money(0), paid_in: money(0), carried: money(0), returned: money(0), fees: money(0), held: money(0), charged: money(0), released: money(0), refunded: money(0), left: money(0),
})

describe('the audit', () => {
  it('is added up by stream, in the order in which streams are shown', () => {
    const sums = auditSums([row('health', '2026-10', 5, 3, 1), row('short_breaks', '2026-10', 10, 4, 2), row('short_breaks', '2026-11', 11, 6, 3)])
    expect(sums.map((sum) => sum.stream)).toEqual(['short_breaks', 'health'])
    expect(sums[0]).toMatchObject({ planned: money(21), booked: money(10), actual: money(5) })
    expect(sums[0]!.rows).toHaveLength(2)
  })
  it('counts months back over years', () => {
    expect(monthsBack('2026-11', 11)).toBe('2025-12')
    expect(monthsBack('2026-01', 1)).toBe('2025-12')
    expect(monthsBack('2026-12', 0)).toBe('2026-12')
  })
})
