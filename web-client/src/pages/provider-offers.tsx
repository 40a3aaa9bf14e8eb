import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Action, Button, Choices, FormBox, Input, refused, Select, TextArea, useForm, type Choice } from '../form'
import { moneyField, pounds, readMoney } from '../money'
import { tierText, VettingTag } from '../parts/offers'
import { Card, Empty, Loaded, More, Page, Said, Tag } from '../parts/page'
import { useGet, useList } from '../resource'
import { navigate, type Parameters } from '../router'
import { useAccount } from '../session'
import type { AuthorityView, Need, OfferInput, OfferView, PlaceView } from '../types'
import { count, dateText, minuteOf, needNames, needs, slotText } from '../words'
import { whole } from '../agreement'

export function ProviderOffersPage() {
  const { provider } = useAccount()
  const offers = useList<OfferView>(withQuery('/v1/catalogue/offers', { provider }))
  return (
    <Page title="My offers" lead="What families can buy from you, alone or together." aside={<a class="govuk-button" href="/provider/offers/new">Publish an offer</a>}>
      <Loaded of={offers}>
        {(items) => items.length === 0 ? <Empty title="You have no offer yet" /> : (
          <>
            <ul class="cards">
              {items.map((offer) => (
                <li class="card" key={offer.id}>
                  <h2 class="card-title"><a href={`/provider/offers/${offer.id}`}>{offer.title}</a></h2>
                  <p class="quiet small">{offer.activity_type} · {offer.place}</p>
                  <p class="small">{offer.tiers.map((tier) => `From ${tier.from_children}: ${tierText(tier)}`).join('. ')}</p>
                  <ul class="tags card-foot">
                    <li>{offer.runs.length ? <Tag kind="good">{count(offer.runs.length, 'run')}</Tag> : <Tag kind="wait">No dates yet</Tag>}</li>
                    {offer.state === 'withdrawn' && <li><Tag kind="bad">Withdrawn</Tag></li>}
                  </ul>
                </li>
              ))}
            </ul>
            <More list={offers} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

export const NewOfferPage = () => (
  <Page title="Publish an offer" lead="Say what it is, who can come and what it costs a group. Families see it at once.">
    <OfferForm offer={null} saved={(offer) => navigate(`/provider/offers/${offer.id}`)} />
  </Page>
)

export function EditOfferPage({ parameters }: { parameters: Parameters }) {
  const path = `/v1/catalogue/offers/${parameters.offer}`
  const offer = useGet<OfferView>(path)
  const [said, setSaid] = useState<string>()
  const view = offer.value
  return (
    <Page title={view?.title ?? 'Offer'} caption="My offer" aside={view && <VettingTag vetting={view.vetting} />}>
      <Said text={said} />
      <Loaded of={offer}>
        {(of) => (
          <>
            <div class="columns">
              <Card title="Dates">
                {of.runs.length === 0 ? <Empty title="No dates yet"><p>Families cannot book before there are some.</p></Empty> : (
                  <ul class="rows">
                    {of.runs.map((run) => (
                      <li key={run.id}>
                        <h3>{slotText(run)}</h3>
                        <p class="small quiet">{count(run.dates.length, 'session')} from {dateText(run.first_date, false)} · {count(run.places, 'place')}</p>
                      </li>
                    ))}
                  </ul>
                )}
                <NewRun path={path} most={of.maximum_children} done={() => { setSaid('The dates are published.'); void offer.reload() }} />
              </Card>
              <Card title="How families see it">
                <p><a href={`/offers/${of.id}`}>Open the page with the calculator</a></p>
                {of.state === 'published' && (
                  <Action kind="warning" run={async (send) => {
                    await send('POST', `${path}/withdrawal`, {}, of.version)
                    setSaid('The offer is withdrawn. Pools that bought it keep it.')
                    await offer.reload()
                  }}>Withdraw this offer</Action>
                )}
              </Card>
            </div>
            <section class="section">
              <h2>Change it</h2>
              <OfferForm key={of.version} offer={of} saved={(next) => { offer.set(next); setSaid('Saved.') }} />
            </section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function NewRun({ path, most, done }: { path: string; most: number; done: () => void }) {
  const [first, setFirst] = useState('')
  const [from, setFrom] = useState('10:00')
  const [to, setTo] = useState('12:00')
  const [sessions, setSessions] = useState('8')
  const [places, setPlaces] = useState(String(most))
  const form = useForm(async (send) => {
    if (!first) throw refused([{ pointer: '/first_date', detail: 'Enter the day of the first session' }])
    await send('POST', `${path}/runs`, {
      first_date: first, from_minute: minuteOf(from) ?? 0, to_minute: minuteOf(to) ?? 0,
      sessions: whole(sessions, '/sessions'), places: whole(places, '/places'),
    })
    setFirst('')
    done()
  })
  return (
    <>
      <h3 class="spaced">Add weekly dates</h3>
      <FormBox form={form} label="Add weekly dates">
        <div class="fields">
          <Input name="/first_date" label="First session" type="date" width={10} value={first} onValue={setFirst} />
          <Input name="/from_minute" label="From" type="time" width={10} value={from} onValue={setFrom} />
          <Input name="/to_minute" label="To" type="time" width={10} value={to} onValue={setTo} />
          <Input name="/sessions" label="How many weeks?" width={3} inputMode="numeric" value={sessions} onValue={setSessions} />
          <Input name="/places" label="Places" width={3} inputMode="numeric" value={places} onValue={setPlaces} />
        </div>
        <Button kind="secondary" busy={form.busy}>Add these dates</Button>
      </FormBox>
    </>
  )
}

interface TierText { from: string; fixed: string; child: string; hour: string }

const blank: Omit<OfferInput, 'tiers'> = {
  authorities: [], title: '', activity_type: '', description: '', age_min: 5, age_max: 18, needs_catered: [],
  wheelchair_access: 'unknown', staff_checks: 'known', staff_adults: 1, staff_children: 3, place: '',
  minimum_children: 1, maximum_children: 8, minutes_per_session: 120,
}

/** The numbers of an offer are typed as text, so that half-typed ones can stand in their fields. */
const numbers = [
  'age_min', 'age_max', 'staff_adults', 'staff_children', 'minimum_children', 'maximum_children', 'minutes_per_session',
] as const

function OfferForm({ offer, saved }: { offer: OfferView | null; saved: (offer: OfferView) => void }) {
  const [input, setInput] = useState<Omit<OfferInput, 'tiers'>>(() => pick(offer ?? blank))
  const [typed, setTyped] = useState(() => Object.fromEntries(numbers.map((name) => [name, String(input[name])])) as Record<(typeof numbers)[number], string>)
  const [tiers, setTiers] = useState<TierText[]>(() => offer?.tiers.map((tier) => ({
    from: String(tier.from_children), fixed: moneyField(tier.fixed), child: moneyField(tier.per_child), hour: moneyField(tier.per_hour),
  })) ?? [{ from: '1', fixed: '', child: '', hour: '' }])
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const places = useGet<{ items: PlaceView[] }>('/v1/families/places')
  const types = useGet<{ items: { type: string }[] }>('/v1/catalogue/types')
  const set = (change: Partial<OfferInput>) => setInput({ ...input, ...change })
  const number = (name: (typeof numbers)[number], label: string) => (
    <Input name={`/${name}`} label={label} width={4} inputMode="numeric" value={typed[name]} onValue={(value) => setTyped({ ...typed, [name]: value })} />
  )
  const setTier = (index: number, part: Partial<TierText>) => setTiers(tiers.map((tier, at) => (at === index ? { ...tier, ...part } : tier)))

  const form = useForm(async (send) => {
    const body: OfferInput = {
      ...input,
      ...Object.fromEntries(numbers.map((name) => [name, whole(typed[name], `/${name}`)])),
      tiers: tiers.map((tier, index) => ({
        from_children: whole(tier.from, `/tiers/${index}/from_children`),
        fixed: amount(tier.fixed, `/tiers/${index}/fixed`),
        per_child: amount(tier.child, `/tiers/${index}/per_child`),
        per_hour: amount(tier.hour, `/tiers/${index}/per_hour`),
      })),
    }
    const answer = offer
      ? await send<OfferView>('PUT', `/v1/catalogue/offers/${offer.id}`, body, offer.version)
      : await send<OfferView>('POST', '/v1/catalogue/offers', body)
    saved(answer)
  })

  return (
    <FormBox form={form} class="card" label="Offer">
      <Input name="/title" label="What is it called?" value={input.title} onValue={(title) => set({ title })} />
      <Input name="/activity_type" label="Kind of break" list={(types.value?.items ?? []).map((each) => each.type)} value={input.activity_type} onValue={(activity_type) => set({ activity_type })} />
      <TextArea name="/description" label="What happens there?" hint="Plain words: what a child does, who is there, what to bring." value={input.description} onValue={(description) => set({ description })} />
      <Choices name="/authorities" label="For families of" many inline values={input.authorities} onValues={(values) => set({ authorities: values })}
        choices={(authorities.value ?? []).map((each): Choice => [each.id, each.name])} />
      <Select name="/place" label="Where?" value={input.place} onValue={(place) => set({ place })}
        choices={[['', 'Choose an area'], ...(places.value?.items ?? []).map((each): Choice => [each.district, `${each.district} ${each.name}`])]} />
      <h2 class="spaced">Who can come</h2>
      <div class="fields">{number('age_min', 'From age')}{number('age_max', 'To age')}{number('minimum_children', 'Smallest group')}{number('maximum_children', 'Largest group')}</div>
      <Choices name="/needs_catered" label="Which needs can you cater for?" many inline values={input.needs_catered}
        onValues={(values) => set({ needs_catered: values as Need[] })} choices={needs.map((need): Choice => [need, needNames[need]])} />
      <Choices name="/wheelchair_access" label="Wheelchair access" inline values={[input.wheelchair_access]} onValues={([value]) => set({ wheelchair_access: value as OfferInput['wheelchair_access'] })}
        choices={[['yes', 'Yes'], ['no', 'No'], ['unknown', 'Not known']]} />
      <h2 class="spaced">Staff and length</h2>
      <div class="fields">{number('staff_adults', 'Adults')}{number('staff_children', 'for how many children')}{number('minutes_per_session', 'Minutes a session')}</div>
      <Choices name="/staff_checks" label="Have the staff been checked?" inline values={[input.staff_checks]} onValues={([value]) => set({ staff_checks: value as OfferInput['staff_checks'] })}
        choices={[['known', 'Yes'], ['unknown', 'Not known']]} />
      <h2 class="spaced">What a group pays for one session</h2>
      <p class="quiet">Each line counts from a size of group upwards. Leave a part empty if there is none.</p>
      {tiers.map((tier, index) => (
        <fieldset class="child" key={index}>
          <legend>Price {index + 1}</legend>
          <div class="fields">
            <Input name={`/tiers/${index}/from_children`} label="From children" width={3} inputMode="numeric" value={tier.from} onValue={(from) => setTier(index, { from })} />
            <Input name={`/tiers/${index}/fixed`} label="A session" prefix="£" width={5} inputMode="decimal" value={tier.fixed} onValue={(fixed) => setTier(index, { fixed })} />
            <Input name={`/tiers/${index}/per_child`} label="Each child" prefix="£" width={5} inputMode="decimal" value={tier.child} onValue={(child) => setTier(index, { child })} />
            <Input name={`/tiers/${index}/per_hour`} label="Each hour" prefix="£" width={5} inputMode="decimal" value={tier.hour} onValue={(hour) => setTier(index, { hour })} />
            {tiers.length > 1 && <Button kind="secondary" onClick={() => setTiers(tiers.filter((_, at) => at !== index))} of={`price ${index + 1}`}>Remove</Button>}
          </div>
        </fieldset>
      ))}
      <Button kind="secondary" onClick={() => setTiers([...tiers, { from: '', fixed: '', child: '', hour: '' }])}>Add a price for larger groups</Button>
      <div class="actions"><Button busy={form.busy}>{offer ? 'Save' : 'Publish'}</Button></div>
    </FormBox>
  )
}

function amount(text: string, pointer: string) {
  if (!text.trim()) return pounds(0)
  const money = readMoney(text)
  if (!money) throw refused([{ pointer, detail: 'Enter an amount, such as 12.50' }])
  return money
}

function pick(offer: Omit<OfferInput, 'tiers'>): Omit<OfferInput, 'tiers'> {
  const {
    authorities, title, activity_type, description, age_min, age_max, needs_catered, wheelchair_access, staff_checks,
    staff_adults, staff_children, place, minimum_children, maximum_children, minutes_per_session,
  } = offer
  return {
    authorities, title, activity_type, description, age_min, age_max, needs_catered, wheelchair_access, staff_checks,
    staff_adults, staff_children, place, minimum_children, maximum_children, minutes_per_session,
  }
}
