// The commissioner's page of payments to providers: what is owed, runs, and what the bank says.
import { useState } from 'preact/hooks'
import { Action, Button, FormBox, Input, Select, Tick, refused, useForm } from '../form'
import { moneyText } from '../money'
import { Card, Empty, Facts, Loaded, More, Note, Page, Said, Table, Tag } from '../parts/page'
import { detailsStanding, lineReason, paymentStanding, runChoices, runStanding } from '../payments'
import { useGet, useList } from '../resource'
import { useAccount } from '../session'
import type {
  BankDetailsView, BankLineView, BankStatementView, PayableView, PayerView, ProviderView, RunPreview, RunView,
} from '../types'
import { count, dateText, holderNames, instantText, monthText } from '../words'

type NameOf = (provider: string) => string

export function PaymentsPage() {
  const payables = useList<PayableView>('/v1/payments/payables')
  const runs = useList<RunView>('/v1/payments/runs')
  const lines = useList<BankLineView>('/v1/payments/bank-lines')
  const providers = useList<ProviderView>('/v1/catalogue/providers?limit=500')
  const [said, setSaid] = useState<string>()
  const nameOf: NameOf = (id) => providers.value?.find((each) => each.id === id)?.name ?? 'A provider'
  const done = (text: string) => {
    setSaid(text)
    void payables.reload()
    void runs.reload()
    void lines.reload()
  }
  return (
    <Page title="Payments" lead="What is owed to providers, who releases it, and what the bank says.">
      <Said text={said} />
      <div class="columns">
        <div class="stack">
          <Card title="Owed">
            <Loaded of={payables}>
              {(items) => items.length === 0 ? <Empty title="Nothing is owed" /> : (
                <>
                  <Table
                    caption="Invoices of which something is owed" hideCaption rows={items} rowKey={(each) => each.invoice}
                    columns={[
                      { title: 'Provider', cell: (each) => nameOf(each.provider) },
                      { title: 'For', cell: (each) => `${each.pool_title}, ${monthText(each.period)}` },
                      { title: 'Owed', number: true, cell: (each) => moneyText(each.owed) },
                      { title: 'To collect', cell: (each) => <Collect of={each} /> },
                      { title: 'Can be paid', cell: (each) => each.payable ? 'Yes' : 'Bank details missing' },
                    ]}
                  />
                  <More list={payables} />
                </>
              )}
            </Loaded>
          </Card>
          <Card title="Payment runs">
            <Loaded of={runs}>
              {(items) => items.length === 0 ? <Empty title="No run yet" /> : (
                <div class="stack">
                  {items.map((run) => <Run key={run.id} run={run} nameOf={nameOf} done={done} />)}
                  <More list={runs} />
                </div>
              )}
            </Loaded>
          </Card>
          <Unmatched lines={lines} nameOf={nameOf} runs={runs.value ?? []} done={done} />
        </div>
        <div class="stack">
          <NewRun key={said ?? ''} nameOf={nameOf} done={done} />
          <Statements key={`statements ${said ?? ''}`} done={done} />
          <DetailsToConfirm nameOf={nameOf} done={done} />
          <Payer done={done} />
        </div>
      </div>
    </Page>
  )
}

/** What others hold of what the authority pays: one line a plan and holder. */
function Collect({ of }: { of: PayableView }) {
  if (of.to_collect.length === 0) return <>Nothing</>
  return (
    <ul class="plain">
      {of.to_collect.map((each) => (
        <li key={`${each.plan}${each.holder}`}>
          {moneyText(each.amount)}: <a href={`/plans/${each.plan}`}>{(holderNames[each.holder] ?? each.holder).toLowerCase()}</a>
        </li>
      ))}
    </ul>
  )
}

function NewRun({ nameOf, done }: { nameOf: NameOf; done: (text: string) => void }) {
  const preview = useGet<RunPreview>('/v1/payments/run-preview')
  const [day, setDay] = useState<string>()
  const form = useForm(async (send) => {
    const run = await send<RunView>('POST', '/v1/payments/runs', { pay_on: day ?? preview.value?.pay_on })
    done(`A run of ${moneyText(run.total)} is made. Somebody else has to release it.`)
  })
  return (
    <Card title="New run" class="card-tint">
      <Loaded of={preview}>
        {(plan) => (
          <>
            <p class="big-money">{moneyText(plan.total)}</p>
            <p>{count(plan.payments.length, 'payment')}; {plan.releases_needed === 1 ? 'one other person releases it' : 'two other people release it'}.</p>
            {plan.excluded.length > 0 && (
              <Note title="Left out">
                <ul>{plan.excluded.map((each) => <li key={each.pool}>{nameOf(each.provider)}, {each.pool_title}, {moneyText(each.amount)}: no bank details in use</li>)}</ul>
              </Note>
            )}
            {plan.payments.length > 0 && (
              <FormBox form={form} label="New run">
                <Input name="/pay_on" label="Day on which providers have the money" type="date" value={day ?? plan.pay_on} onValue={setDay} />
                <Button busy={form.busy}>Make the run</Button>
              </FormBox>
            )}
          </>
        )}
      </Loaded>
    </Card>
  )
}

function Run({ run, nameOf, done }: { run: RunView; nameOf: NameOf; done: (text: string) => void }) {
  const account = useAccount()
  const standing = runStanding(run)
  const may = runChoices(run, account.id)
  const path = `/v1/payments/runs/${run.id}`
  const what = `the run of ${instantText(run.made_at)}`
  const file = (format: string) => `/v1/payments/run-files?run=${run.id}&format=${format}`
  return (
    <Card level={3} title={<>{moneyText(run.total)} on {dateText(run.pay_on)}</>}>
      <div class="row-line"><Tag kind={standing.kind}>{standing.text}</Tag><span>Made {instantText(run.made_at)}</span></div>
      <Table
        caption={`Payments of ${what}`} hideCaption rows={run.payments} rowKey={(each) => each.provider}
        columns={[
          { title: 'Provider', cell: (each) => nameOf(each.provider) },
          { title: 'For', cell: (each) => each.invoices.map((one) => `${one.pool_title}, ${monthText(one.period)}`).join('; ') },
          { title: 'Reference', cell: (each) => each.reference },
          { title: 'Amount', number: true, cell: (each) => moneyText(each.amount) },
          { title: 'State', cell: (each) => paymentStanding(each.step).text },
        ]}
      />
      {may.file && <p><a href={file('pain.001')} download>File for the bank (pain.001)</a>, <a href={file('bacs-18')} download>or for Bacs</a></p>}
      <div class="row-line">
        {may.release && (
          <Action of={what} run={async (send) => { await send('POST', `${path}/releases`, { digest: run.digest }); done('You released the run.') }}>Release</Action>
        )}
        {may.send && (
          <Action of={what} run={async (send) => { await send('POST', `${path}/sending`, {}); done('The run is marked as sent.') }}>The bank has the file</Action>
        )}
        {may.cancel && (
          <Action kind="secondary" of={what} run={async (send) => { await send('POST', `${path}/cancellation`, {}); done('The run is cancelled; all of it is owed again.') }}>Cancel</Action>
        )}
      </div>
    </Card>
  )
}

function Statements({ done }: { done: (text: string) => void }) {
  const statements = useList<BankStatementView>('/v1/payments/bank-statements?limit=5')
  const [format, setFormat] = useState('camt.053')
  const [file, setFile] = useState<File>()
  const [date, setDate] = useState('Date')
  const [amount, setAmount] = useState('Amount')
  const [description, setDescription] = useState('Description')
  const [order, setOrder] = useState('day-month-year')
  const form = useForm(async (send) => {
    if (!file) throw refused([{ pointer: '/text', detail: 'Choose the file that the bank gave you.' }])
    const layout = { date_format: order, date, amount, description }
    const taken = await send<BankStatementView>('POST', '/v1/payments/bank-statements', {
      format, text: await file.text(), ...(format === 'csv' ? { layout } : {}),
    })
    done(`${count(taken.settled, 'payment')} paid, ${taken.returned} came back, ${count(taken.unmatched, 'line')} for you to look at.`)
  })
  return (
    <Card title="Bank statement">
      <FormBox form={form} label="Bank statement">
        <Select name="/format" label="What the bank gives you" value={format} onValue={setFormat} choices={[['camt.053', 'camt.053 (XML)'], ['csv', 'A table (CSV)']]} />
        {format === 'csv' && (
          <>
            <Input name="/layout/date" label="Column of the day" value={date} onValue={setDate} />
            <Select name="/layout/date_format" label="How days are written" value={order} onValue={setOrder} choices={[['day-month-year', '23/11/2026'], ['iso', '2026-11-23'], ['day-month-name', '23 Nov 2026']]} />
            <Input name="/layout/amount" label="Column of the amount" hint="Below nothing where it was paid out." value={amount} onValue={setAmount} />
            <Input name="/layout/description" label="Column of the text" value={description} onValue={setDescription} />
          </>
        )}
        <div class="govuk-form-group">
          <label class="govuk-label" for="field-text">File</label>
          <input class="govuk-file-upload" id="field-text" type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
        </div>
        <Button kind="secondary" busy={form.busy}>Take it in</Button>
      </FormBox>
      <Loaded of={statements}>
        {(items) => <ul>{items.map((each) => <li key={each.id}>{instantText(each.at)}: {each.settled} paid, {each.returned} came back, {each.unmatched} not matched</li>)}</ul>}
      </Loaded>
    </Card>
  )
}

function Unmatched({ lines, runs, nameOf, done }: {
  lines: ReturnType<typeof useList<BankLineView>>
  runs: RunView[]
  nameOf: NameOf
  done: (text: string) => void
}) {
  return (
    <Card title="For you to look at">
      <Loaded of={lines}>
        {(items) => items.length === 0 ? <Empty title="Every line is matched" /> : (
          <div class="stack">
            {items.map((line) => <Line key={line.id} line={line} runs={runs} nameOf={nameOf} done={done} />)}
            <More list={lines} />
          </div>
        )}
      </Loaded>
    </Card>
  )
}

function Line({ line, runs, nameOf, done }: { line: BankLineView; runs: RunView[]; nameOf: NameOf; done: (text: string) => void }) {
  const wanted = line.direction === 'debit' ? ['sent'] : ['sent', 'settled']
  const choices = runs.flatMap((run) => run.payments
    .filter((payment) => wanted.includes(payment.step) && payment.amount.pence === line.amount.pence)
    .map((payment): [string, string] => [`${run.id} ${payment.provider}`, `${nameOf(payment.provider)}, ${dateText(run.pay_on, false)}`]))
  const [choice, setChoice] = useState('')
  const form = useForm(async (send) => {
    const [run, provider] = (choice || choices[0]?.[0] || '').split(' ')
    await send('POST', `/v1/payments/bank-lines/${line.id}/assignment`, { run, provider }, line.version)
    done('The line is matched.')
  })
  const what = `the line of ${moneyText(line.amount)}`
  return (
    <Card level={3} title={<>{moneyText(line.amount)} {line.direction === 'debit' ? 'paid out' : 'paid in'}, {dateText(line.booked)}</>}>
      <Facts items={[['Text', line.reference], ['Why', lineReason(line)]]} />
      {choices.length > 0 && (
        <FormBox form={form} label={`Match ${what}`}>
          <Select name={`/choice-${line.id}`} label="It is the payment to" value={choice || choices[0]![0]} onValue={setChoice} choices={choices} />
          <Button busy={form.busy} of={what}>Match</Button>
        </FormBox>
      )}
      <Action kind="secondary" of={what} run={async (send) => { await send('POST', `/v1/payments/bank-lines/${line.id}/dismissal`, {}, line.version); done('The line is put aside.') }}>
        It is no payment of ours
      </Action>
    </Card>
  )
}

function DetailsToConfirm({ nameOf, done }: { nameOf: NameOf; done: (text: string) => void }) {
  const details = useList<BankDetailsView>('/v1/payments/bank-details')
  const today = new Date().toISOString().slice(0, 10)
  return (
    <Card title="Bank details of providers">
      <Loaded of={details}>
        {(items) => items.length === 0 ? <Empty title="No provider has entered any" /> : (
          <div class="stack">
            {items.map((each) => (
              <Details key={each.id} details={each} name={nameOf(each.provider)} today={today} done={(text) => { done(text); void details.reload() }} />
            ))}
          </div>
        )}
      </Loaded>
    </Card>
  )
}

function Details({ details, name, today, done }: { details: BankDetailsView; name: string; today: string; done: (text: string) => void }) {
  const standing = detailsStanding(details, today)
  const [spoke, setSpoke] = useState(false)
  const path = `/v1/payments/bank-details/${details.id}`
  const form = useForm(async (send) => {
    await send('POST', `${path}/confirmation`, { checked_with_payee: spoke })
    done(`The bank details of ${name} are confirmed.`)
  })
  const open = !details.withdrawn && details.confirmations.length === 0
  const waiting = details.confirmations.some((each) => !each.withdrawn && each.usable_from > today)
  return (
    <Card level={3} title={name}>
      <div class="row-line"><span>{details.sort_code} {details.account_number}</span><Tag kind={standing.kind}>{standing.text}</Tag></div>
      {open && (
        <FormBox form={form} label={`Confirm the bank details of ${name}`}>
          <Tick name={`/spoke-${details.id}`} label="I spoke to them by a number I knew before" value={spoke} onValue={setSpoke} />
          <Button kind="secondary" busy={form.busy} of={`the bank details of ${name}`}>Confirm</Button>
        </FormBox>
      )}
      {waiting && (
        <Action kind="warning" of={`the change of ${name}`} run={async (send) => { await send('POST', `${path}/withdrawal`, {}); done('The change is stopped.') }}>Stop this change</Action>
      )}
    </Card>
  )
}

function Payer({ done }: { done: (text: string) => void }) {
  const payer = useGet<PayerView>('/v1/payments/payer')
  const account = useAccount()
  const [sort, setSort] = useState('')
  const [number, setNumber] = useState('')
  const [name, setName] = useState('')
  const [bacs, setBacs] = useState('')
  const form = useForm(async (send) => {
    const body = { sort_code: sort, account_number: number, account_name: name, ...(bacs ? { service_user_number: bacs } : {}) }
    await send('PUT', '/v1/payments/payer', body, payer.value?.version ?? 0)
    await payer.reload()
    setSort('')
    setNumber('')
    setName('')
    done('The account is entered. Somebody else has to confirm it.')
  })
  return (
    <Card title="The account you pay from">
      <Loaded of={payer}>
        {(value) => (
          <>
            {value.configured ? <p>{value.sort_code} {value.account_number}</p> : <Note>None yet. Files for the bank need one.</Note>}
            {value.change && (
              <Note title="Waits for a second person">
                <p>{value.change.sort_code} {value.change.account_number}, entered {instantText(value.change.requested_at)}</p>
                {value.change.requested_by !== account.id && (
                  <Action of="the account you pay from" run={async (send) => { await send('POST', `/v1/payments/payer/changes/${value.change!.id}/confirmation`, {}); await payer.reload(); done('Payments are made from this account now.') }}>Confirm</Action>
                )}
                <Action kind="secondary" of="the change of the account" run={async (send) => { await send('POST', `/v1/payments/payer/changes/${value.change!.id}/withdrawal`, {}); await payer.reload(); done('The change is stopped.') }}>Stop</Action>
              </Note>
            )}
          </>
        )}
      </Loaded>
      <details>
        <summary>Change it</summary>
        <FormBox form={form} label="The account you pay from">
          <Input name="/sort_code" label="Sort code" value={sort} onValue={setSort} autoComplete="off" />
          <Input name="/account_number" label="Account number" value={number} onValue={setNumber} autoComplete="off" />
          <Input name="/account_name" label="Name on the account" value={name} onValue={setName} autoComplete="off" />
          <Input name="/service_user_number" label="Bacs service user number" hint="Only for Bacs files." value={bacs} onValue={setBacs} autoComplete="off" />
          <Button kind="secondary" busy={form.busy}>Change</Button>
        </FormBox>
      </details>
    </Card>
  )
}
