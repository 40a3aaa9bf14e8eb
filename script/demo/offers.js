// The invented providers and what they offer. No source gives prices of sessions: these are made up,
// and kept plausible.
import { kinds } from './families.js'

const catered = ['learning', 'communication', 'personal_care', 'autism', 'adhd', 'epilepsy', 'behaviour']
const pounds = (amount) => ({ pence: Math.round(amount * 100), currency: 'GBP' })
const tier = (from_children, fixed, per_child, per_hour = 0) => ({
  from_children, fixed: pounds(fixed), per_child: pounds(per_child), per_hour: pounds(per_hour),
})

export const providers = [
  { key: 'meadow', email: 'provider', name: 'Mersey Meadow Activities', person: 'Dawn', kind: 'independent', places: ['Trafford'], vetting: 'approved', note: 'Visited in the spring. Staff checks seen.' },
  { key: 'kite', email: 'provider2', name: 'Paper Kite Arts', person: 'Luis', kind: 'voluntary', places: ['Trafford'], vetting: 'approved', note: 'Known to us for six years.' },
  { key: 'shore', email: 'provider.plymouth', name: 'Sound and Shore', person: 'Kerensa', kind: 'voluntary', places: ['Plymouth', 'Trafford'], vetting: 'approved', note: 'Safety boat and hoist inspected.' },
]

const offer = (key, provider, places, title, activity_type, description, place, ages, group, staff, minutes, tiers, runs, more = {}) => ({
  key, provider, places, runs,
  input: {
    title, activity_type, description, age_min: ages[0], age_max: ages[1], needs_catered: catered, wheelchair_access: 'yes',
    staff_checks: 'known', staff_adults: staff[0], staff_children: staff[1], place, minimum_children: group[0],
    maximum_children: group[1], minutes_per_session: minutes, tiers, ...more,
  },
})

/** `runs`: weekday (0 is today's, from today), start in minutes, sessions, places. */
export const offers = [
  offer('trampoline', 'meadow', ['Trafford'], 'Trampolining in Sale', kinds.sport,
    'An hour on full-size trampolines with coaches who know our children. Warm-up, turns for everybody, a quiet corner for those who want out for a while. Bring socks.',
    'M33', [6, 14], [1, 8], [1, 2], 60, [tier(1, 44, 4), tier(4, 64, 4), tier(7, 78, 3.5)], [[6, 600, 8, 8], [7, 660, 8, 8]]),
  offer('music', 'kite', ['Trafford'], 'Music and movement', kinds.arts,
    'Drums, bells, a piano and two music workers. Songs that children ask for again, and a performance for families at the end.',
    'M33', [5, 14], [1, 8], [1, 2], 60, [tier(1, 38, 3), tier(3, 52, 3), tier(6, 66, 2.5)], [[0, 990, 6, 8]]),
  offer('puppets', 'kite', ['Trafford'], 'Puppets and drama after school', kinds.arts,
    'Making puppets and a play in six weeks. Signing and symbols are used all the time. Parents may have tea next door.',
    'WA14', [6, 13], [2, 6], [1, 2], 90, [tier(2, 58, 6), tier(4, 70, 6)], [[3, 960, 6, 6]]),
  offer('youth', 'meadow', ['Trafford'], 'Saturday youth club with transport', kinds.youth,
    'Pool table, cooking, films and trips for teenagers, with a nurse in the house. The minibus collects everybody from home.',
    'WA15', [13, 18], [3, 8], [1, 3], 180, [tier(3, 70, 8, 14), tier(5, 82, 8, 20)], [[6, 780, 8, 8]],
    { needs_catered: [...catered, 'physical', 'complex'] }),
  offer('dayout', 'meadow', ['Trafford'], 'Sunday day out by minibus', kinds.holidays,
    'A day at a farm, a museum or the sea, chosen by the group. Two drivers, packed lunch, changing places on the way.',
    'M32', [8, 16], [4, 8], [1, 2], 360, [tier(4, 96, 9, 16)], [[7, 600, 4, 8]]),
  offer('sailing', 'shore', ['Plymouth'], 'Accessible sailing', kinds.sport,
    'Keelboats that cannot capsize, a hoist on the quay and a safety boat. Half an hour of games ashore when the wind is wrong.',
    'PL1', [8, 18], [1, 6], [1, 2], 120, [tier(1, 62, 6), tier(3, 88, 6), tier(5, 110, 5)], [[6, 780, 6, 6]],
    { needs_catered: [...catered, 'physical'] }),
  offer('assistant', 'shore', ['Plymouth'], 'Shared personal assistant, two evenings', kinds.support,
    'One assistant whom two or three families share, at one of their homes. Insurance and payroll are in the price.',
    'PL7', [8, 18], [1, 3], [1, 1], 180, [tier(1, 6, 2, 19), tier(2, 9, 2, 24)], [[4, 960, 10, 3]]),
]
