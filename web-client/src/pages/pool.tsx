import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { termsText } from '../agreement'
import { Action, Button, FormBox, refused, Select, TextArea, useForm, type Send } from '../form'
import { useLive } from '../live'
import { moneyText } from '../money'
import { AgreementFacts, WriteAgreement } from '../parts/agreement'
import { Card, Derivation, Details, Facts, Loaded, Note, Page, Said, Table, Tag } from '../parts/page'
import { PoolTag } from '../parts/pools'
import { useGet, useList } from '../resource'
import type { Parameters } from '../router'
import { useAccount } from '../session'
import type { FamilySummary, MemberState, PoolState, PoolView } from '../types'
import { count, dateText, memberStateNames, slotText } from '../words'

const order: PoolState[] = ['proposed', 'agreement', 'active', 'closed']
const stepNames: [PoolState, string][] = [
  ['proposed', 'Proposed'], ['agreement', 'Everybody accepts'], ['active', 'Sessions take place'], ['closed', 'Finished'],
]

/** The steps of a pool's life and where this one is. */
function Steps({ state }: { state: PoolState }) {
  if (state === 'dissolved') return null
  const at = order.indexOf(state === 'holding' ? 'agreement' : state)
  return (
    <ol class="steps" aria-label="Where this pool stands">
      {stepNames.map(([step, name], index) => (
        <li key={step} class={index < at ? 'done' : undefined} aria-current={index === at ? 'step' : undefined}>{name}</li>
      ))}
    </ol>
  )
}

export function PoolPage({ parameters }: { parameters: Parameters }) {
  const path = `/v1/pools/${parameters.pool}`
  const pool = useGet<PoolView>(path)
  const [said, setSaid] = useState<string>()
  useLive(`pool:${parameters.pool}`, () => void pool.reload())
  const done = (text: string) => {
    setSaid(text)
    void pool.reload()
  }
  const view = pool.value
  return (
    <Page
      title={view?.title ?? 'Pool'}
      caption={view && `${slotText(view)} · ${view.provider_name}`}
      aside={view && <PoolTag state={view.state} />}
    >
      <Said text={said} />
      <Loaded of={pool}>
        {(value) => (
          <>
            <Card><Steps state={value.state} />{value.state === 'dissolved' && <p>This pool was closed early. Money that was reserved and not spent has gone back to each family’s plan.</p>}</Card>
            <div class="columns">
              <div class="stack">
                <MyPart pool={value} path={path} done={done} />
                <AgreementCard pool={value} path={path} done={done} />
                <Sessions pool={value} path={path} done={done} />
              </div>
              <div class="stack">
                <About pool={value} />
                <Members pool={value} path={path} done={done} />
                <Closing pool={value} path={path} done={done} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

interface Part {
  pool: PoolView
  path: string
  done: (text: string) => void
}

function MyPart({ pool, path, done }: Part) {
  const my = pool.my
  const { family } = useAccount()
  if (!my) {
    if (pool.state !== 'proposed' || !family) return null
    return (
      <Card title="Would you like to join?" class="card-tint">
        <p>Nothing is decided yet. You see what it costs before you agree.</p>
        <Action run={async (send) => { await send('POST', `${path}/members`, { family }); done('You have joined. You will be asked to accept the agreement.') }}>
          Join this pool
        </Action>
      </Card>
    )
  }
  const agreement = pool.agreement
  const mayAnswer = pool.state === 'agreement' && my.state === 'invited' && agreement
  const outdated = my.accepted_version && agreement && my.accepted_version !== agreement.version
  return (
    <Card title="Your share" class={mayAnswer ? 'card-warm' : 'card-tint'}>
      <p class="big-money">{moneyText(my.share_per_session)}<span class="quiet small"> a session</span></p>
      <Facts
        items={[
          ['For all sessions', moneyText(my.total)],
          ['The most a session can cost you', my.ceiling_per_session ? moneyText(my.ceiling_per_session) : undefined],
          ['Where you stand', <Tag key="state" kind={my.state === 'accepted' ? 'good' : 'wait'}>{memberStateNames[my.state]}</Tag>],
          ['You pay until', my.pays_until ? `session ${my.pays_until}` : undefined],
          ['Agreed with you', termsText(my.terms, true).join('; ') || undefined],
        ]}
      />
      {my.derivation.length > 0 && <Details summary="How this was worked out"><Derivation steps={my.derivation} /></Details>}
      {mayAnswer && (
        <>
          {outdated && <p>The agreement changed after you accepted it. Please read it again.</p>}
          <p>When everybody has accepted, each family’s share is reserved. You pay only for sessions that take place.</p>
          <div class="actions">
            <Action run={async (send) => {
              await send('POST', `${path}/acceptances`, { agreement_version: agreement.version })
              done('You accepted. Thank you – we tell you when everybody has.')
            }}>
              Accept the agreement
            </Action>
          </div>
        </>
      )}
      {(pool.state === 'proposed' || pool.state === 'agreement') && (my.state === 'invited' || my.state === 'accepted') && (
        <WithReason summary="Say no to this pool" button="Say no" warning="You can do this without giving a reason. The others are not told why."
          send={(send, reason) => send('POST', `${path}/declines`, { reason })} done={() => done('You said no to this pool. Your budget is untouched.')} />
      )}
      {pool.state === 'active' && my.state === 'accepted' && (
        <WithReason summary="Leave this pool" button="Leave the pool"
          warning={agreement?.notice_sessions
            ? `You still pay for the next ${count(agreement.notice_sessions, 'session')}; after that nothing.`
            : 'You pay for nothing after today.'}
          send={(send, reason) => send('POST', `${path}/leaving`, { reason })} done={() => done('You are leaving this pool.')} />
      )}
    </Card>
  )
}

/** Something that cannot be taken back: opened first, explained, then confirmed. */
function WithReason(props: {
  summary: string
  button: string
  warning: string
  send: (send: Send, reason: string) => Promise<unknown>
  done: () => void
}) {
  const [reason, setReason] = useState('')
  const form = useForm(async (send) => {
    await props.send(send, reason.trim())
    props.done()
  })
  return (
    <Details summary={props.summary}>
      <p>{props.warning}</p>
      <FormBox form={form} label={props.summary}>
        <TextArea name="/reason" label="Why? You need not say." rows={2} value={reason} onValue={setReason} />
        <Button kind="warning" busy={form.busy}>{props.button}</Button>
      </FormBox>
    </Details>
  )
}

function AgreementCard({ pool, path, done }: Part) {
  const { role } = useAccount()
  const mayWrite = role === 'facilitator' && (pool.state === 'proposed' || pool.state === 'agreement')
  return (
    <Card title="The agreement">
      {pool.agreement
        ? <AgreementFacts agreement={pool.agreement} />
        : <p class="quiet">There is none yet. The facilitator writes it; you read it before you say yes or no.</p>}
      {mayWrite && (
        // A form of its own for every group: with other families there are other fields.
        <WriteAgreement
          key={pool.members.map((member) => `${member.family}${member.state}`).join()} pool={pool}
          send={async (body, send) => {
            await send('POST', `${path}/agreement`, body, pool.version)
            done('The agreement is written. The families are asked to accept it.')
          }}
        />
      )}
    </Card>
  )
}

function Sessions({ pool, path, done }: Part) {
  const { role } = useAccount()
  const maySay = pool.state === 'active' && (role === 'provider' || role === 'facilitator')
  const tag = (state: string) =>
    state === 'delivered' ? <Tag kind="good">Took place</Tag> : state === 'cancelled' ? <Tag kind="bad">Cancelled</Tag> : <Tag>Planned</Tag>
  return (
    <Card title="Sessions">
      <ul class="rows">
        {pool.sessions.map((session) => (
          <li key={session.number}>
            <div class="row-line">
              <p><strong>{session.number}.</strong> {dateText(session.date)}</p>
              {tag(session.state)}
            </div>
            {maySay && session.state === 'planned' && (
              <div class="actions">
                <Action kind="secondary" of={`(session ${session.number})`} run={async (send) => {
                  await send('POST', `${path}/sessions/${session.number}/delivery`, {})
                  done(`Session ${session.number} is marked as held.`)
                }}>It took place</Action>
                <Cancel number={session.number} pool={pool} path={path} done={done} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Cancel({ number, path, done }: Part & { number: number }) {
  return (
    <WithReason summary={`Cancel session ${number}`} button="Cancel this session"
      warning="The money reserved for it goes back to the families."
      send={(send, reason) => send('POST', `${path}/sessions/${number}/cancellation`, { reason })}
      done={() => done(`Session ${number} is cancelled.`)} />
  )
}

const About = ({ pool }: { pool: PoolView }) => (
  <Card title="About">
    <Facts
      items={[
        ['When', slotText(pool)],
        ['Kind', pool.activity_type],
        ['Provider', pool.provider_name],
        ['Children', `${pool.children} (from ${pool.minimum_children} to ${pool.maximum_children})`],
        ['Offer', <a key="offer" href={`/offers/${pool.offer}`}>See the offer and its prices</a>],
      ]}
    />
    {pool.reasons.length > 0 && (
      <Why>
        <ul>{pool.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
      </Why>
    )}
  </Card>
)

const Why = ({ children }: { children: ComponentChildren }) => (
  <>
    <h3 class="spaced">Why this group</h3>
    {children}
  </>
)

const stateKinds: Record<MemberState, 'good' | 'wait' | 'bad' | 'quiet'> = {
  invited: 'wait', accepted: 'good', declined: 'quiet', leaving: 'wait', left: 'quiet',
}

function Members({ pool, path, done }: Part) {
  const { role } = useAccount()
  if (pool.members.length === 0) return null
  if (role === 'facilitator' || role === 'commissioner') {
    return (
      <Card title="Families">
        <Table
          caption="Families of this pool" hideCaption rows={pool.members} rowKey={(member) => member.family}
          columns={[
            {
              title: 'Family',
              cell: (member) => (
                <>{member.known_as}{termsText(member.terms).map((text) => <span class="under" key={text}>{text}</span>)}</>
              ),
            },
            { title: 'Children', number: true, cell: (member) => member.children },
            { title: 'A session', number: true, cell: (member) => moneyText(member.share_per_session) },
            { title: 'Stands', cell: (member) => <Tag kind={stateKinds[member.state]}>{memberStateNames[member.state]}</Tag> },
          ]}
        />
        {role === 'facilitator' && (pool.state === 'proposed' || pool.state === 'agreement') && (
          <Details summary="Take a family out">
            {pool.members.filter((member) => member.state === 'invited' || member.state === 'accepted').map((member) => (
              <Action key={member.family} kind="secondary" run={async (send) => {
                await send('DELETE', `${path}/members/${member.family}`, undefined, pool.version)
                done(`${member.known_as} is no longer in this pool.`)
              }}>
                Take out {member.known_as}
              </Action>
            ))}
          </Details>
        )}
        {role === 'facilitator' && pool.state === 'proposed' && <Invite pool={pool} path={path} done={done} />}
      </Card>
    )
  }
  return (
    <Card title="Families">
      <ul class="rows">
        {pool.members.map((member) => (
          <li key={member.family} class="row-line">
            <span>{member.known_as} <span class="quiet small">({count(member.children, 'child', 'children')})</span></span>
            <Tag kind={stateKinds[member.state]}>{memberStateNames[member.state]}</Tag>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Invite({ pool, path, done }: Part) {
  const families = useList<FamilySummary>('/v1/families?limit=500')
  const [family, setFamily] = useState('')
  const others = families.value?.filter((each) => !pool.members.some((member) => member.family === each.id)) ?? []
  const form = useForm(async (send) => {
    if (!family) throw refused([{ pointer: '/family', detail: 'Choose a family' }])
    await send('POST', `${path}/members`, { family })
    done('The family is invited.')
  })
  return (
    <Details summary="Invite a family">
      <FormBox form={form} label="Invite a family">
        <Select name="/family" label="Family" value={family} onValue={setFamily}
          choices={[['', 'Choose a family'], ...others.map((each) => [each.id, each.known_as] as const)]} />
        <Button kind="secondary" busy={form.busy}>Invite</Button>
      </FormBox>
    </Details>
  )
}

function Closing({ pool, path, done }: Part) {
  const { role } = useAccount()
  if (role !== 'facilitator' || pool.state === 'closed' || pool.state === 'dissolved') return null
  return (
    <Card>
      <WithReason summary="Close this pool" button="Close the pool"
        warning="All money that is reserved and not spent goes back to the families. This cannot be undone."
        send={(send, reason) => send('POST', `${path}/dissolution`, { reason }, pool.version)}
        done={() => done('The pool is closed.')} />
      <Note>Ring the families first: it is kinder than a message.</Note>
    </Card>
  )
}
