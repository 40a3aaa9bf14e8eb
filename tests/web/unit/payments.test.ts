import { describe, expect, it } from 'vitest'
import { detailsStanding, invoiceStanding, lineReason, runChoices, runStanding } from '../../../web-client/src/payments'
import type { BankDetailsView, BankLineView, RunView } from '../../../web-client/src/types'

const money = (pence: number) => ({ pence, currency: 'GBP' as const })
const run: RunView = {
  id: 'r', state: 'draft', made_by: 'ann', made_at: '2026-11-30T10:00:00Z', pay_on: '2026-12-02', total: money(1),
  releases_needed: 2, releases: [], digest: '', payments: [],
}
const payment = { provider: 'p', details: 'd', amount: money(1), reference: '', invoices: [] }

describe('a run', () => {
  it('says who is waited for', () => {
    expect(runStanding(run).text).toBe('Needs 2 other people')
    expect(runStanding({ ...run, releases: [{ account: 'ben', at: '' }] }).text).toBe('Needs one other person')
    expect(runStanding({ ...run, state: 'sent', payments: [{ ...payment, step: 'sent' }] }).text).toBe('Sent')
    expect(runStanding({ ...run, state: 'sent', payments: [{ ...payment, step: 'settled' }] }).text).toBe('Paid')
    expect(runStanding({ ...run, state: 'sent', payments: [{ ...payment, step: 'returned' }] }).kind).toBe('bad')
  })
  it('is never released by its maker, or twice by one person', () => {
    expect(runChoices(run, 'ann')).toEqual({ release: false, file: false, send: false, cancel: true })
    expect(runChoices(run, 'ben').release).toBe(true)
    expect(runChoices({ ...run, releases: [{ account: 'ben', at: '' }] }, 'ben').release).toBe(false)
    expect(runChoices({ ...run, state: 'released' }, 'ben')).toEqual({ release: false, file: true, send: true, cancel: true })
    expect(runChoices({ ...run, state: 'sent' }, 'ben')).toEqual({ release: false, file: true, send: false, cancel: false })
  })
})

describe('bank details', () => {
  const details: BankDetailsView = {
    id: 'd', provider: 'p', sort_code: '••-••-••', account_number: '••••1234', requested_at: '', digits: 'not-checked',
    withdrawn: false, confirmations: [],
  }
  const by = (usable_from: string, withdrawn = false) => ({ authority: 'a', at: '', usable_from, withdrawn })
  it('tell where they stand', () => {
    expect(detailsStanding(details, '2026-12-01').text).toBe('Waiting for the authority')
    expect(detailsStanding({ ...details, confirmations: [by('2026-12-01')] }, '2026-12-01').text).toBe('In use')
    expect(detailsStanding({ ...details, confirmations: [by('2026-12-03')] }, '2026-12-01').kind).toBe('wait')
    expect(detailsStanding({ ...details, confirmations: [by('2026-12-03', true)] }, '2026-12-01').kind).toBe('bad')
    expect(detailsStanding({ ...details, withdrawn: true }, '2026-12-01').text).toBe('Withdrawn')
  })
})

describe('words', () => {
  it('has one for each state of an invoice', () => {
    expect(invoiceStanding('returned').text).toContain('owed again')
    expect(invoiceStanding('settled').kind).toBe('good')
  })
  it('gives the reason of a line, and the name of one it does not know', () => {
    expect(lineReason({ reason: 'duplicate' } as BankLineView)).toContain('already')
    expect(lineReason({ reason: 'new-one' } as BankLineView)).toBe('new-one')
  })
})
