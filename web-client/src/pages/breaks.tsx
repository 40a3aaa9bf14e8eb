import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Button, FormBox, Input, Select, Tick, TextArea, useForm, type Choice } from '../form'
import { Card, Empty, Facts, Loaded, More, Note, Page, Said, Tag } from '../parts/page'
import { OfferCard, ageText } from '../parts/offers'
import { useGet, useList } from '../resource'
import { navigate, usePlace, type Parameters } from '../router'
import { useSession } from '../session'
import type { AuthorityView, OfferView, PlaceView, ServiceDetail, ServiceView } from '../types'
import { count, needName, needNames, needs } from '../words'

const tierNames: Record<string, string> = {
  'local core offer': 'Local core offer', 'social care': 'Social care',
  'family information service': 'Family information service', published: 'Published by the provider',
}
export const tierName = (tier: string): string => tierNames[tier] ?? tier

type Filters = Record<'q' | 'authority' | 'type' | 'need' | 'age' | 'place' | 'miles', string>

function filtersOf(query: URLSearchParams, authority: string): Filters {
  const of = (name: string, otherwise = '') => query.get(name) ?? otherwise
  return {
    q: of('q'), authority: of('authority', authority), type: of('type'), need: of('need'), age: of('age'),
    place: of('place'), miles: of('miles'),
  }
}

export function BreaksPage() {
  const { account } = useSession()
  const { query } = usePlace()
  const asked = filtersOf(query, account?.authority_name ?? '')
  const pricedOnly = query.get('priced') === 'yes'
  const criteria = {
    q: asked.q, authority: asked.authority, type: asked.type, need: asked.need,
    age_min: asked.age, age_max: asked.age, place: asked.place, miles: asked.place ? asked.miles || 10 : undefined,
  }
  const offers = useList<OfferView>(withQuery('/v1/catalogue/offers', { ...criteria, limit: 12 }))
  const services = useList<ServiceView>(pricedOnly ? undefined : withQuery('/v1/catalogue/services', { ...criteria, limit: 20 }))
  return (
    <Page title="Find a short break" lead="Everything we know of near you, with what it costs where the provider says so.">
      <Card class="search-bar"><Search key={query.toString()} asked={asked} pricedOnly={pricedOnly} /></Card>
      <section class="section" aria-labelledby="priced">
        <h2 id="priced">With a price, open to groups</h2>
        <Loaded of={offers}>
          {(items) => items.length === 0 ? (
            <Empty title="Nothing with a price fits">
              <p>Try a wider search, or tell us below what is missing.</p>
            </Empty>
          ) : (
            <>
              <ul class="cards">{items.map((offer) => <OfferCard key={offer.id} offer={offer} />)}</ul>
              <More list={offers} />
            </>
          )}
        </Loaded>
      </section>
      {!pricedOnly && (
        <section class="section" aria-labelledby="others">
          <h2 id="others">Other services</h2>
          <Loaded of={services}>
            {(items) => {
              const plain = items.filter((service) => service.tier !== 'published')
              return plain.length === 0 ? <Empty title="No other service fits" /> : (
                <>
                  <ul class="cards">{plain.map((service) => <ServiceCard key={service.id} service={service} />)}</ul>
                  <More list={services} />
                </>
              )
            }}
          </Loaded>
        </section>
      )}
      {(account?.role === 'parent' || account?.role === 'facilitator') && <Missing />}
    </Page>
  )
}

function Search({ asked, pricedOnly }: { asked: Filters; pricedOnly: boolean }) {
  const [filters, setFilters] = useState(asked)
  const [priced, setPriced] = useState(pricedOnly)
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const types = useGet<{ items: { type: string; count: number }[] }>(
    withQuery('/v1/catalogue/types', { authority: filters.authority }),
  )
  const places = useGet<{ items: PlaceView[] }>(withQuery('/v1/families/places', { authority: filters.authority }))
  const set = (name: keyof Filters) => (value: string) => setFilters({ ...filters, [name]: value })
  const any = (text: string): Choice => ['', text]
  const form = useForm(async () => {
    navigate(withQuery('/breaks', { ...filters, priced: priced ? 'yes' : '' }))
  })
  return (
    <FormBox form={form} label="Search">
      <div class="fields">
        <Input name="/q" label="What are you looking for?" width={20} value={filters.q} onValue={set('q')} />
        <Select name="/authority" label="Where you live" value={filters.authority} onValue={set('authority')}
          choices={[any('Anywhere'), ...(authorities.value ?? []).map((each): Choice => [each.name, each.name])]} />
        <Select name="/type" label="Kind" value={filters.type} onValue={set('type')}
          choices={[any('Any kind'), ...(types.value?.items ?? []).map((each): Choice => [each.type, each.type])]} />
        <Select name="/need" label="Good for" value={filters.need} onValue={set('need')}
          choices={[any('Any need'), ...needs.map((need): Choice => [need, needNames[need]])]} />
        <Input name="/age" label="Age" width={3} inputMode="numeric" value={filters.age} onValue={set('age')} />
        <Select name="/place" label="Near" value={filters.place} onValue={set('place')}
          choices={[any('Anywhere'), ...(places.value?.items ?? []).map((each): Choice => [each.district, `${each.district} ${each.name}`])]} />
        {filters.place && (
          <Select name="/miles" label="Within" value={filters.miles || '10'} onValue={set('miles')}
            choices={['2', '5', '10', '20', '50'].map((miles): Choice => [miles, `${miles} miles`])} />
        )}
      </div>
      <Tick name="/priced" label="Only what has a price" value={priced} onValue={setPriced} />
      <Button busy={form.busy}>Search</Button>
    </FormBox>
  )
}

const ServiceCard = ({ service }: { service: ServiceView }) => (
  <li class="card">
    <h3 class="card-title"><a href={`/breaks/service/${service.id}`}>{service.name}</a></h3>
    <p class="quiet small">{service.type} · {service.authority_name}</p>
    <p class="small">
      {ageText(service.age_min, service.age_max)}
      {service.distance_miles ? ` · ${service.distance_miles.toFixed(0)} miles` : ''}
    </p>
    <ul class="tags card-foot">
      <li>{service.offer_count > 0 ? <Tag kind="good">{count(service.offer_count, 'price')}</Tag> : <Tag>Price unknown</Tag>}</li>
      <li><Tag>{tierName(service.tier)}</Tag></li>
    </ul>
  </li>
)

export function ServicePage({ parameters }: { parameters: Parameters }) {
  const service = useGet<ServiceDetail>(`/v1/catalogue/services/${parameters.service}`)
  const view = service.value
  const unknown = <span class="quiet">Not known</span>
  return (
    <Page title={view?.name ?? 'Service'} caption={view?.type}>
      <Loaded of={service}>
        {(of) => (
          <>
            {of.offers.length === 0 && (
              <Note title="Price unknown">
                The provider has told us no price. Your facilitator can ask for one, for you alone or for a group.
              </Note>
            )}
            <Card>
              <Facts
                items={[
                  ['Where', of.authority_name],
                  ['Ages', `${ageText(of.age_min, of.age_max)}${of.age_note ? ` (${of.age_note})` : ''}`],
                  ['Needs', of.needs_text || (of.needs.length ? of.needs.map(needName).join(', ') : unknown)],
                  ['Provider', of.provider_name && of.provider_name !== 'unknown' ? of.provider_name : unknown],
                  ['Kind of provider', of.provider_kind === 'unknown' ? unknown : of.provider_kind],
                  ['How to get it', of.referral_route || unknown],
                  ['Length', of.session_hours || unknown],
                  ['Places', of.capacity || unknown],
                  ['When', of.pattern || unknown],
                  ['Listed by', tierName(of.tier)],
                ]}
              />
            </Card>
            {of.offers.length > 0 && (
              <section class="section">
                <h2>Offers with a price</h2>
                <ul class="cards">{of.offers.map((offer) => <OfferCard key={offer.id} offer={offer} />)}</ul>
              </section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** What nobody offers: the list that authorities and providers ask for first. */
function Missing() {
  const [what, setWhat] = useState('')
  const [said, setSaid] = useState<string>()
  const form = useForm(async (send) => {
    await send('POST', '/v1/catalogue/unmet-needs', { what: what.trim() })
    setWhat('')
    setSaid('Thank you. Your authority and the providers see what is wanted, without your name.')
  })
  return (
    <section class="section">
      <Card title="Is something missing?" class="card-warm">
        <Said text={said} />
        <FormBox form={form} label="What is missing">
          <TextArea name="/what" label="What would you like that nobody offers?" rows={3} value={what} onValue={setWhat} />
          <Button kind="secondary" busy={form.busy}>Tell them</Button>
        </FormBox>
      </Card>
    </section>
  )
}
