// Groups that the matching found for the reader's own family.
import { moneyText } from '../money'
import { useList } from '../resource'
import { useAccount } from '../session'
import type { GroupView } from '../types'
import { count, dateText, slotText } from '../words'
import { Empty, Loaded } from './page'

export function Proposals({ looking }: { looking: boolean | undefined }) {
  const account = useAccount()
  const groups = useList<GroupView>('/v1/matching/proposals')
  return (
    <Loaded of={groups}>
      {(items) => items.length === 0 ? (
        <Empty title="No group yet">
          {looking === false
            ? <p>You have not asked us to look. You can change that on <a href="/family">your family’s page</a>.</p>
            : <p>When your facilitator finds families who fit, you see them here, with the reasons.</p>}
        </Empty>
      ) : (
        <ul class="cards">
          {items.map((group) => {
            const mine = group.families.find((each) => each.family === account.family)
            const families = group.families.length
            return (
              <li class="card" key={group.id}>
                <h3 class="card-title"><a href={`/offers/${group.offer}`}>{group.offer_title}</a></h3>
                <p class="quiet small">
                  {slotText(group)}{group.first_date ? `, from ${dateText(group.first_date, false)}` : ''}
                </p>
                {mine && (
                  <p>
                    <strong>{moneyText(mine.share)}</strong> for all sessions
                    {mine.alone ? ` – ${moneyText(mine.alone)} on your own` : ''}
                  </p>
                )}
                {families > 1 && <p class="small">With {count(families - 1, 'other family', 'other families')}.</p>}
                <ul class="small">{group.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
                <p class="card-foot">
                  {group.pool
                    ? <a href={`/pools/${group.pool}`}>Go to this pool</a>
                    : <span class="quiet small">Your facilitator will ask you before anything is decided.</span>}
                </p>
              </li>
            )
          })}
        </ul>
      )}
    </Loaded>
  )
}
