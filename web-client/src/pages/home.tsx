import { Budget } from '../parts/bars'
import { MyPools, PoolRow } from '../parts/pools'
import { Card, Empty, Loaded, Note, Page } from '../parts/page'
import { Proposals } from '../parts/proposals'
import { moneyText } from '../money'
import { useGet, useList } from '../resource'
import { useAccount } from '../session'
import type { FamilyView, MatchingRunSummary, PlanView, PoolSummary } from '../types'
import { count, instantText } from '../words'

export function HomePage() {
  const account = useAccount()
  switch (account.role) {
    case 'parent': return <ParentHome />
    case 'facilitator': return <FacilitatorHome />
    case 'provider': return <ProviderHome />
    case 'commissioner': return <CommissionerHome />
    case 'administrator':
      return (
        <Page title={`Hello, ${account.name}`} lead="You look after accounts and places.">
          <ul class="cards">
            <Tile href="/accounts" title="Accounts" text="Who may sign in, and as what." />
            <Tile href="/providers" title="Providers" text="Who offers short breaks." />
          </ul>
        </Page>
      )
  }
}

const Tile = ({ href, title, text }: { href: string; title: string; text: string }) => (
  <li class="card">
    <h2 class="card-title"><a href={href}>{title}</a></h2>
    <p>{text}</p>
  </li>
)

function ParentHome() {
  const account = useAccount()
  const plans = useList<PlanView>('/v1/payments/plans')
  const family = useGet<FamilyView>('/v1/families/mine')
  const noFamily = family.problem?.code === 'no-family' || family.problem?.status === 404
  const agreed = plans.value?.filter((plan) => plan.state === 'agreed') ?? []
  const headroom = agreed.reduce((sum, plan) => sum + plan.headroom.pence, 0)
  const left = agreed.flatMap((plan) => plan.streams).reduce((sum, stream) => sum + stream.left.pence, 0)
  return (
    <Page title={`Hello, ${account.name}`} caption={account.authority_name ?? undefined}>
      {noFamily && (
        <Note title="Tell us about your family">
          We can look for families who fit once we know your children’s ages, what they need and when you are free.{' '}
          <a href="/family">Fill in your family’s page</a>. It takes about five minutes.
        </Note>
      )}
      <div class="columns">
        <div class="stack">
          <Card title="Your budget">
            <Loaded of={plans}>
              {(all) => all.length === 0 ? (
                <Empty title="There is no plan for your family yet">
                  <p>Your facilitator sets it up with you. You can already <a href="/breaks">look for breaks</a> and see prices.</p>
                </Empty>
              ) : agreed.length === 0 ? (
                <>
                  <p class="quiet">These amounts are not agreed yet, so they cannot be spent.</p>
                  <Budget plans={all} />
                </>
              ) : <Budget plans={agreed} />}
            </Loaded>
          </Card>
          {!noFamily && (
            <Card title="Groups found for you">
              <Proposals looking={family.value?.looking} />
            </Card>
          )}
        </div>
        <div class="stack">
          {agreed.length > 0 && (
            <Card title="You can still pool" class="card-tint">
              <p class="big-money">{moneyText({ pence: headroom, currency: 'GBP' })}</p>
              <p class="small">
                of the {moneyText({ pence: left, currency: 'GBP' })} you have left. The rest of your plan stays as it is.
              </p>
              <p><a href="/statement">See every penny</a></p>
            </Card>
          )}
          <Card title="My pools" level={2}>
            <MyPools short />
          </Card>
        </div>
      </div>
    </Page>
  )
}

function FacilitatorHome() {
  const account = useAccount()
  const pools = useList<PoolSummary>('/v1/pools')
  const runs = useList<MatchingRunSummary>('/v1/matching/runs?limit=3')
  const waiting = pools.value?.filter((pool) => pool.state === 'proposed' || pool.state === 'agreement')
  return (
    <Page title={`Hello, ${account.name}`} caption={account.authority_name ?? undefined}>
      <div class="columns">
        <Card title="Pools that wait for something">
          <Loaded of={{ ...pools, value: waiting }}>
            {(items) => items.length === 0
              ? <Empty title="No pool waits for you" />
              : <ul class="rows">{items.map((pool) => <PoolRow key={pool.id} pool={pool} />)}</ul>}
          </Loaded>
        </Card>
        <div class="stack">
          <Card title="Find groups" class="card-tint">
            <p>Let the program look for families who fit together, with the reasons why.</p>
            <p class="actions"><a class="govuk-button" href="/matching">Go to matching</a></p>
          </Card>
          <Card title="Last searches">
            <Loaded of={runs}>
              {(items) => items.length === 0 ? <p class="quiet">None yet.</p> : (
                <ul class="rows">
                  {items.map((run) => (
                    <li key={run.id}>
                      <a href={`/matching/${run.id}`}>{instantText(run.created)}</a>
                      <p class="quiet small">{count(run.families, 'family', 'families')} and {count(run.offers, 'offer')} looked at</p>
                    </li>
                  ))}
                </ul>
              )}
            </Loaded>
          </Card>
        </div>
      </div>
      <ul class="cards">
        <Tile href="/families" title="Families" text="Who takes part, and who is looking for a group." />
        <Tile href="/plans" title="Plans" text="What each family may spend, and on what." />
        <Tile href="/forum/reports" title="Reported posts" text="What somebody in the forum worried about." />
      </ul>
    </Page>
  )
}

function ProviderHome() {
  const account = useAccount()
  return (
    <Page title={`Hello, ${account.name}`} lead="Publish what you offer once; get one invoice for each group.">
      <div class="columns">
        <Card title="Groups that buy from you"><MyPools short /></Card>
        <div class="stack">
          <Card title="Your offers" class="card-tint">
            <p>Families see your prices by size of group, so they know what they can afford.</p>
            <p class="actions"><a class="govuk-button" href="/provider/offers/new">Publish an offer</a></p>
            <p><a href="/provider/offers">See your offers</a></p>
          </Card>
          <Card title="Invoices"><p>One for each group, with a line for every session that took place. <a href="/invoices">See your invoices</a></p></Card>
        </div>
      </div>
    </Page>
  )
}

function CommissionerHome() {
  const account = useAccount()
  const plans = useList<PlanView>('/v1/payments/plans')
  const waiting = plans.value?.filter((plan) => plan.state === 'indicative')
  return (
    <Page title={`Hello, ${account.name}`} caption={account.authority_name ?? undefined}>
      {waiting && waiting.length > 0 && (
        <Note title={`${count(waiting.length, 'plan')} to agree`}>
          Families cannot spend before you do. <a href="/plans">Go to the plans</a>.
        </Note>
      )}
      <ul class="cards">
        <Tile href="/plans" title="Plans" text="Agree plans and give permission to pool more." />
        <Tile href="/pools" title="Pools" text="What families buy together." />
        <Tile href="/providers" title="Providers" text="Who is approved, and who is not." />
        <Tile href="/market" title="The market" text="What there is, by kind and by route." />
        <Tile href="/policy" title="Policy" text="How much may be pooled without asking." />
        <Tile href="/invoices" title="Invoices" text="One for each pool." />
      </ul>
    </Page>
  )
}
