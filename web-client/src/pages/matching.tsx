import { useState } from 'preact/hooks'
import { Action, Button, FormBox, Select, useForm, type Choice } from '../form'
import { moneyText } from '../money'
import { Card, Details, Empty, Facts, Loaded, More, Note, Page, Table } from '../parts/page'
import { UnmetGroups } from '../parts/unmet-groups'
import { WhyNot } from '../parts/why-not'
import { MatchingMap } from '../parts/matching-map'
import { WhatIf } from '../parts/what-if'
import { useGet, useList } from '../resource'
import { navigate, type Parameters } from '../router'
import { useAccount } from '../session'
import type { GroupView, LeftOut, MatchingChangeView, MatchingRunSummary, MatchingRunView, PoolView, RunMap } from '../types'
import { count, instantText, slotText } from '../words'

export function MatchingPage() {
  const { role } = useAccount()
  const runs = useList<MatchingRunSummary>('/v1/matching/runs')
  return (
    <Page title="Matching" lead="Finds families who fit together: age, needs, distance, times and money – and says why. You decide.">
      <div class="columns">
        <Card title="Searches so far">
          <Loaded of={runs}>
            {(items) => items.length === 0 ? <Empty title="None yet" /> : (
              <>
                <ul class="rows">
                  {items.map((run) => (
                    <li key={run.id}>
                      <h3><a href={`/matching/${run.id}`}>{instantText(run.created)}</a></h3>
                      <p class="quiet small">
                        {run.night ? 'Looked for by itself at night; ' : run.from ? 'Tried out by a facilitator; ' : ''}{count(run.families, 'family', 'families')} and {count(run.offers, 'offer')} looked at
                      </p>
                    </li>
                  ))}
                </ul>
                <More list={runs} />
              </>
            )}
          </Loaded>
        </Card>
        {role === 'facilitator' && <NewRun />}
      </div>
    </Page>
  )
}

function NewRun() {
  const [type, setType] = useState('')
  const types = useGet<{ items: { type: string }[] }>('/v1/catalogue/types')
  const form = useForm(async (send) => {
    const run = await send<MatchingRunView>('POST', '/v1/matching/runs', type ? { activity_type: type } : {})
    navigate(`/matching/${run.id}`)
  })
  return (
    <Card title="Look for groups" class="card-tint">
      <p>Only families that asked to be matched take part. Nobody is told before you confirm a group.</p>
      <FormBox form={form} label="Look for groups">
        <Select name="/activity_type" label="For which kind of break?" value={type} onValue={setType}
          choices={[['', 'Every kind'], ...(types.value?.items ?? []).map((each): Choice => [each.type, each.type])]} />
        <Button busy={form.busy}>{form.busy ? 'Looking…' : 'Look for groups'}</Button>
      </FormBox>
    </Card>
  )
}

export function MatchingRunPage({ parameters }: { parameters: Parameters }) {
  const run = useGet<MatchingRunView>(`/v1/matching/runs/${parameters.run}`)
  const map = useGet<RunMap>(`/v1/matching/runs/${parameters.run}/map`)
  const { role } = useAccount()
  const view = run.value
  return (
    <Page title={view ? `${count(view.groups.length, 'group')} found` : 'Groups'} caption={view && `Search of ${instantText(view.created)}`}
      lead={view && `From ${count(view.families, 'family', 'families')} and ${count(view.offers, 'offer')}, in ${(view.took_ms / 1000).toFixed(2)} seconds.`}>
      <p class="back"><a href="/matching">All searches</a></p>
      <Loaded of={run}>
        {(of) => (
          <>
            {of.from && <Origin run={of} />}
            <p>
              {of.gap != null && of.gap >= 0 && gapText(of.gap)}{' '}
              {of.rather_elsewhere != null && of.groups.length > 0 && settledText(of.rather_elsewhere)}
            </p>
            {of.groups.length > 0 && map.value && <MatchingMap groups={of.groups} map={map.value} />}
            {role === 'facilitator' && of.groups.length > 0 && <WhatIf key={of.id} run={of} />}
            {of.groups.length === 0 && <Empty title="No group fits this time"><p>Below is what would help each family.</p></Empty>}
            <div class="stack">{of.groups.map((group, index) => <Group key={group.id} group={group} number={index + 1} run={of.id} />)}</div>
            {of.unmet.length > 0 && <UnmetGroups groups={of.unmet} />}
            {of.left_out.length > 0 && <LeftOutCard families={of.left_out} />}
            {role === 'facilitator' && <WhyNot run={of} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** How far from the best possible, rounded up so that it is never told nearer than it is. */
export const gapText = (gap: number): string =>
  gap <= 0 ? 'This is proven to be the best there is.' : `At most ${(Math.ceil(gap * 1000) / 10).toFixed(1)} % better is possible.`

/** Whether families would leave their groups for each other, once every move that all concerned agree on was made. */
export const settledText = (ratherElsewhere: number): string =>
  ratherElsewhere === 0
    ? 'No family would be better off in another group that would have it.'
    : `${count(ratherElsewhere, 'family', 'families')} would rather be in another group that would have them, but their going would cost the families left behind more.`

function Origin({ run }: { run: MatchingRunView }) {
  return (
    <Note>
      <p>This comes from <a href={`/matching/${run.from}`}>an earlier search</a>, with what was tried out since:</p>
      <ul>{run.changes.map((change, index) => <li key={index}>{changeText(change, run.groups)}</li>)}</ul>
    </Note>
  )
}

function changeText(change: MatchingChangeView, groups: GroupView[]): string {
  const who = change.known_as ?? 'A family'
  const at = groups.findIndex((group) => group.run === change.run)
  const where = at < 0 ? 'a group that there is not any more' : `group ${at + 1}`
  switch (change.kind) {
    case 'pin': return `${who} was put into ${where}`
    case 'forbid': return `${who} was kept out of ${where}`
    case 'swap': return `${who} changed places with ${change.other_known_as ?? 'another family'}`
    case 'remove': return `${who} was left out`
  }
}

function Group({ group, number, run }: { group: GroupView; number: number; run: string }) {
  const { role } = useAccount()
  const children = group.families.reduce((sum, family) => sum + family.children, 0)
  const anyAlone = group.families.some((family) => family.alone)
  return (
    <Card title={<>Group {number}: <a href={`/offers/${group.offer}`}>{group.offer_title}</a></>}>
      <p class="quiet">
        {slotText(group)} · {count(group.sessions, 'session')} ·{' '}
        {count(group.families.length, 'family', 'families')}, {count(children, 'child', 'children')}
      </p>
      <div class="columns even spaced">
        <div>
          <h3>Why this group</h3>
          <ul>{group.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
          {group.terms.length > 0 && (
            <Details summary="How well it fits, by what counts">
              <Facts items={group.terms.map((term) => [term.title, `${Math.round(term.value * 100)} of 100`])} />
            </Details>
          )}
        </div>
        <Table
          caption={`What each family of group ${number} pays`} hideCaption rows={group.families} rowKey={(family) => family.family}
          columns={[
            { title: 'Family', cell: (family) => family.known_as ?? 'A family' },
            { title: 'Children', number: true, cell: (family) => family.children },
            { title: 'Whole run', number: true, cell: (family) => moneyText(family.share) },
            ...(anyAlone ? [{ title: 'Alone', number: true, cell: (family: GroupView['families'][number]) => (family.alone ? moneyText(family.alone) : '–') }] : []),
          ]}
        />
      </div>
      <div class="actions">
        {group.pool && <p><a href={`/pools/${group.pool}`}>The pool that came of group {number}</a></p>}
        {role === 'facilitator' && !group.pool && (
          <Action once={`confirm-${group.id}`} run={async (send) => {
            const pool = await send<PoolView>('POST', '/v1/pools', {
              offer: group.offer, run: group.run, families: [], matching_run: run, group: group.id, reasons: [],
            })
            navigate(`/pools/${pool.id}`)
          }}>
            Confirm group {number}
          </Action>
        )}
      </div>
    </Card>
  )
}

const LeftOutCard = ({ families }: { families: LeftOut[] }) => (
  <section class="section">
    <Card title={`${count(families.length, 'family', 'families')} without a group`}>
      <Note>Nobody is to blame: each has a reason, and mostly something that would help.</Note>
      <ul class="rows">
        {families.map((family) => (
          <li key={family.family}>
            <h3>{family.known_as ?? 'A family'}</h3>
            <p>{family.text}</p>
            {family.what_would_help && (
              <Details summary="What would help"><Facts items={[['What would help', family.what_would_help]]} /></Details>
            )}
          </li>
        ))}
      </ul>
    </Card>
  </section>
)
