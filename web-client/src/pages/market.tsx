import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Select, type Choice } from '../form'
import { Card, Empty, Loaded, More, Page, Table } from '../parts/page'
import { useGet, useList } from '../resource'
import { useSession } from '../session'
import type { AuthorityView, MarketView, UnmetNeedView } from '../types'
import { count, instantText } from '../words'
import { tierName } from './breaks'

export function MarketPage() {
  const { account } = useSession()
  const [authority, setAuthority] = useState(account?.authority_name ?? '')
  const authorities = useList<AuthorityView>('/v1/identity/authorities?limit=500')
  const market = useGet<MarketView>(withQuery('/v1/reports/market', { authority }))
  return (
    <Page title="The market" lead="How many services there are of each kind, by the way that families reach them.">
      <Card>
        <Select name="/authority" label="Place" value={authority} onValue={setAuthority}
          choices={[['', 'All places'], ...(authorities.value ?? []).map((each): Choice => [each.name, each.name])]} />
        <Loaded of={market}>{(view) => <Services view={view} />}</Loaded>
      </Card>
      {(account?.role === 'facilitator' || account?.role === 'commissioner') && <Wanted />}
    </Page>
  )
}

function Services({ view }: { view: MarketView }) {
  const tiers = [...new Set(view.rows.map((row) => row.tier))]
  const types = [...new Set(view.rows.map((row) => row.type))].sort()
  const number = (type: string, tier: string) =>
    view.rows.filter((row) => row.type === type && row.tier === tier).reduce((sum, row) => sum + row.count, 0)
  const sum = (type: string) => tiers.reduce((total, tier) => total + number(type, tier), 0)
  return (
    <>
      <p class="big-money">{count(view.total, 'service')}</p>
      <Table
        caption="Services by kind and route" hideCaption rows={types} rowKey={(type) => type}
        columns={[
          { title: 'Kind', cell: (type) => type },
          ...tiers.map((tier) => ({ title: tierName(tier), number: true, cell: (type: string) => number(type, tier) || '–' })),
          { title: 'In all', number: true, cell: (type) => sum(type) },
        ]}
      />
    </>
  )
}

function Wanted() {
  const wanted = useList<UnmetNeedView>('/v1/catalogue/unmet-needs')
  return (
    <Card title="Wanted, and not there">
      <Loaded of={wanted}>
        {(items) => items.length === 0 ? <Empty title="Nobody has told us of anything missing" /> : (
          <>
            <ul class="rows">
              {items.map((each) => (
                <li key={each.id}>
                  <p>{each.what}</p>
                  <p class="quiet small">{[each.activity_type, each.place, instantText(each.created)].filter(Boolean).join(' · ')}</p>
                </li>
              ))}
            </ul>
            <More list={wanted} />
          </>
        )}
      </Loaded>
    </Card>
  )
}
