import { useState } from 'preact/hooks'
import { Button, FormBox, Input, refused, Select, Tick, useForm, type Choice } from '../form'
import { moneyField, pounds, readMoney } from '../money'
import { Card, Loaded, Page, Said } from '../parts/page'
import { useGet } from '../resource'
import { useAccount } from '../session'
import type { PolicyView, SpendingRule, SpendingStream } from '../types'
import { streamNames } from '../words'
import { whole } from '../agreement'

const rules: Choice[] = [['allowed', 'Allowed'], ['not_allowed', 'Not allowed'], ['ask', 'Ask first']]

export function PolicyPage() {
  const { authority, authority_name } = useAccount()
  const path = `/v1/identity/authorities/${authority}/policy`
  const policy = useGet<PolicyView>(path)
  return (
    <Page title="Policy" caption={authority_name ?? undefined} lead="The rules of your authority. They are data: what you change here counts from now on.">
      <Loaded of={policy}>
        {(value) => <PolicyForm key={value.version} policy={value} path={path} saved={policy.set} />}
      </Loaded>
    </Page>
  )
}

function PolicyForm({ policy, path, saved }: { policy: PolicyView; path: string; saved: (policy: PolicyView) => void }) {
  const [free, setFree] = useState(String(policy.free_percent))
  const [permission, setPermission] = useState(policy.permission_required)
  const [threshold, setThreshold] = useState(policy.ras_threshold_points ? String(policy.ras_threshold_points) : '')
  const [spending, setSpending] = useState(policy.spending_rules)
  const { budget } = policy
  const [carry, setCarry] = useState(String(budget.carry_over_percent))
  const [price, setPrice] = useState(budget.pence_per_point ? moneyField(pounds(budget.pence_per_point)) : '')
  const [keep, setKeep] = useState(String(budget.keep_permille))
  const [rise, setRise] = useState(String(budget.rise_permille))
  const [most, setMost] = useState(budget.carry_over_pence ? moneyField(pounds(budget.carry_over_pence)) : '')
  const [said, setSaid] = useState<string>()
  const change = (index: number, part: Partial<SpendingRule>) =>
    setSpending(spending.map((rule, at) => (at === index ? { ...rule, ...part } : rule)))
  const form = useForm(async (send) => {
    const body = {
      free_percent: whole(free, '/free_percent'), permission_required: permission, spending_rules: spending,
      ...(threshold.trim() ? { ras_threshold_points: whole(threshold, '/ras_threshold_points') } : {}),
    }
    const limit = readMoney(most)
    if (most.trim() && !limit) throw refused([{ pointer: '/budget/carry_over_pence', detail: 'Enter an amount, such as 500, or leave it empty' }])
    const point = readMoney(price)
    if (price.trim() && !point) throw refused([{ pointer: '/budget/pence_per_point', detail: 'Enter an amount, such as 50, or leave it empty' }])
    const rules = {
      pence_per_point: point ? point.pence : null, keep_permille: whole(keep, '/budget/keep_permille'), rise_permille: whole(rise, '/budget/rise_permille'),
      carry_over_percent: whole(carry, '/budget/carry_over_percent'), carry_over_pence: limit ? limit.pence : null,
    }
    const next = await send<PolicyView>('PUT', path, { ...body, budget: rules }, policy.version)
    setSaid('Saved.')
    saved(next)
  })
  return (
    <Card>
      <Said text={said} />
      <FormBox form={form} label="Policy">
        <Input name="/free_percent" label="How much of a plan may be pooled without asking?" suffix="%" width={3} inputMode="numeric" value={free} onValue={setFree} />
        <Tick name="/permission_required" label="More may be pooled with permission for the family" value={permission} onValue={setPermission} />
        <Input name="/ras_threshold_points" label="From how many points is a budget offered?" hint="Leave it empty if you use none." width={5} inputMode="numeric" value={threshold} onValue={setThreshold} />
        <h2 class="spaced">How an amount is worked out</h2>
        <div class="fields">
          <Input name="/budget/pence_per_point" label="What is a point worth?" hint="Leave it empty if you use no points." prefix="£" width={10} inputMode="decimal" value={price} onValue={setPrice} />
          <Input name="/budget/keep_permille" label="A new amount is at least, in thousandths of the current one" width={5} inputMode="numeric" value={keep} onValue={setKeep} />
          <Input name="/budget/rise_permille" label="And at most" width={5} inputMode="numeric" value={rise} onValue={setRise} />
        </div>
        <h2 class="spaced">When a plan’s year ends</h2>
        <div class="fields">
          <Input name="/budget/carry_over_percent" label="How much of a stream may be carried over?" suffix="%" width={3} inputMode="numeric" value={carry} onValue={setCarry} />
          <Input name="/budget/carry_over_pence" label="And of each stream at most" hint="Leave it empty for no limit." prefix="£" width={10} inputMode="decimal" value={most} onValue={setMost} />
        </div>
        <h2 class="spaced">What each stream may be spent on</h2>
        {spending.map((rule, index) => (
          <fieldset class="child" key={index}>
            <legend>Rule {index + 1}</legend>
            <div class="fields">
              <Select name={`/spending_rules/${index}/stream`} label="Stream" value={rule.stream} onValue={(value) => change(index, { stream: value as SpendingStream })} choices={Object.entries(streamNames)} />
              <Input name={`/spending_rules/${index}/category`} label="Kind of break" hint="* for every kind" width={20} value={rule.category} onValue={(category) => change(index, { category })} />
              <Select name={`/spending_rules/${index}/rule`} label="Rule" value={rule.rule} onValue={(value) => change(index, { rule: value as SpendingRule['rule'] })} choices={rules} />
              <Input name={`/spending_rules/${index}/reason`} label="Reason, for families" width={20} value={rule.reason} onValue={(reason) => change(index, { reason })} />
              <Button kind="secondary" onClick={() => setSpending(spending.filter((_, at) => at !== index))} of={`rule ${index + 1}`}>Remove</Button>
            </div>
          </fieldset>
        ))}
        <Button kind="secondary" onClick={() => setSpending([...spending, { stream: 'short_breaks', category: '*', rule: 'allowed', reason: '' }])}>Add a rule</Button>
        <div class="actions"><Button busy={form.busy}>Save</Button></div>
      </FormBox>
    </Card>
  )
}
