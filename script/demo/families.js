// The invented families. Ages, needs and numbers of children follow the families of the published
// pilot: most children are 6 to 15, most have a learning disability and need help to communicate
// and with personal care.

const most = ['learning', 'communication', 'personal_care']

// Languages, behaviours and what somebody must not meet have no source; they are there for pages to show.

/** A child: nickname, age, month of birth, needs, and adults to children. */
const child = (nickname, age, month, needs, ratio = '1:3', wheelchair = false, behaviours = []) => ({ nickname, age, month, needs, ratio, wheelchair, behaviours })

const sport = 'Groups: Sports and outdoor activities'
const arts = 'Groups: Arts and Drama'
const youth = 'Groups: Youth'
const after = 'Groups: Afterschool'
const holidays = 'Weekend and holiday groups'
const support = 'One to one support'

export const kinds = { sport, arts, youth, holidays, support }

/** Free on weekday afternoons after school, and at the weekend. */
const afterSchool = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from_minute: 930, to_minute: 1140 }))
const weekend = [6, 7].map((weekday) => ({ weekday, from_minute: 570, to_minute: 1050 }))

const family = (email, parent, place, children, interests, more = {}) => ({
  email, parent, place, children, interests, slots: [...afterSchool, ...weekend], max_miles: 12, mixing: 'either', looking: true, median: 4200, ...more,
})

export const trafford = [
  family('parent', 'Amira', 'M33', [child('Zayn', 9, 3, most)], [[sport, 5], [arts, 4], [holidays, 3]], { languages: ['en', 'ur'] }),
  family('parent2', 'Joanne', 'WA15', [child('Callum', 10, 6, [...most, 'autism'], '1:2')], [[sport, 5], [arts, 3], [after, 4]],
    { languages: ['en', 'makaton'], not_with_behaviours: ['rough'] }),
  family('parent3', 'Priya', 'M33', [child('Asha', 8, 9, most), child('Dev', 11, 2, ['learning', 'communication'])], [[arts, 5], [sport, 3]], { languages: ['en', 'gu', 'hi'] }),
  family('parent4', 'Steve', 'M41', [child('Ellie', 12, 11, ['learning', 'communication'])], [[arts, 5], [youth, 2]]),
  family('parent5', 'Grace', 'M32', [child('Micah', 10, 4, [...most, 'adhd'], '1:2', false, ['running_off'])], [[sport, 4], [holidays, 4]]),
  family('parent6', 'Helen', 'WA14', [child('Tom', 13, 1, most), child('Rosie', 9, 7, ['learning'])], [[sport, 4], [arts, 2], [after, 4]]),
  family('parent7', 'Fatima', 'M16', [child('Bilal', 11, 5, [...most, 'epilepsy'], '1:2')], [[sport, 5], [holidays, 3]], { languages: ['ur', 'en'], needs_shared_language: true }),
  family('parent8', 'Lorraine', 'M41', [child('Jake', 15, 8, [...most, 'behaviour'], '1:2', false, ['rough', 'loud'])], [[youth, 5], [sport, 2]]),
  family('parent9', 'Deborah', 'WA15', [child('Sam', 14, 10, most), child('Ben', 16, 12, ['learning', 'communication'])], [[youth, 5]]),
  family('parent10', 'Kwame', 'M33', [child('Abena', 15, 3, ['learning', 'communication', 'physical'], '1:3', true)], [[youth, 4], [arts, 3]]),
  family('parent11', 'Siobhan', 'M23', [child('Niamh', 7, 6, [...most, 'autism'], '1:2')], [[arts, 5], [sport, 3], [after, 5]], { languages: ['en', 'makaton'], not_with_behaviours: ['running_off'] }),
  family('parent12', 'Wei', 'WA14', [child('Lily', 8, 2, ['learning', 'communication'])], [[arts, 4], [sport, 4], [after, 4]], { languages: ['zh', 'en'], needs_shared_language: true }),
  // Families that a search leaves out, each for another reason: only one to one, too far, not asked.
  family('parent13', 'Carol', 'M31', [child('Nathan', 12, 9, [...most, 'complex', 'palliative'], '2:1', true)], [[sport, 3]], { max_miles: 4, median: 11000 }),
  family('parent14', 'Yusuf', 'M32', [child('Ismail', 17, 5, ['learning', 'autism'])], [[youth, 3]], { looking: false, median: 2600, languages: ['so', 'en'] }),
]

export const plymouth = [
  family('parent.plymouth', 'Jenny', 'PL2', [child('Archie', 11, 4, most)], [[sport, 5], [holidays, 3]], { languages: ['en', 'cy'], not_with_behaviours: ['throwing'] }),
  family('parent2.plymouth', 'Mark', 'PL5', [child('Poppy', 12, 8, [...most, 'physical'], '1:3', true)], [[sport, 5]]),
  family('parent3.plymouth', 'Tracey', 'PL6', [child('Kai', 13, 1, ['learning', 'adhd', 'communication'])], [[sport, 4]]),
  family('parent4.plymouth', 'Olena', 'PL4', [child('Danylo', 9, 11, ['autism', 'communication'])], [[sport, 4], [arts, 3]], { languages: ['uk', 'ru', 'en'], needs_shared_language: true }),
  family('parent5.plymouth', 'Richard', 'PL7', [child('Harry', 14, 3, most), child('Maisie', 10, 6, ['learning'])], [[support, 5], [sport, 2]]),
  family('parent6.plymouth', 'Bev', 'PL9', [child('Connor', 16, 7, [...most, 'behaviour'], '1:1', false, ['throwing'])], [[support, 5]], { median: 8000 }),
]
