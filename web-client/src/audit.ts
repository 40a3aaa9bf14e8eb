// The audit's rows by stream, and months counted as the program counts them.
import { pounds, type Money } from './money'
import type { AuditRow, SpendingStream } from './types'
import { streams } from './words'

export interface AuditSum {
  stream: SpendingStream
  rows: AuditRow[]
  planned: Money
  booked: Money
  actual: Money
}

/** A sum for each stream that has rows, in the order in which streams are always shown. */
export function auditSums(rows: AuditRow[]): AuditSum[] {
  return streams.flatMap((stream) => {
    const own = rows.filter((row) => row.stream === stream)
    const sum = (of: (row: AuditRow) => Money) => pounds(own.reduce((all, row) => all + of(row).pence, 0))
    if (own.length === 0) return []
    return [{ stream, rows: own, planned: sum((row) => row.planned), booked: sum((row) => row.booked), actual: sum((row) => row.actual) }]
  })
}

/** `2026-11` less eleven months is `2025-12`. */
export function monthsBack(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number)
  const months = (year ?? 0) * 12 + (number ?? 1) - 1 - count
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`
}
