import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Action, Button, FormBox, Input, refused, Select, useForm, type Choice } from '../form'
import { Allocation } from '../parts/allocation'
import { Budget } from '../parts/bars'
import { Fees } from '../parts/fees'
import { Holders } from '../parts/holders'
import { moneyField, moneyText, readMoney } from '../money'
import { Card, Empty, Facts, Loaded, More, Note, Page, Said, Table, Tag } from '../parts/page'
import { useGet, useList } from '../resource'
import { navigate, usePlace, type Parameters } from '../router'
import { useAccount } from '../session'
import { comesInInstalments, inInstalments, instalmentDays, instalmentText, partKey, type Rhythm } from '../plans'
import type { FamilySummary, PlanVersionView, PlanView, SpendingStream } from '../types'
import { allocatedStreams, dateText, holderNames, instantText, streamName } from '../words'

const total = (plan: PlanView) => plan.streams.reduce((sum, stream) => sum + stream.allocated.pence, 0)
const StateTag = ({ plan }: { plan: PlanView }) =>
  plan.state === 'agreed' ? <Tag kind="good">Agreed</Tag> : <Tag kind="wait">To be agreed</Tag>

export function PlansPage() {
  const { query } = usePlace()
  const family = query.get('family') ?? undefined
  const plans = useList<PlanView>(withQuery('/v1/payments/plans', { family }))
  const families = useList<FamilySummary>('/v1/families?limit=500')
  const name = (id: string) => families.value?.find((each) => each.id === id)?.known_as ?? 'Family'
  return (
    <Page title="Plans" lead="What each family may spend, and how much of it may be pooled.">
      <Card title={family ? `Plans of ${name(family)}` : 'All plans'}>
        {family && <p><a href="/plans">Show all families</a></p>}
        <Loaded of={plans}>
          {(items) => items.length === 0 ? <Empty title="No plan yet" /> : (
            <>
              <Table
                caption="Plans" hideCaption rows={items} rowKey={(plan) => plan.id}
                columns={[
                  { title: 'Family', cell: (plan) => <a href={`/plans/${plan.id}`}>{name(plan.family)}{plan.child_label ? `, ${plan.child_label}` : ''}</a> },
                  { title: 'State', cell: (plan) => <StateTag plan={plan} /> },
                  { title: 'From', cell: (plan) => dateText(plan.starts, false) },
                  { title: 'To', cell: (plan) => dateText(plan.ends, false) },
                  { title: 'In all', number: true, cell: (plan) => moneyText({ pence: total(plan), currency: 'GBP' }) },
                  { title: 'Can still pool', number: true, cell: (plan) => moneyText(plan.headroom) },
                ]}
              />
              <More list={plans} />
            </>
          )}
        </Loaded>
      </Card>
      <Allocation />
      <NewPlan families={families.value ?? []} family={family ?? ''} key={family} />
    </Page>
  )
}

function NewPlan(props: { families: FamilySummary[]; family: string }) {
  const year = new Date().getFullYear()
  const [family, setFamily] = useState(props.family)
  const [label, setLabel] = useState('')
  const [starts, setStarts] = useState(`${year}-04-01`)
  const [ends, setEnds] = useState(`${year + 1}-03-31`)
  const [holder, setHolder] = useState('managed')
  const [rhythm, setRhythm] = useState<Rhythm>('whole')
  const [amounts, setAmounts] = useState<Partial<Record<SpendingStream, string>>>({})
  const form = useForm(async (send) => {
    const parts = allocatedStreams.filter((stream) => amounts[stream]?.trim())
    const fields = parts.filter((stream) => !readMoney(amounts[stream] ?? '')).map((stream) => ({
      pointer: `/amounts/${stream}`, detail: `Enter an amount for ${streamName(stream).toLowerCase()}, such as 1,200`,
    }))
    if (!family) fields.unshift({ pointer: '/family', detail: 'Choose a family' })
    if (parts.length === 0) fields.push({ pointer: '/amounts/short_breaks', detail: 'Enter at least one amount' })
    if (fields.length) throw refused(fields)
    const plan = await send<PlanView>('POST', '/v1/payments/plans', {
      family, starts, ends, holder,
      ...(label.trim() ? { child_label: label.trim() } : {}),
      streams: parts.flatMap((stream) => inInstalments(stream, readMoney(amounts[stream] ?? '')!, instalmentDays(starts, ends, rhythm))),
    })
    navigate(`/plans/${plan.id}`)
  })
  return (
    <Card title="Make a plan">
      <p class="quiet">The commissioner agrees it; until then nothing can be spent from it.</p>
      <FormBox form={form} label="Make a plan">
        <Select name="/family" label="Family" value={family} onValue={setFamily}
          choices={[['', 'Choose a family'], ...props.families.map((each): Choice => [each.id, each.known_as])]} />
        <Input name="/child_label" label="For which child?" hint="A nickname, if the plan is for one child." width={20} value={label} onValue={setLabel} />
        <div class="fields">
          <Input name="/starts" label="From" type="date" width={10} value={starts} onValue={setStarts} />
          <Input name="/ends" label="To" type="date" width={10} value={ends} onValue={setEnds} />
          <Select name="/holder" label="Who holds the money?" value={holder} onValue={setHolder} choices={Object.entries(holderNames)} />
          <Select name="/rhythm" label="When can it be spent?" value={rhythm} onValue={(value) => setRhythm(value as Rhythm)}
            choices={[['whole', 'All of it from the first day'], ['quarter', 'In equal parts, every three months'], ['month', 'In equal parts, every month']]} />
        </div>
        <h3 class="spaced">How much, from which stream?</h3>
        <div class="fields">
          {allocatedStreams.map((stream) => (
            <Input key={stream} name={`/amounts/${stream}`} label={streamName(stream)} prefix="£" width={10} inputMode="decimal"
              value={amounts[stream] ?? ''} onValue={(value) => setAmounts({ ...amounts, [stream]: value })} />
          ))}
        </div>
        <Button busy={form.busy}>Make the plan</Button>
      </FormBox>
    </Card>
  )
}

export function PlanPage({ parameters }: { parameters: Parameters }) {
  const { role } = useAccount()
  const path = `/v1/payments/plans/${parameters.plan}`
  const plan = useGet<PlanView>(path)
  const [said, setSaid] = useState<string>()
  const today = new Date().toISOString().slice(0, 10)
  const view = plan.value
  return (
    <Page title={view?.child_label ? `Plan for ${view.child_label}` : 'Plan'} caption={view && `${dateText(view.starts, false)} to ${dateText(view.ends, false)}`}
      aside={view && <StateTag plan={view} />}>
      <Said text={said} />
      <Loaded of={plan}>
        {(of) => (
          <div class="columns">
            <div class="stack">
              <Card title="The money"><Budget plans={[of]} /></Card>
              {comesInInstalments(of) && <Instalments plan={of} />}
              {of.state === 'agreed' && <Holders path={path} plan={of} />}
              {of.state === 'agreed' && <Fees path={path} plan={of} changed={(text) => { void plan.reload(); setSaid(text) }} />}
            </div>
            <div class="stack">
              <Card title="Pooling" class="card-tint">
                <Facts
                  items={[
                    ['May be pooled', moneyText(of.pooled_cap)],
                    ['Already pooled', moneyText(of.pooled_used)],
                    ['Can still be pooled', moneyText(of.headroom)],
                    ['Held', holderNames[of.holder]],
                  ]}
                />
              </Card>
              {role === 'commissioner' && of.state === 'indicative' && (
                <Card title="Agree this plan" class="card-warm">
                  <p>Once agreed, the amounts are in the ledger and the family can spend them.</p>
                  <Action run={async (send) => {
                    plan.set(await send<PlanView>('POST', `${path}/agreement`, {}, of.version))
                    setSaid('The plan is agreed.')
                  }}>Agree the plan</Action>
                </Card>
              )}
              {role === 'commissioner' && of.state === 'agreed' && (
                <Permission path={path} done={(next) => { plan.set(next); setSaid('Permission given.') }} />
              )}
              {role === 'commissioner' && of.state === 'agreed' && of.ends < today && (
                <Ending path={path} plan={of} done={(next) => { plan.set(next); setSaid('The plan’s year is ended.') }} />
              )}
              {role === 'commissioner' && of.state === 'agreed' && (
                <OwnMoney path={path} done={(next) => { plan.set(next); setSaid('The family’s own money is in the plan’s ledger.') }} />
              )}
              {role === 'commissioner' && of.state === 'agreed' && (
                <Revision key={of.version} path={path} plan={of} done={(next) => { plan.set(next); setSaid('The plan is changed.') }} />
              )}
              {role === 'commissioner' && of.state === 'agreed' && (
                <Allocation key={`points ${of.version}`} plan={of} path={path} done={(next) => { plan.set(next); setSaid('The plan is changed.') }} />
              )}
              {of.state === 'agreed' && <Versions key={`versions ${of.version}`} path={path} />}
              {role !== 'parent' && <Card><p><a href={`/statement/${of.family}`}>See the family’s statement</a></p></Card>}
              {role === 'facilitator' && of.state === 'indicative' && <Note>The commissioner has to agree this plan before it can be spent.</Note>}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

/** What the plan was, and why it changed. */
function Versions({ path }: { path: string }) {
  const versions = useList<PlanVersionView>(`${path}/versions`)
  return (
    <Card title="How it came to be">
      <Loaded of={versions}>
        {(items) => (
          <ol class="plain">
            {items.map((each) => (
              <li key={each.version}>
                <strong>{instantText(each.at)}</strong>: {each.streams}. {each.reason || 'Agreed by the authority.'}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
      <More list={versions} />
    </Card>
  )
}

/** When which part of the money comes. */
function Instalments({ plan }: { plan: PlanView }) {
  const today = new Date().toISOString().slice(0, 10)
  return (
    <Card title="When the money comes">
      <p class="quiet">A session is paid from the money of its own time first. What is left of earlier parts stays yours until the plan ends.</p>
      <Facts items={plan.streams.map((each): [string, string] => [streamName(each.stream), instalmentText(plan, each, today)])} />
    </Card>
  )
}

/** New amounts for an agreed plan; refused, with the pools in the way, where pools hold more. */
function Revision({ path, plan, done }: { path: string; plan: PlanView; done: (plan: PlanView) => void }) {
  // Every part that the plan has, and the streams that it has not.
  const parts = [...plan.streams.filter((each) => each.stream !== 'own_money').map(({ stream, from }) => ({ stream, from })),
    ...allocatedStreams.filter((stream) => !plan.streams.some((each) => each.stream === stream)).map((stream) => ({ stream, from: undefined }))]
  const [amounts, setAmounts] = useState<Record<string, string>>(
    Object.fromEntries(plan.streams.map((each) => [partKey(each), moneyField(each.allocated)])))
  const [reason, setReason] = useState('')
  const form = useForm(async (send) => {
    const filled = parts.filter((part) => amounts[partKey(part)]?.trim())
    const fields = filled.filter((part) => !readMoney(amounts[partKey(part)] ?? '')).map((part) => ({
      pointer: `/streams/${partKey(part)}`, detail: `Enter an amount for ${streamName(part.stream).toLowerCase()}, such as 1,200`,
    }))
    if (!reason.trim()) fields.push({ pointer: '/reason', detail: 'Say why; the family reads it' })
    if (fields.length) throw refused(fields)
    done(await send<PlanView>('POST', `${path}/versions`, {
      streams: filled.map((part) => ({ stream: part.stream, amount: readMoney(amounts[partKey(part)] ?? ''), ...(part.from ? { from: part.from } : {}) })),
      reason: reason.trim(),
    }, plan.version))
  })
  return (
    <Card title="Change this plan">
      <FormBox form={form} label="Change this plan">
        <div class="fields">
          {parts.map((part) => (
            <Input key={partKey(part)} name={`/streams/${partKey(part)}`} prefix="£" width={10} inputMode="decimal"
              label={streamName(part.stream) + (part.from ? `, from ${dateText(part.from, false)}` : '')}
              value={amounts[partKey(part)] ?? ''} onValue={(value) => setAmounts({ ...amounts, [partKey(part)]: value })} />
          ))}
        </div>
        <Input name="/reason" label="Why does it change?" hint="The family sees it." value={reason} onValue={setReason} />
        <Button busy={form.busy}>Change the plan</Button>
      </FormBox>
    </Card>
  )
}

/** A plan is over: what may be carried over goes into the next one, the rest back. */
function Ending({ path, plan, done }: { path: string; plan: PlanView; done: (plan: PlanView) => void }) {
  const plans = useList<PlanView>(withQuery('/v1/payments/plans', { family: plan.family }))
  const [next, setNext] = useState('')
  const later = (plans.value ?? []).filter((each) => each.state === 'agreed' && each.ends > plan.ends)
  return (
    <Card title="End this plan’s year" class="card-warm">
      <p>
        What your authority’s policy lets is carried over into the next plan. The rest goes back to where it came from. The statement of the
        family says both.
      </p>
      <Select name="/next" label="Next plan" value={next} onValue={setNext}
        choices={[['', 'None: nothing is carried over'], ...later.map((each): Choice => [each.id, `${dateText(each.starts, false)} to ${dateText(each.ends, false)}`])]} />
      <Action run={async (send) => done(await send<PlanView>('POST', `${path}/ending`, next ? { next } : {}))}>End the plan’s year</Action>
    </Card>
  )
}

/** What the family adds itself, as the bank says it. */
function OwnMoney({ path, done }: { path: string; done: (plan: PlanView) => void }) {
  const [way, setWay] = useState('in')
  const [amount, setAmount] = useState('')
  const [reference, setReference] = useState('')
  const form = useForm(async (send) => {
    const money = readMoney(amount)
    const fields = money ? [] : [{ pointer: '/amount', detail: 'Enter an amount, such as 50' }]
    if (!reference.trim()) fields.push({ pointer: '/reference', detail: 'Enter what the bank’s statement says' })
    if (fields.length) throw refused(fields)
    done(await send<PlanView>('POST', `${path}/own-money`, { way, amount: money, reference: reference.trim() }))
    setAmount('')
    setReference('')
  })
  return (
    <Card title="The family’s own money">
      <p class="quiet">It is spent last, and none of it counts against what may be pooled.</p>
      <FormBox form={form} label="The family’s own money">
        <Select name="/way" label="Which way?" value={way} onValue={setWay} choices={[['in', 'Paid in by the family'], ['back', 'Given back to the family']]} />
        <Input name="/amount" label="How much of it?" prefix="£" width={10} inputMode="decimal" value={amount} onValue={setAmount} />
        <Input name="/reference" label="Reference on the bank’s statement" hint="The family sees it." value={reference} onValue={setReference} />
        <Button busy={form.busy}>Enter it</Button>
      </FormBox>
    </Card>
  )
}

function Permission({ path, done }: { path: string; done: (plan: PlanView) => void }) {
  const [amount, setAmount] = useState('')
  const [reason, setReason] = useState('')
  const form = useForm(async (send) => {
    const money = readMoney(amount)
    if (!money) throw refused([{ pointer: '/amount', detail: 'Enter an amount, such as 250' }])
    done(await send<PlanView>('POST', `${path}/permissions`, { amount: money, reason: reason.trim() }))
    setAmount('')
    setReason('')
  })
  return (
    <Card title="Permission to pool more">
      <FormBox form={form} label="Permission to pool more">
        <Input name="/amount" label="How much more?" prefix="£" width={10} inputMode="decimal" value={amount} onValue={setAmount} />
        <Input name="/reason" label="Why?" hint="The family sees it." value={reason} onValue={setReason} />
        <Button busy={form.busy}>Give permission</Button>
      </FormBox>
    </Card>
  )
}
