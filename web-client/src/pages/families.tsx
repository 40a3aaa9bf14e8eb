import { Card, Empty, Loaded, More, Page, Table, Tag } from '../parts/page'
import { useGet, useList } from '../resource'
import type { Parameters } from '../router'
import { useAccount } from '../session'
import type { FamilySummary, FamilyView } from '../types'
import { FamilyForm } from './family'

export function FamiliesPage() {
  const { role } = useAccount()
  const families = useList<FamilySummary>('/v1/families')
  return (
    <Page title="Families" lead="Those who keep a page here. A family is matched only when it has asked to be.">
      <Card>
        <Loaded of={families}>
          {(items) => items.length === 0 ? <Empty title="No family yet" /> : (
            <>
              <Table
                caption="Families" hideCaption rows={items} rowKey={(family) => family.id}
                columns={[
                  { title: 'Family', cell: (family) => role === 'facilitator' ? <a href={`/families/${family.id}`}>{family.known_as}</a> : family.known_as },
                  { title: 'Children', number: true, cell: (family) => family.children },
                  { title: 'Area', cell: (family) => family.place },
                  { title: 'Looking for a group', cell: (family) => family.looking ? <Tag kind="good">Yes</Tag> : <Tag>No</Tag> },
                  { title: 'Money', cell: (family) => (
                    <>
                      <a href={`/plans?family=${family.id}`} aria-label={`Plans of ${family.known_as}`}>Plans</a>{' · '}
                      <a href={`/statement/${family.id}`} aria-label={`Statement of ${family.known_as}`}>Statement</a>
                    </>
                  ) },
                ]}
              />
              <More list={families} />
            </>
          )}
        </Loaded>
      </Card>
    </Page>
  )
}

export function FamilyOfPage({ parameters }: { parameters: Parameters }) {
  const { authority_name } = useAccount()
  const path = `/v1/families/${parameters.family}`
  const family = useGet<FamilyView>(path)
  return (
    <Page title={family.value?.known_as ?? 'Family'} caption="Family">
      <Loaded of={family}>
        {(value) => <FamilyForm key={value.id} family={value} path={path} authority={authority_name ?? ''} saved={family.set} />}
      </Loaded>
    </Page>
  )
}
