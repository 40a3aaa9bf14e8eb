// The provider's bank details: entered once, shown masked, confirmed by each authority.
import { useState } from 'preact/hooks'
import { Action, Button, FormBox, Input, useForm } from '../form'
import { Card, Empty, Loaded, Note, Page, Said, Tag } from '../parts/page'
import { detailsStanding } from '../payments'
import { useList } from '../resource'
import type { BankDetailsView } from '../types'
import { instantText } from '../words'

export function BankDetailsPage() {
  const details = useList<BankDetailsView>('/v1/payments/bank-details')
  const [said, setSaid] = useState<string>()
  const today = new Date().toISOString().slice(0, 10)
  const done = (text: string) => {
    setSaid(text)
    void details.reload()
  }
  return (
    <Page title="Bank details" lead="Where authorities pay what pools owe you.">
      <Said text={said} />
      <div class="columns">
        <Card title="Entered">
          <Loaded of={details}>
            {(items) => items.length === 0 ? <Empty title="None yet"><p>You can be paid once you enter them and the authority confirms them.</p></Empty> : (
              <div class="stack">
                {items.map((each) => {
                  const standing = detailsStanding(each, today)
                  const stoppable = !each.withdrawn && standing.text !== 'In use'
                  return (
                    <Card key={each.id} level={3} title={`${each.sort_code} ${each.account_number}`}>
                      <div class="row-line"><Tag kind={standing.kind}>{standing.text}</Tag><span>Entered {instantText(each.requested_at)}</span></div>
                      {stoppable && (
                        <Action
                          kind="secondary" of={`the account ${each.account_number}`}
                          run={async (send) => { await send('POST', `/v1/payments/bank-details/${each.id}/withdrawal`, {}); done('They are withdrawn.') }}
                        >
                          Withdraw
                        </Action>
                      )}
                    </Card>
                  )
                })}
              </div>
            )}
          </Loaded>
        </Card>
        <NewDetails done={done} />
      </div>
    </Page>
  )
}

function NewDetails({ done }: { done: (text: string) => void }) {
  const [sort, setSort] = useState('')
  const [number, setNumber] = useState('')
  const [name, setName] = useState('')
  const form = useForm(async (send) => {
    await send('POST', '/v1/payments/bank-details', { sort_code: sort, account_number: number, account_name: name })
    setSort('')
    setNumber('')
    setName('')
    done('Your authority will check these with you by telephone before it uses them.')
  })
  return (
    <Card title="Enter bank details" class="card-tint">
      <FormBox form={form} label="Enter bank details">
        <Input name="/sort_code" label="Sort code" hint="Such as 12-34-56." value={sort} onValue={setSort} autoComplete="off" />
        <Input name="/account_number" label="Account number" value={number} onValue={setNumber} autoComplete="off" />
        <Input name="/account_name" label="Name on the account" value={name} onValue={setName} autoComplete="off" />
        <Button busy={form.busy}>Enter them</Button>
      </FormBox>
      <Note>They are kept sealed. Nobody is shown the whole of them again, and changed ones are used some days later.</Note>
    </Card>
  )
}
