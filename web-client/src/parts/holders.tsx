// Who holds a plan's money, and for the commissioner how a part of it is handed over.
import { useState } from 'preact/hooks'
import { Button, FormBox, Input, refused, Select, useForm, type Choice } from '../form'
import { partKey } from '../plans'
import { useGet } from '../resource'
import { useAccount } from '../session'
import type { HoldersView, PlanView, SpendingStream } from '../types'
import { dateText, holderNames, streamName } from '../words'
import { Card, Facts, Loaded } from './page'

type Part = { stream: SpendingStream; instalment?: string | null | undefined }
const partText = ({ stream, instalment }: Part) => streamName(stream) + (instalment ? `, from ${dateText(instalment, false)}` : '')
const holderName = (holder: string) => holderNames[holder] ?? holder

export function Holders({ path, plan }: { path: string; plan: PlanView }) {
  const { role } = useAccount()
  const holders = useGet<HoldersView>(`${path}/holders`)
  return (
    <Card title="Who holds the money">
      <Loaded of={holders}>
        {(view) => (
          <>
            <Facts items={view.today.map((each): [string, string] => [partText(each), holderName(each.holder)])} />
            {view.hand_overs.length > 0 && (
              <ol class="plain">
                {view.hand_overs.map((each, at) => (
                  <li key={at}><strong>From {dateText(each.from, false)}</strong>: {partText(each)}, {holderName(each.holder)}. {each.reason}</li>
                ))}
              </ol>
            )}
          </>
        )}
      </Loaded>
      {role === 'commissioner' && <HandOver path={path} plan={plan} done={holders.set} />}
    </Card>
  )
}

function HandOver({ path, plan, done }: { path: string; plan: PlanView; done: (holders: HoldersView) => void }) {
  const own = plan.streams.filter((each) => each.stream !== 'own_money')
  const whole = [...new Set(own.map((each) => each.stream))].map((stream): Part => ({ stream }))
  const parts = [...whole, ...own.filter((each) => each.from).map((each): Part => ({ stream: each.stream, instalment: each.from }))]
  const key = (part: Part) => partKey({ stream: part.stream, from: part.instalment })
  const [part, setPart] = useState(parts[0] ? key(parts[0]) : '')
  const [holder, setHolder] = useState('direct_payment')
  const [from, setFrom] = useState('')
  const [reason, setReason] = useState('')
  const form = useForm(async (send) => {
    const fields = from ? [] : [{ pointer: '/from', detail: 'Enter a day' }]
    if (!reason.trim()) fields.push({ pointer: '/reason', detail: 'Say why; the family reads it' })
    const chosen = parts.find((each) => key(each) === part)
    if (fields.length || !chosen) throw refused(fields)
    done(await send<HoldersView>('POST', `${path}/holders`, {
      stream: chosen.stream, ...(chosen.instalment ? { instalment: chosen.instalment } : {}), holder, from, reason: reason.trim(),
    }))
    setReason('')
  })
  return (
    <FormBox form={form} label="Hand over a part of the plan">
      <h3 class="spaced">Hand over a part of it</h3>
      <div class="fields">
        <Select name="/stream" label="What?" value={part} onValue={setPart} choices={parts.map((each): Choice => [key(each), partText(each)])} />
        <Select name="/holder" label="To whom?" value={holder} onValue={setHolder} choices={Object.entries(holderNames)} />
        <Input name="/from" label="From which day on?" type="date" width={10} value={from} onValue={setFrom} />
      </div>
      <Input name="/reason" label="Why?" hint="The family sees it." value={reason} onValue={setReason} />
      <Button kind="secondary" busy={form.busy}>Hand it over</Button>
    </FormBox>
  )
}
