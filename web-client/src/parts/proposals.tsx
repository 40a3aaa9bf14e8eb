// Groups that the matching found for the reader's own family.
import { moneyText } from '../money'
import { useGet } from '../resource'
import type { FamilyProposals } from '../types'
import { count, slotText } from '../words'
import { Details, Empty, Loaded } from './page'

export function Proposals({ looking }: { looking: boolean | undefined }) {
  const groups = useGet<FamilyProposals>('/v1/matching/proposals')
  return (
    <Loaded of={groups}>
      {({ items, left_out }) => items.length === 0 ? (
        <Empty title="No group yet">
          {looking === false
            ? <p>You have not asked us to look. You can change that on <a href="/family">your family’s page</a>.</p>
            : left_out ? <WhyNot left={left_out} />
            : <p>When your facilitator finds families who fit, you see them here, with the reasons.</p>}
        </Empty>
      ) : (
        <ul class="cards cards-fit">
          {items.map((group) => (
            <li class="card card-tint" key={group.group}>
              <h3 class="card-title"><a href={`/offers/${group.offer}`}>{group.offer_title}</a></h3>
              <p class="quiet small">{slotText(group)}, {count(group.sessions, 'session')}</p>
              <p>
                <strong>{moneyText(group.my_share)}</strong> for all sessions
                {group.alone ? ` – ${moneyText(group.alone)} on your own` : ''}
              </p>
              {group.alone && group.alone.pence > group.my_share.pence && (
                <p>Together you save <strong>{moneyText({ ...group.alone, pence: group.alone.pence - group.my_share.pence })}</strong>.</p>
              )}
              <p class="small">
                {count(group.families, 'family', 'families')}, yours included; {count(group.children, 'child', 'children')}.
              </p>
              <Details summary="Why this group">
                <ul>{group.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
              </Details>
              <p class="card-foot quiet small">Your facilitator asks you before anything is decided.</p>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  )
}

/** Never more than the family itself may know: the program says it in neutral words where another family is concerned. */
const WhyNot = ({ left }: { left: NonNullable<FamilyProposals['left_out']> }) => (
  <>
    <p>{left.text}</p>
    {left.what_would_help && <p><strong>What would help:</strong> {left.what_would_help}</p>}
    <p class="quiet small">Your facilitator knows the offers and can look again with you.</p>
  </>
)
