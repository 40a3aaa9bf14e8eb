// A pool in one line, and the list of them.
import { useList } from '../resource'
import { useSession } from '../session'
import type { PoolState, PoolSummary } from '../types'
import { count, memberStateNames, minuteText, poolStateNames, weekdayName } from '../words'
import { Empty, Loaded, More, Tag } from './page'

const kinds: Record<PoolState, 'good' | 'wait' | 'bad' | 'quiet'> = {
  proposed: 'wait', agreement: 'wait', holding: 'wait', active: 'good', closed: 'quiet', dissolved: 'bad',
}
export const PoolTag = ({ state }: { state: PoolState }) => <Tag kind={kinds[state]}>{poolStateNames[state]}</Tag>

export function PoolRow({ pool, level }: { pool: PoolSummary; level?: 2 | 3 }) {
  const Heading = level === 2 ? 'h2' : 'h3'
  const mine = pool.my_state && pool.my_state !== 'accepted' ? ` · You: ${memberStateNames[pool.my_state].toLowerCase()}` : ''
  return (
    <li>
      <div class="row-line">
        <Heading><a href={`/pools/${pool.id}`}>{pool.title}</a></Heading>
        <PoolTag state={pool.state} />
      </div>
      <p class="quiet small">
        {weekdayName(pool.weekday)}s at {minuteText(pool.from_minute)} · {count(pool.members, 'family', 'families')},{' '}
        {count(pool.children, 'child', 'children')} · {pool.delivered} of {count(pool.sessions, 'session')} held{mine}
      </p>
    </li>
  )
}

export function MyPools({ short }: { short?: boolean }) {
  const { account } = useSession()
  const pools = useList<PoolSummary>(short ? '/v1/pools?limit=5' : '/v1/pools')
  return (
    <Loaded of={pools}>
      {(items) => items.length === 0 ? (
        <Empty title={account?.role === 'parent' ? 'You are in no pool yet' : 'There is no pool yet'}>
          {account?.role === 'parent' && <p><a href="/breaks">Find a break to share</a></p>}
        </Empty>
      ) : (
        <>
          <ul class="rows">{items.map((pool) => <PoolRow key={pool.id} pool={pool} level={short ? 3 : 2} />)}</ul>
          {short ? pools.more && <p><a href="/pools">See them all</a></p> : <More list={pools} />}
        </>
      )}
    </Loaded>
  )
}
