// Groups without an offer yet: what a provider could start, and whom it would serve.
import { useState } from 'preact/hooks'
import { Action } from '../form'
import { useAccount } from '../session'
import type { UnmetGroup } from '../types'
import { count, slotText } from '../words'
import { Card, Details, Note } from './page'

export function UnmetGroups({ groups }: { groups: UnmetGroup[] }) {
  return (
    <section class="section">
      <Card title={`${count(groups.length, 'group')} that nobody offers yet`}>
        <Note>These families could be a group if somebody offered it. Tell providers what is wanted, never who wants it.</Note>
        <ul class="rows">
          {groups.map((group, index) => <Unmet key={index} group={group} number={index + 1} />)}
        </ul>
      </Card>
    </section>
  )
}

function Unmet({ group, number }: { group: UnmetGroup; number: number }) {
  const { role } = useAccount()
  const [said, setSaid] = useState(false)
  return (
    <li>
      <h3>{group.activity_type}, {slotText(group)}</h3>
      <p>{group.text}</p>
      <Details summary={`The ${count(group.families.length, 'family', 'families')}`}>
        <ul>{group.families.map((family) => <li key={family.family}>{family.known_as ?? 'A family'}</li>)}</ul>
      </Details>
      <p role="status">{said && 'Kept: commissioners and facilitators see it on the market page, without names.'}</p>
      {role === 'facilitator' && !said && (
        <Action run={async (send) => {
          await send('POST', '/v1/catalogue/unmet-needs', { what: group.text, activity_type: group.activity_type })
          setSaid(true)
        }}>
          Keep group {number} as an unmet need
        </Action>
      )}
    </li>
  )
}
