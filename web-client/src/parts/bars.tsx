// Money drawn: a budget by stream, and what a share costs by size of group. Every drawing has its
// numbers beside it as text, so the drawings themselves are hidden from screen readers.
import { moneyText, percentOf, type Money } from '../money'
import type { PlanView, QuoteView, SpendingStream, StreamView } from '../types'
import { count, streamName, streams } from '../words'
import { Details, Table } from './page'

/** One bar of three lengths: spent, reserved, and the rest of the whole. */
export function BudgetBar({ charged, held, whole }: { charged: number; held: number; whole: number }) {
  const spent = percentOf(charged, whole)
  const reserved = percentOf(charged + held, whole) - spent
  return (
    <svg class="budget-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-left" x="0" y="0" width="100" height="8" />
      <rect class="bar-charged" x="0" y="0" width={spent} height="8" />
      <rect class="bar-held" x={spent} y="0" width={reserved} height="8" />
    </svg>
  )
}

/** The streams of several plans, added up by stream, in the order in which they are always shown. */
export function sumStreams(plans: PlanView[]): StreamView[] {
  const sums = new Map<SpendingStream, StreamView>()
  const add = (a: Money, b: Money): Money => ({ ...a, pence: a.pence + b.pence })
  for (const each of plans.flatMap((plan) => plan.streams)) {
    // What an ended plan has given back is no longer in it.
    const stream = { ...each, allocated: { ...each.allocated, pence: each.allocated.pence - each.returned.pence } }
    const sum = sums.get(stream.stream)
    sums.set(stream.stream, sum ? {
      stream: stream.stream,
      allocated: add(sum.allocated, stream.allocated),
      held: add(sum.held, stream.held),
      charged: add(sum.charged, stream.charged),
      left: add(sum.left, stream.left),
      returned: add(sum.returned, stream.returned),
    } : { ...stream, from: null })
  }
  return streams.flatMap((stream) => sums.get(stream) ?? [])
}

export function Budget({ plans }: { plans: PlanView[] }) {
  const rows = sumStreams(plans)
  return (
    <div class="budget">
      <ul class="legend" aria-label="What the colours mean">
        <li><span class="swatch swatch-charged" />Spent</li>
        <li><span class="swatch swatch-held" />Reserved</li>
        <li><span class="swatch swatch-left" />Left</li>
      </ul>
      <ul class="streams">
        {rows.map((row) => (
          <li key={row.stream}>
            <div class="stream-line">
              <h3>{streamName(row.stream)}</h3>
              <p><strong>{moneyText(row.left)}</strong> left of {moneyText(row.allocated, true)}</p>
            </div>
            <BudgetBar charged={row.charged.pence} held={row.held.pence} whole={row.allocated.pence} />
          </li>
        ))}
      </ul>
      <Details summary="The same as a table">
        <Table
          caption="Your budget by stream"
          hideCaption
          rows={rows}
          rowKey={(row) => row.stream}
          columns={[
            { title: 'Stream', cell: (row) => streamName(row.stream) },
            { title: 'Whole', number: true, cell: (row) => moneyText(row.allocated) },
            { title: 'Spent', number: true, cell: (row) => moneyText(row.charged) },
            { title: 'Reserved', number: true, cell: (row) => moneyText(row.held) },
            { title: 'Left', number: true, cell: (row) => moneyText(row.left) },
          ]}
        />
      </Details>
    </div>
  )
}

export interface CostRow {
  name: string
  share: Money
  alone: boolean
  cheapest: boolean
}

/** What is drawn for a quote: alone first where that can be bought, then each size of group. */
export function costRows(quote: QuoteView): CostRow[] {
  const rows: CostRow[] = quote.pools.map((pool) => ({
    name: `Group of ${pool.children}`, share: pool.my_share_per_session, alone: false, cheapest: false,
  }))
  if (quote.alone.available && quote.alone.per_session) {
    rows.unshift({ name: 'On our own', share: quote.alone.per_session, alone: true, cheapest: false })
  }
  const least = Math.min(...rows.map((row) => row.share.pence))
  return rows.map((row) => ({ ...row, cheapest: row.share.pence === least && rows.length > 1 }))
}

export function CostChart({ quote }: { quote: QuoteView }) {
  const rows = costRows(quote)
  const most = Math.max(1, ...rows.map((row) => row.share.pence))
  return (
    <ul class="cost-chart" aria-label="What one session costs you, by size of group">
      {rows.map((row) => (
        <li key={row.name} class={row.cheapest ? 'cheapest' : undefined}>
          <span class="cost-name">{row.name}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class={row.alone ? 'cost-alone' : 'cost-pool'} x="0" y="0" rx="0.6" height="10"
              width={Math.max(1, percentOf(row.share.pence, most))} />
          </svg>
          <span class="cost-amount">{moneyText(row.share)}</span>
        </li>
      ))}
    </ul>
  )
}

export const sessionsText = (number: number): string => count(number, 'session')
