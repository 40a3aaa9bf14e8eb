// The agreement of a pool: read by everybody, written by the facilitator.
import { useState } from 'preact/hooks'
import { agreementOf, costText, ratios, typedAgreement, type TypedAgreement, type TypedCost, type TypedTerms } from '../agreement'
import { Button, Choices, FormBox, Input, Select, useForm, type Choice } from '../form'
import { moneyText } from '../money'
import type { AgreementView, NewAgreement, PoolView, SplitKind } from '../types'
import { costKindNames, count, splitKindHints, splitKindNames } from '../words'
import { Details, Facts } from './page'

export function AgreementFacts({ agreement }: { agreement: AgreementView }) {
  return (
    <>
      <p class="prose">{agreement.text}</p>
      <Facts
        items={[
          ['One session, for the group', moneyText(agreement.price_per_session)],
          ...agreement.costs.map((cost): [string, string] => [`${costKindNames[cost.kind]}: ${cost.label}`, costText(cost)]),
          ['How it is shared', splitKindNames[agreement.split]],
          ['Sessions', String(agreement.sessions)],
          ['Notice', count(agreement.notice_sessions, 'session')],
          ['A share may rise by', `${agreement.ceiling_percent}% at most`],
          ['Smallest group', count(agreement.minimum_children, 'child', 'children')],
          ['Version', String(agreement.version)],
        ]}
      />
    </>
  )
}

export function WriteAgreement({ pool, send }: { pool: PoolView; send: (body: NewAgreement, post: Post) => Promise<void> }) {
  const [typed, setTyped] = useState<TypedAgreement>(() => typedAgreement(pool))
  const change = (part: Partial<TypedAgreement>) => setTyped({ ...typed, ...part })
  const form = useForm((post) => send(agreementOf(typed), post))
  return (
    <Details summary={pool.agreement ? 'Write a new version' : 'Write the agreement'} open={!pool.agreement}>
      <FormBox form={form} label="Agreement">
        <Input name="/notice_sessions" label="Notice, in sessions" hint="What a family that leaves still pays for." width={3} inputMode="numeric" value={typed.notice} onValue={(notice) => change({ notice })} />
        <Input name="/ceiling_percent" label="How far a share may rise" hint="When others leave, above the first share." suffix="%" width={3} inputMode="numeric" value={typed.ceiling} onValue={(ceiling) => change({ ceiling })} />
        <Input name="/minimum_children" label="Smallest group" hint="With fewer children the pool closes and nobody pays more." suffix="children" width={3} inputMode="numeric" value={typed.minimum} onValue={(minimum) => change({ minimum })} />
        <Choices
          name="/split" label="How is the price shared?" values={[typed.split]}
          onValues={([split]) => change({ split: (split ?? 'by_child') as SplitKind })}
          choices={(Object.keys(splitKindNames) as SplitKind[]).map((kind): Choice => [kind, splitKindNames[kind], splitKindHints[kind]])}
        />
        <Measures pool={pool} typed={typed} change={change} />
        <Limits pool={pool} typed={typed} change={change} />
        <Costs typed={typed} change={change} />
        <Button busy={form.busy}>{pool.agreement ? 'Save the new version' : 'Send it to the families'}</Button>
      </FormBox>
    </Details>
  )
}
type Post = Parameters<Parameters<typeof useForm>[0]>[0]

interface Part {
  pool: PoolView
  typed: TypedAgreement
  change: (part: Partial<TypedAgreement>) => void
}

const nameOf = (pool: PoolView, family: string): string =>
  pool.members.find((member) => member.family === family)?.known_as ?? 'This family'

function changed(typed: TypedAgreement, index: number, part: Partial<TypedTerms>): Partial<TypedAgreement> {
  return { members: typed.members.map((member, at) => (at === index ? { ...member, ...part } : member)) }
}

/** What the kind of split has to know of every family. */
function Measures({ pool, typed, change }: Part) {
  if (typed.split === 'by_child' || typed.split === 'equal') return null
  return (
    <>
      {typed.members.map((member, index) => {
        const name = nameOf(pool, member.family)
        const at = `/members/${index}`
        if (typed.split === 'by_weight') {
          return <Input key={member.family} name={`${at}/weight`} label={`${name}: how many parts`} width={3} inputMode="numeric" value={member.weight} onValue={(weight) => change(changed(typed, index, { weight }))} />
        }
        if (typed.split === 'by_support_ratio') {
          return <Select key={member.family} name={`${at}/ratio`} label={`${name}: adults for children`} value={member.ratio} onValue={(ratio) => change(changed(typed, index, { ratio }))}
            choices={[...new Set([...ratios, member.ratio])].map((ratio): Choice => [ratio, ratio.replace(':', ' to ')])} />
        }
        return <Input key={member.family} name={`${at}/minutes`} label={`${name}: minutes in a session`} hint="Of all its children together. Where sessions differ, one number for each, with commas." value={member.minutes} onValue={(minutes) => change(changed(typed, index, { minutes }))} />
      })}
    </>
  )
}

/** Fixed parts, what a family can pay, and how far it would go for another. */
function Limits({ pool, typed, change }: Part) {
  const any = typed.members.some((member) => member.fixed || member.canPay || member.carriesTo)
  return (
    <Details summary="Fixed parts and limits of single families" open={any}>
      <p>Leave empty what was not agreed. The other families do not see these amounts.</p>
      {typed.members.map((member, index) => {
        const name = nameOf(pool, member.family)
        const at = `/members/${index}`
        return (
          <fieldset class="govuk-fieldset" key={member.family}>
            <legend class="govuk-fieldset__legend">{name}</legend>
            <div class="fields">
              <Input name={`${at}/fixed`} label="Fixed part of a session" prefix="£" width={5} inputMode="decimal" value={member.fixed} onValue={(fixed) => change(changed(typed, index, { fixed }))} />
              <Input name={`${at}/can_pay`} label="Can pay at most" prefix="£" width={5} inputMode="decimal" value={member.canPay} onValue={(canPay) => change(changed(typed, index, { canPay }))} />
              <Input name={`${at}/carries_to`} label="Would pay up to, for others" prefix="£" width={5} inputMode="decimal" value={member.carriesTo} onValue={(carriesTo) => change(changed(typed, index, { carriesTo }))} />
            </div>
          </fieldset>
        )
      })}
    </Details>
  )
}

function Costs({ typed, change }: Omit<Part, 'pool'>) {
  const set = (index: number, part: Partial<TypedCost>) =>
    change({ costs: typed.costs.map((cost, at) => (at === index ? { ...cost, ...part } : cost)) })
  return (
    <Details summary="Fees and insurance" open={typed.costs.some((cost) => cost.label)}>
      <p>What the provider bills beside its price. It is shared like the price, and counts inside every family’s budget.</p>
      {typed.costs.map((cost, index) => (
        <fieldset class="govuk-fieldset" key={cost.kind}>
          <legend class="govuk-fieldset__legend">{costKindNames[cost.kind]}</legend>
          <div class="fields">
            <Input name={`/costs/${index}/label`} label="What for" value={cost.label} onValue={(label) => set(index, { label })} />
            <Input name={`/costs/${index}/per_session`} label="A session" prefix="£" width={5} inputMode="decimal" value={cost.perSession} onValue={(perSession) => set(index, { perSession })} />
            <Input name={`/costs/${index}/once`} label="Once, for all sessions" prefix="£" width={5} inputMode="decimal" value={cost.once} onValue={(once) => set(index, { once })} />
          </div>
        </fieldset>
      ))}
    </Details>
  )
}
