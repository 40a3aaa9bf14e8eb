import { useEffect, useState } from 'preact/hooks'
import { call, Problem, newKey } from '../api'
import { Action, Choices, Select, type Choice } from '../form'
import { ageText, lengthText, tierText, VettingTag } from '../parts/offers'
import { Card, Details, Facts, Loaded, Note, Page, Waiting } from '../parts/page'
import { Quote } from '../parts/quote'
import { useGet } from '../resource'
import { navigate, type Parameters } from '../router'
import { useSession } from '../session'
import type { FamilyView, OfferView, PoolView, QuoteView } from '../types'
import { count, dateText, needName, slotText } from '../words'

export function OfferPage({ parameters }: { parameters: Parameters }) {
  const offer = useGet<OfferView>(`/v1/catalogue/offers/${parameters.offer}`)
  const view = offer.value
  return (
    <Page
      title={view?.title ?? 'Offer'}
      caption={view && `${view.activity_type} · ${view.provider_name}`}
      aside={view && <VettingTag vetting={view.vetting} />}
    >
      <Loaded of={offer}>
        {(of) => (
          <>
            {of.state === 'withdrawn' && <Note>The provider has withdrawn this offer.</Note>}
            <div class="columns">
              <Calculator offer={of} />
              <div class="stack">
                <Card title="About">
                  <p class="prose">{of.description}</p>
                  <div class="spaced">
                    <Facts
                      items={[
                        ['Ages', ageText(of.age_min, of.age_max)],
                        ['Where', of.place],
                        ['Length', lengthText(of.minutes_per_session)],
                        ['Group', `${of.minimum_children} to ${of.maximum_children} children`],
                        ['Staff', `${count(of.staff_adults, 'adult')} to ${count(of.staff_children, 'child', 'children')}`],
                        ['Staff checks', of.staff_checks === 'known' ? 'Made' : 'Not known'],
                        ['Wheelchair access', { yes: 'Yes', no: 'No', unknown: 'Not known' }[of.wheelchair_access]],
                        ['Good for', of.needs_catered.length ? of.needs_catered.map(needName).join(', ') : 'Not said'],
                      ]}
                    />
                  </div>
                </Card>
                <Card title="Prices">
                  <ul class="rows">
                    {of.tiers.map((tier) => (
                      <li key={tier.from_children}>
                        <strong>From {count(tier.from_children, 'child', 'children')}</strong>
                        <p class="small">{tierText(tier)}</p>
                      </li>
                    ))}
                  </ul>
                </Card>
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** What it costs this reader, alone and in groups of every size that the offer allows. */
function Calculator({ offer }: { offer: OfferView }) {
  const { account } = useSession()
  const family = useGet<FamilyView>(account?.role === 'parent' ? '/v1/families/mine' : undefined)
  const [children, setChildren] = useState<string>()
  const [ceiling, setCeiling] = useState('20')
  const [run, setRun] = useState(offer.runs[0]?.id ?? '')
  const [quote, setQuote] = useState<QuoteView>()
  const [problem, setProblem] = useState<Problem>()
  const mine = children ?? String(Math.min(family.value?.children.length ?? 1, offer.maximum_children))
  const chosen = offer.runs.find((each) => each.id === run)

  useEffect(() => {
    let current = true
    const body = { offer: offer.id, ...(run ? { run } : {}), children: Number(mine), ceiling_percent: Number(ceiling) }
    call<QuoteView>('POST', '/v1/payments/quote', { body, key: newKey() }).then(
      (answer) => {
        if (!current) return
        setQuote(answer)
        setProblem(undefined)
      },
      (error: unknown) => current && setProblem(error instanceof Problem ? error : undefined),
    )
    return () => {
      current = false
    }
  }, [offer.id, run, mine, ceiling])

  const most = Math.min(8, offer.maximum_children)
  return (
    <Card title="What would it cost me?" class="calculator">
      <div class="fields fields-top">
        <Select
          name="/children" label="How many of your children?" value={mine} onValue={setChildren}
          choices={Array.from({ length: most }, (_, index): Choice => [String(index + 1), count(index + 1, 'child', 'children')])}
        />
        <Select
          name="/ceiling_percent" label="If somebody leaves, how far may your share rise?" value={ceiling} onValue={setCeiling}
          choices={[0, 10, 20, 30, 50, 100].map((percent): Choice => [String(percent), percent === 0 ? 'Not at all' : `By up to ${percent}%`])}
        />
        {offer.runs.length > 1 && (
          <Choices name="/run" label="Which sessions?" values={[run]} onValues={([value]) => setRun(value ?? '')}
            choices={offer.runs.map((each): Choice => [each.id, `${slotText(each)}, from ${dateText(each.first_date, false)}`])} />
        )}
      </div>
      {chosen && (
        <p class="quiet">
          {slotText(chosen)}, {count(chosen.dates.length, 'session')} from {dateText(chosen.first_date, false)}.
        </p>
      )}
      <div aria-live="polite" class="quote">
        {problem && <Note kind="problem">{problem.detail}</Note>}
        {!quote && !problem && <Waiting />}
        {quote && <Quote quote={quote} signedIn={account?.role === 'parent'} />}
      </div>
      {account?.role === 'parent' && account.family && run && offer.state === 'published' && (
        <StartPool offer={offer} run={run} family={account.family} known={family.value !== undefined} />
      )}
      {!account && <p><a href={`/sign-in?then=/offers/${offer.id}`}>Sign in</a> to see whether it fits your budget.</p>}
    </Card>
  )
}

function StartPool({ offer, run, family, known }: { offer: OfferView; run: string; family: string; known: boolean }) {
  if (!known) return <p><a href="/family">Fill in your family’s page</a> to start a pool for this.</p>
  return (
    <Details summary="Start a pool for this">
      <p>Your facilitator looks for families to join you. You commit to nothing until you accept an agreement.</p>
      <Action run={async (send) => {
        const pool = await send<PoolView>('POST', '/v1/pools', { offer: offer.id, run, families: [family], reasons: [] })
        navigate(`/pools/${pool.id}`)
      }}>
        Start a pool
      </Action>
    </Details>
  )
}
