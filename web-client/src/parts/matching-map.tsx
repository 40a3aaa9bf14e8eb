// Where the families and offers of a matching run are: a drawing from coordinates alone, by postcode district. What it
// shows stands beside it as a table, and a group is lit up from its button, by mouse or keyboard.
import { useState } from 'preact/hooks'
import { drawingOf, milesBetween, mapHeight, mapWidth, type Drawing, type DrawnGroup } from '../matching-map'
import type { GroupView, RunMap } from '../types'
import { count, listText, slotText } from '../words'
import { Card, Details, Table } from './page'

export function MatchingMap({ groups, map }: { groups: GroupView[]; map: RunMap }) {
  const [lit, setLit] = useState<string>()
  const drawing = drawingOf(groups, map)
  if (drawing.places.length === 0) return null
  return (
    <Card title="Where it is" class="map-card">
      <p class="quiet small">Homes are drawn in a ring about their postcode district’s middle: nothing nearer is known. Straight lines lead to where each group meets.</p>
      <Picture drawing={drawing} lit={lit} />
      <ul class="map-groups" aria-label="Light up a group on the map">
        {drawing.groups.map((group) => (
          <li key={group.id}>
            <button type="button" class="map-button" aria-pressed={lit === group.id}
              onMouseEnter={() => setLit(group.id)} onMouseLeave={() => setLit(undefined)}
              onFocus={() => setLit(group.id)} onBlur={() => setLit(undefined)}>
              <svg viewBox="-10 -10 20 20" class={`map-key map-tone-${group.tone}`} aria-hidden="true" focusable="false"><Shape of={group.shape} /></svg>
              Group {group.number}: {group.title}
            </button>
          </li>
        ))}
      </ul>
      <Details summary="The map as a table">
        <Table caption="Who lives how far from where each group meets" rows={rowsOf(groups, map)} rowKey={(row) => row.key}
          columns={[
            { title: 'Group', cell: (row) => row.group },
            { title: 'Family', cell: (row) => row.family },
            { title: 'Lives in', cell: (row) => row.home },
            { title: 'Meets in', cell: (row) => row.meets },
            { title: 'Miles', number: true, cell: (row) => row.miles },
          ]} />
      </Details>
    </Card>
  )
}

function Picture({ drawing, lit }: { drawing: Drawing; lit: string | undefined }) {
  const told = `Map of ${count(drawing.places.length, 'district')}: ${listText(drawing.places.map((place) => place.district))}, with ${count(drawing.groups.length, 'group')}`
  return (
    <svg class={`map${lit ? ' map-lit' : ''}`} viewBox={`0 0 ${mapWidth} ${mapHeight}`} role="img" aria-label={told}>
      {drawing.places.map((place) => (
        <g key={place.district}>
          <circle class="map-district" cx={place.x} cy={place.y} r={place.radius} />
          <text class="map-name" x={place.x} y={place.y + place.radius + 16} textAnchor="middle">{place.district}</text>
        </g>
      ))}
      {drawing.groups.map((group) => <DrawnLines key={group.id} group={group} lit={lit === group.id} />)}
      {drawing.alone.map((at) => <circle key={at.key} class="map-alone" cx={at.x} cy={at.y} r="5" />)}
      <g class="map-scale">
        <path d={`M20 ${mapHeight - 20}h${drawing.scale.length}m0 -5v10M20 ${mapHeight - 25}v10`} />
        <text x="20" y={mapHeight - 32}>{count(drawing.scale.miles, 'mile')}</text>
      </g>
    </svg>
  )
}

const DrawnLines = ({ group, lit }: { group: DrawnGroup; lit: boolean }) => (
  <g class={`map-group map-tone-${group.tone}${lit ? ' is-lit' : ''}`}>
    {group.homes.map((home) => <line key={home.key} x1={home.x} y1={home.y} x2={group.x} y2={group.y} />)}
    {lit && group.reach > 0 && (
      <>
        <circle class="map-ring" cx={group.x} cy={group.y} r={group.reach} />
        <text class="map-name" x={group.x} y={Math.max(14, group.y - group.reach - 4)} textAnchor="middle">{group.miles} miles</text>
      </>
    )}
    {group.homes.map((home) => <g key={home.key} transform={`translate(${home.x} ${home.y})`}><Shape of={group.shape} /></g>)}
    <rect class="map-offer" x={group.x - 7} y={group.y - 7} width="14" height="14" />
  </g>
)

const paths = ['M0 -8A8 8 0 1 1 0 8A8 8 0 1 1 0 -8Z', 'M0 -9L9 7L-9 7Z', 'M0 -9L9 0L0 9L-9 0Z', 'M-9 -7L9 -7L0 9Z', 'M-3 -8H3V-3H8V3H3V8H-3V3H-8V-3H-3Z']
const Shape = ({ of }: { of: number }) => <path class="map-home" d={paths[of % paths.length] ?? ''} />

function rowsOf(groups: GroupView[], map: RunMap) {
  const homeOf = (family: string) => map.places.find((place) => place.families.some((one) => one.family === family))
  return groups.flatMap((group, at) => {
    const meets = map.places.find((place) => place.offers.includes(group.offer))
    return group.families.map((family) => {
      const home = homeOf(family.family)
      return {
        key: `${group.id} ${family.family}`,
        group: `Group ${at + 1}: ${group.offer_title}, ${slotText(group)}`,
        family: family.known_as ?? 'A family',
        home: home?.district ?? 'not known',
        meets: meets?.district ?? 'not known',
        miles: home && meets ? milesBetween(home, meets).toFixed(1) : '–',
      }
    })
  })
}
