import { useState } from 'preact/hooks'
import { Button, Choices, FormBox, Input, refused, Select, useForm, type Choice } from '../form'
import { VettingTag } from '../parts/offers'
import { Card, Details, Empty, Loaded, More, Page, Said } from '../parts/page'
import { useList } from '../resource'
import { useAccount } from '../session'
import type { AuthorityView, ProviderView } from '../types'

const states: Choice[] = [['approved', 'Approved'], ['pending', 'Pending'], ['unknown', 'Not checked'], ['rejected', 'Rejected']]
const kinds: Choice[] = ['voluntary', 'independent', 'local authority', 'health', 'unknown'].map((kind): Choice => [kind, kind])

export function ProvidersPage() {
  const { authority, role } = useAccount()
  const providers = useList<ProviderView>('/v1/catalogue/providers')
  const [said, setSaid] = useState<string>()
  const changed = (text: string) => {
    setSaid(text)
    void providers.reload()
  }
  return (
    <Page title="Providers" lead="What your authority knows of each. Families see it beside every offer; the offers of rejected providers are not shown to them.">
      <Said text={said} />
      <div class="columns">
        <Card>
          <Loaded of={providers}>
            {(items) => items.length === 0 ? <Empty title="No provider yet" /> : (
              <>
                <ul class="rows">
                  {items.map((provider) => {
                    const vetting = provider.vetting.find((each) => each.authority === authority)
                    return (
                      <li key={provider.id}>
                        <div class="row-line">
                          <h2 class="plain-heading">{provider.name}</h2>
                          {role === 'commissioner' && <VettingTag vetting={vetting?.state ?? 'unknown'} />}
                        </div>
                        <p class="quiet small">{provider.kind}</p>
                        {role === 'administrator' && provider.vetting.map((each) => (
                          <p key={each.authority} class="small">{each.authority_name}: {each.state}</p>
                        ))}
                        {vetting?.note && <p class="small">{vetting.note}</p>}
                        {role === 'commissioner' && (
                          <Vet provider={provider} state={vetting?.state ?? 'unknown'} note={vetting?.note ?? ''} done={() => changed(`What you know of ${provider.name} is saved.`)} />
                        )}
                      </li>
                    )
                  })}
                </ul>
                <More list={providers} />
              </>
            )}
          </Loaded>
        </Card>
        <NewProvider done={(name) => changed(`${name} is there.`)} />
      </div>
    </Page>
  )
}

function Vet(props: { provider: ProviderView; state: string; note: string; done: () => void }) {
  const [state, setState] = useState(props.state)
  const [note, setNote] = useState(props.note)
  const form = useForm(async (send) => {
    await send('PUT', `/v1/catalogue/providers/${props.provider.id}/vetting`, { state, note: note.trim() })
    props.done()
  })
  return (
    <Details summary={`Change for ${props.provider.name}`}>
      <FormBox form={form} label={`Vetting of ${props.provider.name}`}>
        <Select name={`/state-${props.provider.id}`} label="State" value={state} onValue={setState} choices={states} />
        <Input name={`/note-${props.provider.id}`} label="Note" value={note} onValue={setNote} />
        <Button kind="secondary" busy={form.busy}>Save</Button>
      </FormBox>
    </Details>
  )
}

function NewProvider({ done }: { done: (name: string) => void }) {
  const account = useAccount()
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const [name, setName] = useState('')
  const [kind, setKind] = useState('unknown')
  const [serves, setServes] = useState<string[]>(account.authority ? [account.authority] : [])
  const form = useForm(async (send) => {
    if (!name.trim()) throw refused([{ pointer: '/name', detail: 'Enter the provider’s name' }])
    await send('POST', '/v1/catalogue/providers', { name: name.trim(), kind, authorities: serves })
    setName('')
    done(name.trim())
  })
  return (
    <Card title="Add a provider" class="card-tint">
      <FormBox form={form} label="Add a provider">
        <Input name="/name" label="Name" value={name} onValue={setName} />
        <Select name="/kind" label="Kind" value={kind} onValue={setKind} choices={kinds} />
        <Choices name="/authorities" label="Serves" many values={serves} onValues={setServes}
          choices={(authorities.value ?? []).map((each): Choice => [each.id, each.name])} />
        <Button busy={form.busy}>Add</Button>
      </FormBox>
    </Card>
  )
}
