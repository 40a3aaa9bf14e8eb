// The frame around every page: header, who is signed in, which pages there are, footer.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { call, get, Problem, whenSignedOut } from './api'
import { disconnect } from './live'
import { Note, Page, Waiting } from './parts/page'
import { AccessLogPage } from './pages/access-log'
import { AccountsPage } from './pages/accounts'
import { AuditPage } from './pages/audit'
import { BankDetailsPage } from './pages/bank-details'
import { BreaksPage, ServicePage } from './pages/breaks'
import { FamiliesPage, FamilyOfPage } from './pages/families'
import { FamilyPage } from './pages/family'
import { ForumPage, ForumReportsPage, ThreadPage } from './pages/forum'
import { HomePage } from './pages/home'
import { InvoicesPage } from './pages/invoices'
import { MarketPage } from './pages/market'
import { MatchingPage, MatchingRunPage } from './pages/matching'
import { OfferPage } from './pages/offer'
import { PaymentsPage } from './pages/payments'
import { PlanPage, PlansPage } from './pages/plans'
import { PolicyPage } from './pages/policy'
import { PoolPage } from './pages/pool'
import { PoolsPage } from './pages/pools'
import { EditOfferPage, NewOfferPage, ProviderOffersPage } from './pages/provider-offers'
import { ProvidersPage } from './pages/providers'
import { SignInPage, SignUpPage } from './pages/sign-in'
import { StatementPage } from './pages/statement'
import { WelcomePage } from './pages/welcome'
import { matchPath, navigate, usePlace, type Parameters, type Route } from './router'
import { SessionContext, useSession } from './session'
import type { AccountView, Role } from './types'

interface PageRoute extends Route {
  /** Who has this page; nobody signed in may see what has no roles. */
  roles?: Role[]
}

const all: Role[] = ['parent', 'facilitator', 'provider', 'commissioner', 'administrator']
const routes: PageRoute[] = [
  { path: '/', page: WelcomePage },
  { path: '/sign-in', page: SignInPage },
  { path: '/sign-up', page: SignUpPage },
  { path: '/breaks', page: BreaksPage },
  { path: '/breaks/service/:service', page: ServicePage },
  { path: '/offers/:offer', page: OfferPage },
  { path: '/market', page: MarketPage },
  { path: '/home', page: HomePage, roles: all },
  { path: '/family', page: FamilyPage, roles: ['parent'] },
  { path: '/statement', page: StatementPage, roles: ['parent'] },
  { path: '/statement/:family', page: StatementPage, roles: ['facilitator', 'commissioner'] },
  { path: '/pools', page: PoolsPage, roles: all },
  { path: '/pools/:pool', page: PoolPage, roles: all },
  { path: '/forum', page: ForumPage, roles: ['parent', 'facilitator', 'commissioner'] },
  { path: '/forum/reports', page: ForumReportsPage, roles: ['facilitator'] },
  { path: '/forum/:thread', page: ThreadPage, roles: ['parent', 'facilitator', 'commissioner'] },
  { path: '/matching', page: MatchingPage, roles: ['facilitator', 'commissioner'] },
  { path: '/matching/:run', page: MatchingRunPage, roles: ['facilitator', 'commissioner'] },
  { path: '/families', page: FamiliesPage, roles: ['facilitator', 'commissioner'] },
  { path: '/families/:family', page: FamilyOfPage, roles: ['facilitator'] },
  { path: '/plans', page: PlansPage, roles: ['facilitator', 'commissioner'] },
  { path: '/plans/:plan', page: PlanPage, roles: ['parent', 'facilitator', 'commissioner'] },
  { path: '/provider/offers', page: ProviderOffersPage, roles: ['provider'] },
  { path: '/provider/offers/new', page: NewOfferPage, roles: ['provider'] },
  { path: '/provider/offers/:offer', page: EditOfferPage, roles: ['provider'] },
  { path: '/provider/pools', page: PoolsPage, roles: ['provider'] },
  { path: '/invoices', page: InvoicesPage, roles: ['provider', 'commissioner'] },
  { path: '/bank-details', page: BankDetailsPage, roles: ['provider'] },
  { path: '/payments', page: PaymentsPage, roles: ['commissioner'] },
  { path: '/audit', page: AuditPage, roles: ['commissioner'] },
  { path: '/providers', page: ProvidersPage, roles: ['commissioner', 'administrator'] },
  { path: '/policy', page: PolicyPage, roles: ['commissioner'] },
  { path: '/accounts', page: AccountsPage, roles: ['administrator', 'commissioner'] },
  { path: '/access-log', page: AccessLogPage, roles: ['administrator', 'commissioner'] },
]

const links: Record<Role, [string, string][]> = {
  parent: [
    ['/home', 'Home'], ['/breaks', 'Find a break'], ['/pools', 'My pools'], ['/statement', 'My money'],
    ['/forum', 'Forum'], ['/family', 'My family'],
  ],
  facilitator: [
    ['/home', 'Home'], ['/families', 'Families'], ['/matching', 'Matching'], ['/pools', 'Pools'],
    ['/plans', 'Plans'], ['/breaks', 'Breaks'], ['/forum', 'Forum'],
  ],
  provider: [
    ['/home', 'Home'], ['/provider/offers', 'My offers'], ['/provider/pools', 'My pools'], ['/invoices', 'Invoices'],
    ['/bank-details', 'Bank details'], ['/market', 'The market'],
  ],
  commissioner: [
    ['/home', 'Home'], ['/plans', 'Plans'], ['/pools', 'Pools'], ['/providers', 'Providers'],
    ['/payments', 'Payments'], ['/audit', 'Audit'], ['/market', 'The market'], ['/policy', 'Policy'], ['/forum', 'Forum'],
  ],
  administrator: [['/home', 'Home'], ['/accounts', 'Accounts'], ['/access-log', 'Access log'], ['/providers', 'Providers'], ['/market', 'The market']],
}

function find(path: string): { route: PageRoute; parameters: Parameters } | undefined {
  for (const route of routes) {
    const parameters = matchPath(route.path, path)
    if (parameters) return { route, parameters }
  }
  return undefined
}

function Current() {
  const { account } = useSession()
  const { path, query } = usePlace()
  const found = find(path)
  const wantsSignIn = found?.route.roles && account === null
  useEffect(() => {
    if (wantsSignIn) navigate(`/sign-in?then=${encodeURIComponent(path + (query.size ? `?${query}` : ''))}`, true)
  }, [wantsSignIn])
  if (account === undefined || wantsSignIn) return <Waiting />
  if (!found) {
    return (
      <Page title="We have no such page">
        <p>The address may be mistyped. <a href={account ? '/home' : '/'}>Go to the first page</a>.</p>
      </Page>
    )
  }
  if (found.route.roles && account && !found.route.roles.includes(account.role)) {
    return (
      <Page title="This page is for others">
        <p>Your account has no use for this page. <a href="/home">Go home</a>.</p>
      </Page>
    )
  }
  const CurrentPage = found.route.page
  return <CurrentPage key={path} parameters={found.parameters} />
}

export function App() {
  const [account, setAccount] = useState<AccountView | null>()
  const [problem, setProblem] = useState<Problem>()
  const refresh = useCallback(async () => {
    try {
      setAccount(await get<AccountView>('/v1/identity/me'))
      setProblem(undefined)
    } catch (error) {
      if (error instanceof Problem && error.status === 401) setAccount(null)
      else setProblem(error instanceof Problem ? error : new Problem(0, 'broken', 'Something went wrong.'))
    }
  }, [])
  const signOut = useCallback(async () => {
    await call('POST', '/v1/identity/sign-out', { body: {} })
    disconnect()
    setAccount(null)
    navigate('/')
  }, [])
  useEffect(() => {
    whenSignedOut(() => setAccount(null))
    void refresh()
  }, [refresh])

  return (
    <SessionContext.Provider value={{ account, refresh, signOut }}>
      <a
        href="#main"
        class="govuk-skip-link"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to the content
      </a>
      <Header />
      <main id="main" tabIndex={-1} class="wrap">
        {problem ? <Note kind="problem">{problem.detail} <button type="button" class="link-button" onClick={() => void refresh()}>Try again</button></Note> : <Current />}
      </main>
      <footer class="footer">
        <div class="wrap footer-row">
          <p><strong>Common Purse</strong> helps families pool what they hold for short breaks.</p>
          <p><a href="/breaks">Find a break</a> · <a href="/market">What there is in each place</a></p>
        </div>
      </footer>
    </SessionContext.Provider>
  )
}

function Header() {
  const { account, signOut } = useSession()
  const { path } = usePlace()
  const items = account ? links[account.role] : account === null ? ([['/breaks', 'Find a break'], ['/market', 'The market']] as [string, string][]) : []
  return (
    <header class="header">
      <div class="wrap header-row">
        <a class="brand" href={account ? '/home' : '/'}>
          <img src="/mark.svg" alt="" width="40" height="40" />
          <span>Common Purse</span>
        </a>
        <div class="header-who">
          {account && (
            <>
              <span class="who-name">{account.name}</span>
              <button type="button" class="link-button" onClick={() => void signOut()}>Sign out</button>
            </>
          )}
          {account === null && <a href="/sign-in">Sign in</a>}
        </div>
      </div>
      {items.length > 0 && (
        <nav class="nav" aria-label="Main">
          <ul class="wrap">
            {items.map(([href, name]) => (
              <li key={href}>
                <a href={href} aria-current={path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  )
}
