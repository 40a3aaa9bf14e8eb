import { Budget } from '../parts/bars'
import { Card, Empty, Facts, Loaded, Page, Table, Tag } from '../parts/page'
import { call } from '../api'
import { moneyText } from '../money'
import { useGet } from '../resource'
import type { Parameters } from '../router'
import type { StatementLine, StatementView } from '../types'
import { dateText, holderNames, instantText, streamName } from '../words'
import { useState } from 'preact/hooks'

const kindNames: Record<StatementLine['kind'], string> = {
  allocation: 'Put into your plan', hold: 'Reserved', charge: 'Spent', release: 'Given back', refund: 'Paid back',
}

export function StatementPage({ parameters }: { parameters: Parameters }) {
  const path = parameters.family ? `/v1/payments/statements/${parameters.family}` : '/v1/payments/statement'
  const statement = useGet<StatementView>(path)
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
                    rowKey={(line) => `${line.at}${line.kind}${line.pool ?? ''}${line.session ?? ''}${line.stream}${line.plan}${line.amount.pence}`}
                    columns={[
                      { title: 'When', cell: (line) => instantText(line.at) },
                      { title: 'Counts for', cell: (line) => dateText(line.effective, false) },
                      { title: 'What', cell: (line) => kindNames[line.kind] },
                      { title: 'For', cell: (line) => line.pool ? <><a href={`/pools/${line.pool}`}>{line.pool_title || 'Pool'}</a>{line.session ? `, session ${line.session}` : ''}</> : '–' },
                      { title: 'Stream', cell: (line) => streamName(line.stream) },
                      { title: 'Amount', number: true, cell: (line) => moneyText(line.amount) },
                      { title: 'How it was worked out', cell: (line) => <span class="small">{line.derivation}</span> },
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
