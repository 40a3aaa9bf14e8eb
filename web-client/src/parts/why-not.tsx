// Why two families are in no group together, for the facilitator, and what may be told to parents.
import { useState } from 'preact/hooks'
import { get, withQuery } from '../api'
import { Button, FormBox, refused, Select, useForm, type Choice } from '../form'
import type { MatchingRunView, NotTogether } from '../types'
import { Card, Facts } from './page'

function familiesOf(run: MatchingRunView): Choice[] {
  const names = new Map<string, string>()
  for (const one of [...run.groups.flatMap((group) => group.families), ...run.left_out]) names.set(one.family, one.known_as ?? 'A family')
  return [['', 'Choose a family'], ...[...names].sort((a, b) => a[1].localeCompare(b[1]))]
}

export function WhyNot({ run }: { run: MatchingRunView }) {
  const [family, setFamily] = useState('')
  const [other, setOther] = useState('')
  const [why, setWhy] = useState<NotTogether>()
  const choices = familiesOf(run)
  const form = useForm(async () => {
    setWhy(undefined)
    if (!family) throw refused([{ pointer: '/family', detail: 'Choose a family' }])
    if (!other) throw refused([{ pointer: '/other', detail: 'Choose another family' }])
    setWhy(await get<NotTogether>(withQuery(`/v1/matching/runs/${run.id}/why-not`, { family, other })))
  })
  return (
    <section class="section">
      <Card title="Why not together?">
        <FormBox form={form} label="Why not together">
          <div class="fields">
            <Select name="/family" label="One family" value={family} onValue={setFamily} choices={choices} />
            <Select name="/other" label="Another family" value={other} onValue={setOther} choices={choices} />
          </div>
          <Button kind="secondary" busy={form.busy}>Say why</Button>
        </FormBox>
        <div role="status">
          {why && <Facts items={[['Why', why.text], ['What would help', why.what_would_help], ['What you may tell them', why.for_parents]]} />}
        </div>
      </Card>
    </section>
  )
}
