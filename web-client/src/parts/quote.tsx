// What the calculator answers: by size of group, by month and plan year, what is left for other
// things, and what happens if one family leaves.
import { moneyText } from '../money'
import type { QuotePool, QuoteView } from '../types'
import { count } from '../words'
import { CostChart } from './bars'
import { Details, Table, Tag } from './page'

/** Up to which size a group is worth it, in a sentence; nothing where it cannot be bought alone. */
export function savingText(quote: QuoteView): string | undefined {
  if (!quote.alone.available) return undefined
  const { smallest_saving_size: from, largest_saving_size: most, largest_group_that_saves: to } = quote
  if (!from || !most || !to) return 'No group costs you less than buying it on your own.'
  const range = from === to ? `A group of ${from}` : `Groups of ${from} to ${to}`
  return `${range} cost${from === to ? 's' : ''} you less than on your own.${from === to ? '' : ` You save most in a group of ${most}.`}`
}

/** The months and the year of a cost, as far as they say more than the whole does. */
export function periodTexts(quote: QuoteView, month: QuotePool['my_month'], year: QuotePool['my_plan_year']): string[] {
  const texts: string[] = []
  if (month && quote.most_sessions_a_month && quote.most_sessions_a_month < quote.sessions) {
    texts.push(`${moneyText(month)} in a full month`)
  }
  if (year && quote.sessions_in_plan_year !== undefined && quote.sessions_in_plan_year !== null && quote.sessions_in_plan_year < quote.sessions) {
    texts.push(`${moneyText(year)} in this plan year`)
  }
  return texts
}

export function Quote({ quote, signedIn }: { quote: QuoteView; signedIn: boolean }) {
  const least = Math.min(...quote.pools.map((pool) => pool.my_share_per_session.pence))
  const saving = savingText(quote)
  return (
    <>
      <h3 class="spaced">Your share of one session</h3>
      <CostChart quote={quote} />
      {!quote.alone.available && quote.alone.why_not && <p class="small quiet">{quote.alone.why_not}</p>}
      {saving && <p>{saving}</p>}
      <h3 class="spaced">In full, for {count(quote.sessions, 'session')}</h3>
      <Table
        caption="What it costs you by size of group"
        hideCaption
        rows={quote.pools}
        rowKey={(pool) => String(pool.children)}
        marked={(pool) => pool.my_share_per_session.pence === least}
        columns={[
          {
            title: 'Group',
            cell: (pool) => <>{count(pool.children, 'child', 'children')} <span class="under">{moneyText(pool.per_session_group)} a session</span></>,
          },
          { title: 'You, a session', number: true, cell: (pool) => moneyText(pool.my_share_per_session) },
          {
            title: 'You, all sessions', number: true,
            cell: (pool) => (
              <>
                {moneyText(pool.my_total)}
                {periodTexts(quote, pool.my_month, pool.my_plan_year).map((text) => <span class="under" key={text}>{text}</span>)}
                {pool.saving && pool.saving.pence > 0 && <span class="under">saves {moneyText(pool.saving)}</span>}
              </>
            ),
          },
          ...(signedIn ? [{ title: 'Within your budget?', cell: (pool: QuotePool) => <Within pool={pool} /> }] : []),
        ]}
      />
      {quote.alone.available && quote.alone.per_session && quote.alone.total && (
        <p class="small">
          On your own: {[
            `${moneyText(quote.alone.per_session)} a session`, ...periodTexts(quote, quote.alone.per_month, quote.alone.plan_year),
            `${moneyText(quote.alone.total)} in all`,
          ].join(', ')}.
        </p>
      )}
      <IfOneLeaves quote={quote} />
      <Details summary="How this is worked out">
        <ul>{quote.derivation.map((line) => <li key={line}>{line}</li>)}</ul>
      </Details>
    </>
  )
}

function Within({ pool }: { pool: QuotePool }) {
  if (pool.affordable === true) {
    return (
      <>
        <Tag kind="good">Yes</Tag>
        {pool.left_after && <span class="under">{moneyText(pool.left_after)} left to pool</span>}
        {pool.left_for_other_things && <span class="under">{moneyText(pool.left_for_other_things)} left for other things</span>}
      </>
    )
  }
  return pool.affordable === false ? <Tag kind="bad">Not yet</Tag> : <>–</>
}

function IfOneLeaves({ quote }: { quote: QuoteView }) {
  if (quote.pools.length === 0) return null
  return (
    <>
      <h3 class="spaced">If a family with one child leaves</h3>
      <ul class="rows">
        {quote.pools.map((pool) => (
          <li key={pool.children}>
            <div class="row-line">
              <p><strong>From {pool.children} to {count(pool.one_leaves.children, 'child', 'children')}</strong></p>
              {pool.one_leaves.stands ? <Tag kind="good">Goes on</Tag> : <Tag kind="bad">Closes</Tag>}
            </div>
            <p class="small">{pool.one_leaves.text}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
