// A facilitator tries something out on a matching run: what becomes of the whole, before anything is kept.
import { useState } from 'preact/hooks'
import { Action, Button, FormBox, refused, Select, useForm, type Choice } from '../form'
import { moneyText } from '../money'
import { navigate } from '../router'
import type { MatchingChange, MatchingRunView, WhatIfFamily, WhatIfView } from '../types'
import { count, slotText } from '../words'
import { Card, Table } from './page'

const kinds: Choice[] = [
  ['pin', 'Put a family into a group'],
  ['forbid', 'Keep a family out of a group'],
  ['swap', 'Let two families change places'],
  ['remove', 'Leave a family out'],
]

const nameOf = (family: { known_as?: string | null | undefined }): string => family.known_as ?? 'A family'

export function WhatIf({ run }: { run: MatchingRunView }) {
  const [kind, setKind] = useState('pin')
  const [family, setFamily] = useState('')
  const [group, setGroup] = useState('')
  const [other, setOther] = useState('')
  const [tried, setTried] = useState<{ changes: MatchingChange[]; view: WhatIfView }>()
  const families: Choice[] = [...run.groups.flatMap((each) => each.families), ...run.left_out]
    .map((each): Choice => [each.family, nameOf(each)]).sort((a, b) => a[1].localeCompare(b[1]))
  const groups = run.groups.map((each, index): Choice => [each.run, `Group ${index + 1}: ${each.offer_title}, ${slotText(each)}`])
  const ofRun = kind === 'pin' || kind === 'forbid'
  const form = useForm(async (send) => {
    const missing = [
      ...(family ? [] : [{ pointer: '/family', detail: 'Choose a family.' }]),
      ...(ofRun && !group ? [{ pointer: '/run', detail: 'Choose a group.' }] : []),
      ...(kind === 'swap' && !other ? [{ pointer: '/other', detail: 'Choose the other family.' }] : []),
    ]
    if (missing.length > 0) throw refused(missing)
    setTried(undefined)
    const change = { kind, family, ...(ofRun ? { run: group } : {}), ...(kind === 'swap' ? { other } : {}) } as MatchingChange
    const view = await send<WhatIfView>('POST', `/v1/matching/runs/${run.id}/what-if`, { changes: [change] })
    setTried({ changes: [change], view })
  })
  const choose = <T,>(set: (value: T) => void) => (value: T) => {
    set(value)
    setTried(undefined)
  }
  return (
    <Card title="What if?" class="card-tint">
      <p>Try something out. Nothing changes until you keep it, and then this search stays as it is.</p>
      <FormBox form={form} label="What if?">
        <Select name="/kind" label="What would you like to try?" value={kind} onValue={choose(setKind)} choices={kinds} />
        <Select name="/family" label="Which family?" value={family} onValue={choose(setFamily)} choices={[['', 'Choose a family'], ...families]} />
        {ofRun && <Select name="/run" label="Which group?" value={group} onValue={choose(setGroup)} choices={[['', 'Choose a group'], ...groups]} />}
        {kind === 'swap' && <Select name="/other" label="With which family?" value={other} onValue={choose(setOther)} choices={[['', 'Choose a family'], ...families.filter(([id]) => id !== family)]} />}
        <Button busy={form.busy}>{form.busy ? 'Working it out…' : 'Try it out'}</Button>
      </FormBox>
      <div role="status" aria-live="polite">{tried && <Outcome view={tried.view} />}</div>
      {tried && (
        <Action kind="secondary" run={async (send) => {
          const kept = await send<MatchingRunView>('POST', '/v1/matching/runs', { from: run.id, changes: tried.changes })
          navigate(`/matching/${kept.id}`)
        }}>
          Keep this as a new search
        </Action>
      )}
    </Card>
  )
}

function Outcome({ view }: { view: WhatIfView }) {
  const rows = [
    ...view.gained.map((family) => ({ family, what: 'gets a group' })),
    ...view.lost.map((family) => ({ family, what: 'loses its group' })),
    ...view.paying.map((family) => ({ family, what: 'pays another sum' })),
  ]
  const money = (amount: WhatIfFamily['now']) => (amount ? moneyText(amount) : '–')
  return (
    <>
      <h3>{verdict(view)}</h3>
      <p>
        {count(view.gained.length, 'family gets', 'families get')} a group, {count(view.lost.length, 'family loses', 'families lose')} theirs;
        there would be {count(view.groups.length, 'group')}.
      </p>
      {rows.length > 0 && (
        <Table caption="What changes for whom" rows={rows} rowKey={(row) => row.family.family}
          columns={[
            { title: 'Family', cell: (row) => nameOf(row.family) },
            { title: 'What changes', cell: (row) => row.what },
            { title: 'Paid so far', number: true, cell: (row) => money(row.family.before) },
            { title: 'Would pay', number: true, cell: (row) => money(row.family.now) },
          ]} />
      )}
    </>
  )
}

/** The scores as a person would say it; points mean nothing by themselves. */
export function verdict({ score_before: before, score_after: after }: Pick<WhatIfView, 'score_before' | 'score_after'>): string {
  if (after === before) return 'The whole is as good as before'
  if (before <= 0) return 'The whole is better than before'
  const percent = (100 * Math.abs(after - before)) / before
  return `The whole is ${percent < 0.1 ? 'less than 0.1' : percent.toFixed(1)} % ${after > before ? 'better' : 'less good'} than before`
}
