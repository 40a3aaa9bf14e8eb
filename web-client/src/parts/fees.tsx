// A plan's fees: what is agreed, what of it was charged, and for the commissioner what can be done with it.
import { useState } from 'preact/hooks'
import { Action, Button, FormBox, Input, refused, Select, useForm, type Choice } from '../form'
import { moneyText, readMoney } from '../money'
import { useList, type List } from '../resource'
import { useAccount } from '../session'
import type { FeeBasis, FeeView, PlanView, ProviderView } from '../types'
import { feeBases, feeNames, streamName } from '../words'
import { Card, Empty, Loaded, Table } from './page'

export function Fees({ path, plan, changed }: { path: string; plan: PlanView; changed: (said: string) => void }) {
  const { role } = useAccount()
  const fees = useList<FeeView>(`${path}/fees`)
  const providers = useList<ProviderView>(role === 'commissioner' ? '/v1/catalogue/providers?limit=500' : undefined)
  const done = (said: string) => {
    void fees.reload()
    changed(said)
  }
  return (
    <>
      <Card title="Fees">
        <Loaded of={fees}>
          {(items) => items.length === 0 ? <Empty title="No fees are agreed" /> : (
            <Table
              caption="Fees of this plan" hideCaption rows={items} rowKey={(fee) => fee.id}
              columns={[
                { title: 'For', cell: (fee) => feeNames[fee.kind] },
                { title: 'From', cell: (fee) => streamName(fee.stream) },
                { title: 'How it was worked out', cell: (fee) => fee.derivation },
                { title: 'Reserved', number: true, cell: (fee) => moneyText(fee.reserved) },
                { title: 'Paid', number: true, cell: (fee) => moneyText(fee.charged) },
              ]}
            />
          )}
        </Loaded>
      </Card>
      {role === 'commissioner' && <Charge fees={fees} done={done} />}
      {role === 'commissioner' && <NewFee path={path} plan={plan} providers={providers.value ?? []} done={done} />}
    </>
  )
}

function NewFee({ path, plan, providers, done }: { path: string; plan: PlanView; providers: ProviderView[]; done: (said: string) => void }) {
  const [kind, setKind] = useState('payroll')
  const [payee, setPayee] = useState('')
  const [stream, setStream] = useState<string>(plan.streams[0]?.stream ?? 'short_breaks')
  const [basis, setBasis] = useState<FeeBasis>('fixed')
  const [rate, setRate] = useState('')
  const [many, setMany] = useState('')
  const form = useForm(async (send) => {
    const money = readMoney(rate)
    const count = Number(many)
    const fields = payee ? [] : [{ pointer: '/payee', detail: 'Choose who is paid' }]
    if (basis !== 'percent' && !money) fields.push({ pointer: '/rate', detail: 'Enter an amount, such as 460' })
    if (basis === 'hourly' && !(count > 0)) fields.push({ pointer: '/minutes', detail: 'Enter hours, such as 2.5' })
    if (basis === 'percent' && !(count > 0)) fields.push({ pointer: '/hundredths', detail: 'Enter a percentage, such as 5' })
    if (fields.length) throw refused(fields)
    const fee = await send<FeeView>('POST', `${path}/fees`, {
      kind, payee, stream, basis,
      ...(basis === 'percent' ? { hundredths: Math.round(count * 100) } : { rate: money }),
      ...(basis === 'hourly' ? { minutes: Math.round(count * 60) } : {}),
    })
    setRate('')
    setMany('')
    done(`The fee is agreed: ${moneyText(fee.reserved)} is reserved.`)
  })
  const payees = providers.map((each): Choice => [each.id, each.name])
  const own = [...new Set(plan.streams.map((each) => each.stream))].map((each): Choice => [each, streamName(each)])
  return (
    <Card title="Agree a fee">
      <p class="quiet">It is reserved at once, and counts inside the plan.</p>
      <FormBox form={form} label="Agree a fee">
        <div class="fields">
          <Select name="/kind" label="What for?" value={kind} onValue={setKind} choices={Object.entries(feeNames)} />
          <Select name="/payee" label="Who is paid?" value={payee} onValue={setPayee} choices={[['', 'Choose a provider'], ...payees]} />
          <Select name="/stream" label="From which stream?" value={stream} onValue={setStream} choices={own} />
          <Select name="/basis" label="How is it agreed?" value={basis} onValue={(value) => setBasis(value as FeeBasis)} choices={Object.entries(feeBases)} />
          {basis !== 'percent' && <Input name="/rate" label="Rate" prefix="£" width={10} inputMode="decimal" value={rate} onValue={setRate} />}
          {basis === 'hourly' && <Input name="/minutes" label="Hours" width={10} inputMode="decimal" value={many} onValue={setMany} />}
          {basis === 'percent' && <Input name="/hundredths" label="Percent of the stream" width={10} inputMode="decimal" value={many} onValue={setMany} />}
        </div>
        <Button kind="secondary" busy={form.busy}>Agree this fee</Button>
      </FormBox>
    </Card>
  )
}

/** Part of a fee is owed to its payee, who is paid in the next payment run; or the rest is not needed. */
function Charge({ fees, done }: { fees: List<FeeView>; done: (said: string) => void }) {
  const open = (fees.value ?? []).filter((fee) => fee.reserved.pence > 0)
  const [chosen, setChosen] = useState('')
  const [amount, setAmount] = useState('')
  const [reason, setReason] = useState('')
  const fee = chosen || open[0]?.id || ''
  const form = useForm(async (send) => {
    const money = readMoney(amount)
    const fields = money ? [] : [{ pointer: '/amount', detail: 'Enter an amount, such as 38.33' }]
    if (!reason.trim()) fields.push({ pointer: '/reason', detail: 'Say what for; the family reads it' })
    if (fields.length) throw refused(fields)
    await send<FeeView>('POST', `/v1/payments/fees/${fee}/charges`, { amount: money, reason: reason.trim() })
    setAmount('')
    setReason('')
    done('The fee is charged. Its payee is paid with the next payment run.')
  })
  if (open.length === 0) return null
  const choices = open.map((each): Choice => [each.id, `${feeNames[each.kind]}, ${moneyText(each.reserved)} reserved`])
  return (
    <Card title="Charge a fee">
      <FormBox form={form} label="Charge a fee">
        <Select name="/fee" label="Which fee?" value={fee} onValue={setChosen} choices={choices} />
        <Input name="/amount" label="How much of it?" prefix="£" width={10} inputMode="decimal" value={amount} onValue={setAmount} />
        <Input name="/reason" label="What for?" hint="Such as the month. The family sees it." value={reason} onValue={setReason} />
        <Button kind="secondary" busy={form.busy}>Charge it</Button>
      </FormBox>
      <Action kind="secondary" run={async (send) => {
        await send<FeeView>('POST', `/v1/payments/fees/${fee}/release`, { reason: 'Not needed.' })
        setChosen('')
        done('What was reserved for the fee is in the plan again.')
      }}>The rest is not needed</Action>
    </Card>
  )
}
