// What the authority's money did, by stream and month, beside what had been planned; and the same to take away.
import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { auditSums, monthsBack } from '../audit'
import { Button, FormBox, Input, useForm } from '../form'
import { moneyText } from '../money'
import { BudgetBar } from '../parts/bars'
import { Card, Details, Empty, Loaded, Page, Table } from '../parts/page'
import { useGet } from '../resource'
import type { AuditView } from '../types'
import { monthText, streamName } from '../words'

const downloads: [string, string][] = [
  ['hledger', 'hledger'], ['beancount', 'Beancount'], ['csv', 'Every entry as a table (CSV)'],
]

export function AuditPage() {
  const thisMonth = new Date().toISOString().slice(0, 7)
  const [range, setRange] = useState({ from: monthsBack(thisMonth, 11), to: thisMonth })
  const audit = useGet<AuditView>(withQuery('/v1/payments/audit', range))
  return (
    <Page title="Audit" lead="What your authority’s money did, by stream and month, beside what had been planned." aside={<a href="/access-log">Who took files away</a>}>
      <Months range={range} setRange={setRange} />
      <Loaded of={audit}>
        {(view) => view.rows.length === 0 ? <Card><Empty title="Nothing moved in these months" /></Card> : <Streams view={view} />}
      </Loaded>
      <Card title="To take away">
        <ul>
          <li><a href={withQuery('/v1/payments/audit.csv', range)} download>These months as a table (CSV)</a></li>
          {downloads.map(([format, name]) => (
            <li key={format}><a href={`/v1/payments/ledger-files?format=${format}`} download>{format === 'csv' ? name : `Your authority’s ledger for ${name}`}</a></li>
          ))}
        </ul>
        <p class="small quiet">
          Both programs check the balances in the file to the penny. No names of people are in it. Who took it away is written down.
        </p>
      </Card>
    </Page>
  )
}

function Months({ range, setRange }: { range: { from: string; to: string }; setRange: (range: { from: string; to: string }) => void }) {
  const [from, setFrom] = useState(range.from)
  const [to, setTo] = useState(range.to)
  const form = useForm(async () => setRange({ from, to }))
  return (
    <Card title="Months">
      <FormBox form={form} label="Months">
        <div class="field-row">
          <Input name="/from" label="First month" hint="Such as 2026-04." value={from} onValue={setFrom} />
          <Input name="/to" label="Last month" hint="At most 36 months later." value={to} onValue={setTo} />
        </div>
        <Button kind="secondary" busy={form.busy}>Show these months</Button>
      </FormBox>
    </Card>
  )
}

function Streams({ view }: { view: AuditView }) {
  return (
    <>
      {auditSums(view.rows).map((sum) => (
        <Card key={sum.stream} title={streamName(sum.stream)}>
          <p>
            <strong>{moneyText(sum.actual)}</strong> paid for sessions of these months, {moneyText(sum.booked)} with what is reserved;
            {' '}{moneyText(sum.planned)} had been planned.
          </p>
          <BudgetBar charged={sum.actual.pence} held={sum.booked.pence - sum.actual.pence} whole={Math.max(sum.planned.pence, sum.booked.pence)} />
          <Table
            caption={`${streamName(sum.stream)}, planned and actual by month`} hideCaption rows={sum.rows} rowKey={(row) => row.month}
            columns={[
              { title: 'Month', cell: (row) => monthText(row.month) },
              { title: 'Planned', number: true, cell: (row) => moneyText(row.planned) },
              { title: 'Booked', number: true, cell: (row) => moneyText(row.booked) },
              { title: 'Paid', number: true, cell: (row) => moneyText(row.actual) },
              { title: 'Left at its end', number: true, cell: (row) => moneyText(row.left) },
            ]}
          />
          <Details summary={`What was written for ${streamName(sum.stream)}, month by month`}>
            <Table
              caption={`${streamName(sum.stream)}, what was written by month`} hideCaption rows={sum.rows} rowKey={(row) => row.month}
              columns={[
                { title: 'Month', cell: (row) => monthText(row.month) },
                sum.stream === 'own_money'
                  ? { title: 'Paid in', number: true, cell: (row) => moneyText(row.paid_in) }
                  : { title: 'Put into plans', number: true, cell: (row) => moneyText(row.allocated) },
                { title: 'Carried over', number: true, cell: (row) => moneyText(row.carried) },
                { title: 'Came back', number: true, cell: (row) => moneyText(row.returned) },
                { title: 'For fees', number: true, cell: (row) => moneyText(row.fees) },
                { title: 'Reserved', number: true, cell: (row) => moneyText(row.held) },
                { title: 'Charged', number: true, cell: (row) => moneyText(row.charged) },
                { title: 'Given back', number: true, cell: (row) => moneyText(row.released) },
                { title: 'Paid back', number: true, cell: (row) => moneyText(row.refunded) },
              ]}
            />
          </Details>
        </Card>
      ))}
    </>
  )
}
