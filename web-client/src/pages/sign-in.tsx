import { useEffect, useState } from 'preact/hooks'
import { Button, FormBox, Input, refused, Select, useForm } from '../form'
import { Page } from '../parts/page'
import { useList } from '../resource'
import { navigate, usePlace } from '../router'
import { useSession } from '../session'
import type { AccountView, AuthorityView } from '../types'

/** Where somebody wanted to go before they were asked to sign in: only our own pages. */
function useDestination(): string {
  const then = usePlace().query.get('then')
  return then?.startsWith('/') && !then.startsWith('//') ? then : '/home'
}

export function SignInPage() {
  const { account, refresh } = useSession()
  const destination = useDestination()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  useEffect(() => {
    if (account) navigate(destination, true)
  }, [account])
  const form = useForm(async (send) => {
    await send<AccountView>('POST', '/v1/identity/sign-in', { email: email.trim(), password })
    await refresh()
  })
  return (
    <Page title="Sign in">
      <div class="card narrow">
        <FormBox form={form}>
          <Input name="/email" label="Email address" type="email" autoComplete="username" value={email} onValue={setEmail} />
          <Input name="/password" label="Password" type="password" autoComplete="current-password" value={password} onValue={setPassword} />
          <Button busy={form.busy}>Sign in</Button>
        </FormBox>
        <p>New here? <a href="/sign-up">Make an account</a>.</p>
      </div>
    </Page>
  )
}

export function SignUpPage() {
  const { account, refresh } = useSession()
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const [authority, setAuthority] = useState('')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  useEffect(() => {
    if (account) navigate('/family', true)
  }, [account])
  const form = useForm(async (send) => {
    if (!authority) throw refused([{ pointer: '/authority', detail: 'Choose where you live' }])
    await send('POST', '/v1/identity/sign-up', { authority, name: name.trim(), email: email.trim(), password })
    await refresh()
  })
  return (
    <Page title="Make an account" lead="For parents and carers. It takes a minute; nothing is shared until you say so.">
      <div class="card narrow">
        <FormBox form={form}>
          <Select
            name="/authority"
            label="Where do you live?"
            hint="The council that looks after your child’s plan."
            value={authority}
            onValue={setAuthority}
            choices={[['', 'Choose a place'], ...(authorities.value ?? []).map((each) => [each.id, each.name] as const)]}
          />
          <Input name="/name" label="Your name" hint="Other families see this in the forum. A first name is enough." autoComplete="name" value={name} onValue={setName} />
          <Input name="/email" label="Email address" hint="To sign in with. We do not show it to anybody." type="email" autoComplete="username" value={email} onValue={setEmail} />
          <Input name="/password" label="Password" hint="At least 10 characters. Three words you can remember do well." type="password" autoComplete="new-password" value={password} onValue={setPassword} />
          <Button busy={form.busy}>Make my account</Button>
        </FormBox>
        <p>Already have one? <a href="/sign-in">Sign in</a>.</p>
      </div>
    </Page>
  )
}
