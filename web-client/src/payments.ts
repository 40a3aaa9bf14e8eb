// How money goes out, in the words of those who send it and of those who wait for it.
import type { BankDetailsView, BankLineView, InvoiceState, PaymentStep, RunView } from './types'

export interface Standing {
  text: string
  kind: 'good' | 'wait' | 'bad' | 'quiet'
}

const invoiceStates: Record<InvoiceState, Standing> = {
  open: { text: 'Owed', kind: 'wait' },
  batched: { text: 'In a payment run', kind: 'wait' },
  sent: { text: 'With the bank', kind: 'wait' },
  settled: { text: 'Paid', kind: 'good' },
  returned: { text: 'Came back, owed again', kind: 'bad' },
}
export const invoiceStanding = (state: InvoiceState): Standing => invoiceStates[state]

const steps: Record<PaymentStep, Standing> = {
  batched: { text: 'Not sent', kind: 'wait' },
  sent: { text: 'With the bank', kind: 'wait' },
  settled: { text: 'Paid', kind: 'good' },
  returned: { text: 'Came back', kind: 'bad' },
  cancelled: { text: 'Cancelled', kind: 'quiet' },
}
export const paymentStanding = (step: PaymentStep): Standing => steps[step]

/** Where a run stands, and who is waited for. */
export function runStanding(run: RunView): Standing {
  if (run.state === 'cancelled') return { text: 'Cancelled', kind: 'quiet' }
  if (run.state === 'released') return { text: 'Released, ready to send', kind: 'good' }
  if (run.state === 'draft') {
    const missing = run.releases_needed - run.releases.length
    return { text: missing === 1 ? 'Needs one other person' : `Needs ${missing} other people`, kind: 'wait' }
  }
  if (run.payments.some((payment) => payment.step === 'returned')) return { text: 'Sent, some came back', kind: 'bad' }
  const open = run.payments.some((payment) => payment.step === 'sent')
  return open ? { text: 'Sent', kind: 'wait' } : { text: 'Paid', kind: 'good' }
}

/** What may be done with a run by this person now. */
export function runChoices(run: RunView, account: string): { release: boolean; file: boolean; send: boolean; cancel: boolean } {
  const open = run.state === 'draft' || run.state === 'released'
  return {
    release: run.state === 'draft' && run.made_by !== account && !run.releases.some((each) => each.account === account),
    file: run.state === 'released' || run.state === 'sent',
    send: run.state === 'released',
    cancel: open,
  }
}

/** What an authority, or all of them, has said of bank details. `today` is a day like 2026-11-23. */
export function detailsStanding(details: BankDetailsView, today: string): Standing {
  if (details.withdrawn) return { text: 'Withdrawn', kind: 'quiet' }
  const kept = details.confirmations.filter((each) => !each.withdrawn)
  if (kept.length === 0 && details.confirmations.length > 0) return { text: 'Stopped by the authority', kind: 'bad' }
  const first = kept.map((each) => each.usable_from).sort()[0]
  if (!first) return { text: 'Waiting for the authority', kind: 'wait' }
  return first <= today ? { text: 'In use', kind: 'good' } : { text: 'Confirmed, not yet in use', kind: 'wait' }
}

const reasons: Record<string, string> = {
  reversal: 'The bank took an entry of its own back.',
  unsplit: 'One sum for several payments that is no run of ours.',
  duplicate: 'Its payment was dealt with already.',
  'partial-amount': 'It names a payment, but is less.',
  'over-amount': 'It names a payment, but is more.',
  ambiguous: 'It could be several payments.',
  'not-settled': 'It brings back a payment that was not seen to be paid.',
  'possible-return': 'It may be a payment that came back.',
  'unknown-reference': 'It carries a reference that is not ours.',
  'no-candidate': 'Nothing of ours looks like it.',
}
export const lineReason = (line: BankLineView): string => reasons[line.reason] ?? line.reason
