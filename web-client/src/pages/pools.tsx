import { Card, Page } from '../parts/page'
import { MyPools } from '../parts/pools'
import { useAccount } from '../session'

const leads: Record<string, string> = {
  parent: 'What you buy together with other families.',
  provider: 'Groups of families who buy from you.',
}

export function PoolsPage() {
  const { role } = useAccount()
  return (
    <Page title={role === 'parent' || role === 'provider' ? 'My pools' : 'Pools'} lead={leads[role] ?? 'What families here buy together.'}>
      <Card><MyPools /></Card>
    </Page>
  )
}
