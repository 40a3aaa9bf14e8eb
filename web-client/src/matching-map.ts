// Puts districts, homes and groups of a matching run on a drawing: plain numbers, no page.
import type { GroupView, RunMap } from './types'

export const mapWidth = 640
export const mapHeight = 420
const margin = 60

export interface Point { x: number; y: number }
interface Home extends Point { key: string }
export interface DrawnGroup extends Point {
  id: string
  number: number
  title: string
  tone: number
  shape: number
  homes: Home[]
  reach: number
  miles: string
}
export interface Drawing {
  places: (Point & { district: string; radius: number })[]
  groups: DrawnGroup[]
  alone: Home[]
  scale: { length: number; miles: number }
}

const tones = 6
const shapes = 5
const earthRadiusMiles = 3958.7613
interface Degrees { latitude: number; longitude: number }
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** In a straight line, by the haversine formula. */
export function milesBetween(a: Degrees, b: Degrees): number {
  const half = (x: number) => Math.sin(radians(x) / 2) ** 2
  const h = half(b.latitude - a.latitude) + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude)
  return 2 * earthRadiusMiles * Math.asin(Math.sqrt(h))
}

/** A scale that is as much as possible of the drawing's third. */
const scaleMiles = (unitsPerMile: number): number =>
  [50, 20, 10, 5, 2].find((miles) => miles * unitsPerMile <= mapWidth / 3) ?? 1

export function drawingOf(groups: GroupView[], map: RunMap): Drawing {
  const placed = map.places
  if (placed.length === 0) return { places: [], groups: [], alone: [], scale: { length: 0, miles: 1 } }
  const latitudes = placed.map((place) => place.latitude)
  const longitudes = placed.map((place) => place.longitude)
  const middle = { latitude: (Math.min(...latitudes) + Math.max(...latitudes)) / 2, longitude: (Math.min(...longitudes) + Math.max(...longitudes)) / 2 }
  const milesPerDegree = radians(1) * earthRadiusMiles
  const across = milesPerDegree * Math.cos(radians(middle.latitude))
  // At least two miles, so that one district alone is not drawn as if it were a country.
  const wide = Math.max(2, (Math.max(...longitudes) - Math.min(...longitudes)) * across)
  const high = Math.max(2, (Math.max(...latitudes) - Math.min(...latitudes)) * milesPerDegree)
  const unitsPerMile = Math.min((mapWidth - 2 * margin) / wide, (mapHeight - 2 * margin) / high)
  const at = (place: Degrees): Point => ({
    x: Math.round(mapWidth / 2 + (place.longitude - middle.longitude) * across * unitsPerMile),
    y: Math.round(mapHeight / 2 - (place.latitude - middle.latitude) * milesPerDegree * unitsPerMile),
  })

  // Homes stand in a ring about their district: nothing nearer is known, and none may hide another.
  const homes = new Map<string, Home>()
  const districts = new Map<string, { latitude: number; longitude: number }>()
  const places = placed.map((place) => {
    const centre = at(place)
    const radius = Math.max(14, place.families.length * 3.2)
    place.families.forEach((family, index) => {
      const angle = (2 * Math.PI * index) / place.families.length - Math.PI / 2
      homes.set(family.family, { key: family.family, x: Math.round(centre.x + radius * Math.cos(angle)), y: Math.round(centre.y + radius * Math.sin(angle)) })
      districts.set(family.family, place)
    })
    return { ...centre, district: place.district, radius }
  })

  const grouped = new Set<string>()
  const drawn = groups.flatMap((group, index): DrawnGroup[] => {
    const meets = placed.find((place) => place.offers.includes(group.offer))
    group.families.forEach((family) => grouped.add(family.family))
    if (!meets) return []
    const furthest = Math.max(0, ...group.families.map((family) => {
      const home = districts.get(family.family)
      return home ? milesBetween(home, meets) : 0
    }))
    return [{
      ...at(meets), id: group.id, number: index + 1, title: group.offer_title, tone: index % tones, shape: index % shapes,
      homes: group.families.flatMap((family) => homes.get(family.family) ?? []),
      reach: Math.round(furthest * unitsPerMile), miles: furthest.toFixed(1),
    }]
  })
  const miles = scaleMiles(unitsPerMile)
  return {
    places, groups: drawn, alone: [...homes.values()].filter((home) => !grouped.has(home.key)),
    scale: { length: Math.round(miles * unitsPerMile), miles },
  }
}
