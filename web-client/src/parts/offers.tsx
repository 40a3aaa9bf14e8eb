// An offer in a card, and the words for its facts.
import { moneyText, type Money } from '../money'
import type { OfferView, PriceTier } from '../types'
import { count, slotText, vettingNames } from '../words'
import { Tag } from './page'

export function ageText(least?: number | null, most?: number | null): string {
  if (typeof least === 'number' && typeof most === 'number') return `Ages ${least} to ${most}`
  if (typeof least === 'number') return `From age ${least}`
  if (typeof most === 'number') return `Up to age ${most}`
  return 'Ages not known'
}

export const VettingTag = ({ vetting }: { vetting: string }) => (
  <Tag kind={vetting === 'approved' ? 'good' : vetting === 'rejected' ? 'bad' : 'wait'}>{vettingNames[vetting] ?? vetting}</Tag>
)

export const lengthText = (minutes: number): string => {
  const hours = Math.trunc(minutes / 60)
  const rest = minutes % 60
  return [hours && count(hours, 'hour'), rest && `${rest} minutes`].filter(Boolean).join(' ')
}

/** A tier's price in words: `£60 a session, £8 a child and £12 an hour`. */
export function tierText(tier: PriceTier): string {
  const part = (money: Money, unit: string) => (money.pence ? `${moneyText(money, true)} ${unit}` : '')
  return [part(tier.fixed, 'a session'), part(tier.per_child, 'a child'), part(tier.per_hour, 'an hour')]
    .filter(Boolean).join(' and ') || 'No charge'
}

export function OfferCard({ offer }: { offer: OfferView }) {
  const run = offer.runs[0]
  return (
    <li class="card">
      <h3 class="card-title"><a href={`/offers/${offer.id}`}>{offer.title}</a></h3>
      <p class="quiet small">{offer.activity_type} · {offer.provider_name}</p>
      <p class="small">
        {ageText(offer.age_min, offer.age_max)} · {offer.place}
        {offer.distance_miles ? `, ${offer.distance_miles.toFixed(0)} miles away` : ''}
      </p>
      {run && <p class="small">{slotText(run)}</p>}
      <p class="small">Groups of {offer.minimum_children} to {offer.maximum_children} children</p>
      <ul class="tags card-foot">
        <li><VettingTag vetting={offer.vetting} /></li>
        {offer.wheelchair_access === 'yes' && <li><Tag>Wheelchair access</Tag></li>}
      </ul>
    </li>
  )
}
