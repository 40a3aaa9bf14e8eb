import { useState } from 'preact/hooks'
import { Button, FormBox, Input, Select, useForm, type Choice } from '../form'
import { Card, Empty, Loaded, More, Page, Said, Table } from '../parts/page'
import { useList } from '../resource'
import { useAccount } from '../session'
import type { AccountView, AuthorityView, ProviderView, Role } from '../types'
import { roleNames } from '../words'

export function AccountsPage() {
  const { role } = useAccount()
  const accounts = useList<AccountView>('/v1/identity/accounts')
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const [said, setSaid] = useState<string>()
  return (
    <Page title="Accounts" lead="Who may sign in, and as what.">
      <Said text={said} />
      <div class="columns">
        <Card title="Accounts">
          <Loaded of={accounts}>
            {(items) => items.length === 0 ? <Empty title="No account yet" /> : (
              <>
                <Table
                  caption="Accounts" hideCaption rows={items} rowKey={(account) => account.id}
                  columns={[
                    { title: 'Name', cell: (account) => account.name },
                    { title: 'Role', cell: (account) => roleNames[account.role] },
                    { title: 'Place', cell: (account) => account.authority_name ?? '–' },
                    { title: 'Email', cell: (account) => account.email },
                  ]}
                />
                <More list={accounts} />
              </>
            )}
          </Loaded>
        </Card>
        <div class="stack">
          <NewAccount authorities={authorities.value ?? []} done={(name) => { setSaid(`${name} can sign in now.`); void accounts.reload() }} />
          {role === 'administrator' && (
            <>
              <Card title="Places"><ul>{(authorities.value ?? []).map((each) => <li key={each.id}>{each.name}</li>)}</ul></Card>
              <NewAuthority done={(name) => { setSaid(`${name} is there.`); void authorities.reload() }} />
            </>
          )}
        </div>
      </div>
    </Page>
  )
}

function NewAccount({ authorities, done }: { authorities: AuthorityView[]; done: (name: string) => void }) {
  const account = useAccount()
  const providers = useList<ProviderView>('/v1/catalogue/providers?limit=500')
  const [role, setRole] = useState<Role>('facilitator')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [authority, setAuthority] = useState(account.authority ?? '')
  const [provider, setProvider] = useState('')
  const form = useForm(async (send) => {
    await send('POST', '/v1/identity/accounts', {
      role, name: name.trim(), email: email.trim(), password,
      ...(authority && role !== 'provider' && role !== 'administrator' ? { authority } : {}),
      ...(provider && role === 'provider' ? { provider } : {}),
    })
    setName('')
    setEmail('')
    setPassword('')
    done(name.trim())
  })
  return (
    <Card title="New account" class="card-tint">
      <FormBox form={form} label="New account">
        <Select name="/role" label="Role" value={role} onValue={(value) => setRole(value as Role)} choices={Object.entries(roleNames)} />
        <Input name="/name" label="Name" value={name} onValue={setName} />
        <Input name="/email" label="Email address" type="email" value={email} onValue={setEmail} />
        <Input name="/password" label="First password" hint="At least 10 characters." type="password" autoComplete="new-password" value={password} onValue={setPassword} />
        {role === 'provider' ? (
          <Select name="/provider" label="Provider" value={provider} onValue={setProvider} choices={[['', 'Choose a provider'], ...(providers.value ?? []).map((each): Choice => [each.id, each.name])]} />
        ) : role !== 'administrator' && (
          <Select name="/authority" label="Place" value={authority} onValue={setAuthority} choices={[['', 'Choose a place'], ...authorities.map((each): Choice => [each.id, each.name])]} />
        )}
        <Button busy={form.busy}>Make the account</Button>
      </FormBox>
    </Card>
  )
}

function NewAuthority({ done }: { done: (name: string) => void }) {
  const [name, setName] = useState('')
  const form = useForm(async (send) => {
    const slug = name.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
    await send('POST', '/v1/identity/authorities', { name: name.trim(), slug })
    setName('')
    done(name.trim())
  })
  return (
    <Card title="Add a place">
      <FormBox form={form} label="Add a place">
        <Input name="/name" label="Name of the authority" value={name} onValue={setName} />
        <Button kind="secondary" busy={form.busy}>Add</Button>
      </FormBox>
    </Card>
  )
}
