import { Budget } from '../parts/bars'
import { Card, Derivation, Empty, Facts, Loaded, More, Page, Said, Table, Tag } from '../parts/page'
import { call, withQuery } from '../api'
import { Button, FormBox, Input, useForm } from '../form'
import { moneyText } from '../money'
import { useGet, useList } from '../resource'
import type { Parameters } from '../router'
import { useSession } from '../session'
import type { IssuedNote, ReversalView, StatementLine, StatementView } from '../types'
import { dateText, holderNames, instantText, streamName } from '../words'
import { useState } from 'preact/hooks'

const kindNames: Record<StatementLine['kind'], string> = {
  allocation: 'Put into your plan', hold: 'Reserved', charge: 'Spent', release: 'Given back', refund: 'Paid back',
  paid_in: 'Your own money, paid in', paid_back: 'Your own money, given back to you',
  fee: 'Reserved for a fee', fee_charge: 'Fee paid', fee_release: 'Given back, not needed for a fee',
  carried_in: 'Carried over from the plan before', carried_over: 'Carried over into the next plan', returned: 'Given back: the plan has ended',
}

export function StatementPage({ parameters }: { parameters: Parameters }) {
  const path = parameters.family ? `/v1/payments/statements/${parameters.family}` : '/v1/payments/statement'
  const statement = useGet<StatementView>(path)
  const { account } = useSession()
  const [more, setMore] = useState<{ lines: StatementLine[]; next: string | null | undefined }>()
  return (
    <Page title={parameters.family ? 'Statement' : 'My money'} lead="Every penny of the plan: what came in, what is reserved, what was spent, and why.">
      <Loaded of={statement}>
        {(view) => {
          const lines = [...view.lines, ...(more?.lines ?? [])]
          const next = more ? more.next : view.next
          return (
            <>
              <div class="columns">
                <Card title="By stream">
                  {view.plans.length ? <Budget plans={view.plans} /> : <Empty title="There is no plan yet" />}
                </Card>
                <Card title="In all" class="card-tint">
                  <Facts
                    items={[
                      ['In the plan', moneyText(view.totals.allocated)],
                      ['Spent', moneyText(view.totals.charged)],
                      ['Reserved', moneyText(view.totals.held)],
                      ['Left', moneyText(view.totals.left)],
                      ['You can still pool', moneyText(view.totals.headroom)],
                    ]}
                  />
                  {view.plans.map((plan) => (
                    <p key={plan.id} class="small quiet">
                      {plan.child_label ? `${plan.child_label}: ` : ''}{dateText(plan.starts, false)} to {dateText(plan.ends, false)}.{' '}
                      {holderNames[plan.holder]}. <Tag kind={plan.state === 'agreed' ? 'good' : 'wait'}>{plan.state === 'agreed' ? 'Agreed' : 'Not agreed yet'}</Tag>
                    </p>
                  ))}
                </Card>
              </div>
              <Card title="Line by line">
                {lines.length === 0 ? <Empty title="Nothing has moved yet" /> : (
                  <Table
                    caption="Everything that moved" hideCaption rows={lines}
                    rowKey={(line) => `${line.operation}${line.kind}${line.pool ?? ''}${line.session ?? ''}${line.stream}${line.from ?? ''}${line.plan}${line.amount.pence}`}
                    columns={[
                      { title: 'When', cell: (line) => instantText(line.at) },
                      { title: 'Entry', number: true, cell: (line) => line.operation },
                      { title: 'Counts for', cell: (line) => dateText(line.effective, false) },
                      { title: 'What', cell: (line) => kindNames[line.kind] },
                      { title: 'For', cell: (line) => line.pool ? <><a href={`/pools/${line.pool}`}>{line.pool_title || 'Pool'}</a>{line.session ? `, session ${line.session}` : ''}</> : '–' },
                      { title: 'Stream', cell: (line) => streamName(line.stream) + (line.from ? `, from ${dateText(line.from, false)}` : '') },
                      { title: 'Amount', number: true, cell: (line) => moneyText(line.amount) },
                      { title: 'How it was worked out', cell: (line) => <Derivation steps={line.derivation} /> },
                    ]}
                  />
                )}
                {next && (
                  <button type="button" class="govuk-button govuk-button--secondary" onClick={() => void call<StatementView>('GET', next).then((page) =>
                    setMore({ lines: [...(more?.lines ?? []), ...page.lines], next: page.next }))}>
                    Show more
                  </button>
                )}
              </Card>
              <Issued family={parameters.family} />
              {account?.role === 'commissioner' && <PutRight done={() => void statement.reload()} />}
              <p class="small quiet">
                From entry {view.head.sequence} of the ledger, signed {instantText(view.head.at)}: <code>{view.head.hash.slice(0, 16)}</code>.
                Keep this number: nobody can change what came before it without it showing.
              </p>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

/** Statements that were issued: they stay as they were. */
function Issued({ family }: { family: string | undefined }) {
  const issued = useList<IssuedNote>(withQuery('/v1/payments/issued-statements', { family }))
  const file = (number: number, format: string) => withQuery('/v1/payments/issued-statement-files', { number, family, format })
  return (
    <Card title="Statements issued">
      <Loaded of={issued}>
        {(items) => items.length === 0 ? <Empty title="None yet">One is issued for each month, when the authority has closed it.</Empty> : (
          <>
            <Table
              caption="Statements issued" hideCaption rows={items} rowKey={(each) => String(each.number)}
              columns={[
                { title: 'Statement', cell: (each) => each.number },
                { title: 'Days', cell: (each) => `${dateText(each.first, false)} to ${dateText(each.last, false)}` },
                { title: 'Issued', cell: (each) => instantText(each.made) },
                {
                  title: 'To take away', cell: (each) => (
                    <>
                      <a href={file(each.number, 'pdf')} download>PDF<span class="govuk-visually-hidden"> of statement {each.number}</span></a>,{' '}
                      <a href={file(each.number, 'json')} download>data<span class="govuk-visually-hidden"> of statement {each.number}</span></a>
                    </>
                  ),
                },
              ]}
            />
            <More list={issued} />
          </>
        )}
      </Loaded>
    </Card>
  )
}

/** Undoes an entry by a new one that names it; what it was stays to be read. */
function PutRight({ done }: { done: () => void }) {
  const [entry, setEntry] = useState('')
  const [reason, setReason] = useState('')
  const [said, setSaid] = useState<string>()
  const form = useForm(async (send) => {
    const undone = await send<ReversalView>('POST', '/v1/payments/reversals', { operation: Number(entry), reason })
    setSaid(`Entry ${undone.undone}, ${moneyText(undone.amount)} on ${dateText(undone.corrected, false)}, is undone by entry ${undone.operation}.`)
    setEntry('')
    setReason('')
    done()
  })
  return (
    <Card title="Put an entry right">
      <Said text={said} />
      <p>An entry that was wrong is undone by a new one that names it. That is refused where the money has moved on.</p>
      <FormBox form={form} label="Put an entry right">
        <Input name="/operation" label="Number of the entry" value={entry} onValue={setEntry} />
        <Input name="/reason" label="Why" hint="The family reads it." value={reason} onValue={setReason} />
        <Button kind="secondary" busy={form.busy}>Undo this entry</Button>
      </FormBox>
    </Card>
  )
}
