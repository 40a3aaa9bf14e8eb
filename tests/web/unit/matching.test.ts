import { drawingOf, mapHeight, mapWidth, milesBetween } from '../../../web-client/src/matching-map'
import { gapText, settledText } from '../../../web-client/src/pages/matching'
import { verdict } from '../../../web-client/src/parts/what-if'
import type { GroupView, RunMap } from '../../../web-client/src/types'

const sale = { district: 'M33', latitude: 53.42, longitude: -2.32 }
const altrincham = { district: 'WA14', latitude: 53.39, longitude: -2.36 }
const map: RunMap = {
  places: [
    { ...sale, offers: ['o1'], families: [{ family: 'a', known_as: 'Alder' }, { family: 'b', known_as: 'Beech' }] },
    { ...altrincham, offers: [], families: [{ family: 'c', known_as: 'Cedar' }] },
  ],
}
const group = {
  id: 'g1', offer: 'o1', offer_title: 'Swimming', run: 'r1', weekday: 6, from_minute: 600, to_minute: 660, sessions: 4, reasons: [],
  score: 1, terms: [], families: [
    { family: 'a', children: 1, share: { pence: 100, currency: 'GBP' } }, { family: 'c', children: 1, share: { pence: 100, currency: 'GBP' } },
  ],
} as GroupView

describe('the map of a matching run', () => {
  const drawing = drawingOf([group], map)
  it('keeps everything within the drawing', () => {
    for (const at of [...drawing.places, ...drawing.alone, ...drawing.groups, ...drawing.groups.flatMap((each) => each.homes)]) {
      expect(at.x).toBeGreaterThan(0)
      expect(at.x).toBeLessThan(mapWidth)
      expect(at.y).toBeGreaterThan(0)
      expect(at.y).toBeLessThan(mapHeight)
    }
  })
  it('draws north above south and west left of east', () => {
    const [north, south] = drawing.places
    expect(north!.y).toBeLessThan(south!.y)
    expect(south!.x).toBeLessThan(north!.x)
  })
  it('hides no home behind another of its district, and marks who has no group', () => {
    expect(drawing.alone.map((home) => home.key)).toEqual(['b'])
    const home = drawing.groups[0]!.homes.find((each) => each.key === 'a')!
    expect([home.x, home.y]).not.toEqual([drawing.alone[0]!.x, drawing.alone[0]!.y])
  })
  it('reaches as far as the furthest home, by the drawing’s own scale', () => {
    const miles = milesBetween(sale, altrincham)
    expect(miles).toBeGreaterThan(2)
    expect(miles).toBeLessThan(3.5)
    const perMile = drawing.scale.length / drawing.scale.miles
    expect(Math.abs(drawing.groups[0]!.reach - miles * perMile)).toBeLessThan(3)
  })
  it('is empty where nothing has a place', () => expect(drawingOf([group], { places: [] }).places).toEqual([]))
})

describe('scores in words', () => {
  it.each([[0.004, 'At most 0.4 % better is possible.'], [0.0001, 'At most 0.1 % better is possible.'], [0, 'This is proven to be the best there is.']])(
    'tells a gap of %f', (gap, text) => expect(gapText(gap)).toBe(text))
  it.each([[0, 'No family would be better off in another group that would have it.'],
    [1, '1 family would rather be in another group that would have them, but their going would cost the families left behind more.'],
    [12, '12 families would rather be in another group that would have them, but their going would cost the families left behind more.']])(
    'tells of %i families who would rather be elsewhere', (families, text) => expect(settledText(families)).toBe(text))
  it.each([[100, 100, 'The whole is as good as before'], [1000, 990, 'The whole is 1.0 % less good than before'], [1000, 1100, 'The whole is 10.0 % better than before'], [100000, 99999, 'The whole is less than 0.1 % less good than before']])(
    'compares %i with %i', (score_before, score_after, text) => expect(verdict({ score_before, score_after })).toBe(text))
})
