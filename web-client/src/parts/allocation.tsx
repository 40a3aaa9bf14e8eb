// What points come to, protected against sudden change; and for a plan, its stream set to that.
import { useState } from 'preact/hooks'
import { whole } from '../agreement'
import { Action, Button, FormBox, Input, refused, Select, useForm, type Choice } from '../form'
import { moneyText, readMoney } from '../money'
import type { AllocationView, PlanView } from '../types'
import { streamName } from '../words'
import { Card, Derivation } from './page'

/** By itself: a calculator. With a plan: its amounts are those of now, and the commissioner can set one. */
export function Allocation({ plan, path, done }: { plan?: PlanView; path?: string; done?: (plan: PlanView) => void }) {
  const own = (plan?.streams ?? []).filter((each) => each.stream !== 'own_money' && !each.from)
  const [stream, setStream] = useState<string>(own[0]?.stream ?? '')
  const [child, setChild] = useState('')
  const [family, setFamily] = useState('')
  const [current, setCurrent] = useState('')
  const [found, setFound] = useState<AllocationView>()
  const points = () => ({ child_points: whole(child, '/child_points'), family_points: whole(family, '/family_points') })
  const form = useForm(async (send) => {
    const now = plan ? own.find((each) => each.stream === stream)?.allocated : readMoney(current)
    if (!plan && current.trim() && !now) throw refused([{ pointer: '/current', detail: 'Enter an amount, such as 12,000, or leave it empty' }])
    setFound(await send<AllocationView>('POST', '/v1/payments/allocations', { ...points(), ...(now ? { current: now } : {}) }))
  })
  if (plan && own.length === 0) return null
  return (
    <Card title="What points come to">
      <p class="quiet">By your authority’s price of a point. Nobody’s amount falls or rises at once by more than the policy says.</p>
      <FormBox form={form} label="What points come to">
        <div class="fields">
          {plan && <Select name="/stream" label="Which stream?" value={stream} onValue={setStream} choices={own.map((each): Choice => [each.stream, streamName(each.stream)])} />}
          <Input name="/child_points" label="Points of the child" width={5} inputMode="numeric" value={child} onValue={setChild} />
          <Input name="/family_points" label="Points of the family" width={5} inputMode="numeric" value={family} onValue={setFamily} />
          {!plan && <Input name="/current" label="What the family has now" hint="Leave it empty where it has nothing." prefix="£" width={10} inputMode="decimal" value={current} onValue={setCurrent} />}
        </div>
        <Button kind="secondary" busy={form.busy}>Work it out</Button>
      </FormBox>
      {found && (
        <div role="status">
          <p><strong>{moneyText(found.amount)}</strong></p>
          <Derivation steps={found.steps} />
        </div>
      )}
      {found && plan && path && done && (
        <Action kind="secondary" run={async (send) => {
          done(await send<PlanView>('POST', `${path}/allocation`, { stream, ...points() }, plan.version))
          setFound(undefined)
        }}>Set the plan to this</Action>
      )}
    </Card>
  )
}
