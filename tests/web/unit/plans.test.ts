import { describe, expect, it } from 'vitest'
import { pounds } from '../../../web-client/src/money'
import { comesInInstalments, inInstalments, instalmentDays, instalmentText, partKey } from '../../../web-client/src/plans'
import type { PlanView, StreamView } from '../../../web-client/src/types'

describe('instalments', () => {
  it('come every quarter or month until the plan ends', () => {
    expect(instalmentDays('2026-04-01', '2027-03-31', 'whole')).toEqual(['2026-04-01'])
    expect(instalmentDays('2026-04-01', '2027-03-31', 'quarter')).toEqual(['2026-04-01', '2026-07-01', '2026-10-01', '2027-01-01'])
    expect(instalmentDays('2026-04-01', '2027-03-31', 'month')).toHaveLength(12)
    expect(instalmentDays('2026-08-31', '2026-12-01', 'month')).toEqual(['2026-08-31', '2026-09-30', '2026-10-31', '2026-11-30'])
    expect(instalmentDays('2026-04-01', '2026-04-30', 'quarter')).toEqual(['2026-04-01'])
  })
  it.each([[9500, 3], [1, 4], [0, 4], [120000, 12]])('of %i pence in %i parts add up', (pence, parts) => {
    const days = instalmentDays('2026-01-01', '2027-12-31', 'month').slice(0, parts)
    const made = inInstalments('health', pounds(pence), days)
    expect(made.reduce((sum, each) => sum + each.amount.pence, 0)).toBe(pence)
    expect(made[0]?.from).toBeUndefined()
    expect(made.slice(1).every((each) => each.from)).toBe(true)
  })
  it('say when they come and what is left', () => {
    const zero = pounds(0)
    const stream: StreamView = { stream: 'health', from: '2026-07-01', allocated: pounds(500), held: zero, charged: zero, left: pounds(400), returned: zero }
    const plan = { starts: '2026-04-01', streams: [stream] } as PlanView
    expect(comesInInstalments(plan)).toBe(true)
    expect(partKey(stream)).toBe('health/2026-07-01')
    expect(instalmentText(plan, stream, '2026-06-30')).toMatch(/^£5.00 from/)
    expect(instalmentText(plan, stream, '2026-07-01')).toMatch(/^£4.00 left, since/)
  })
})
