import { count, dateText, listText, minuteOf, minuteText, slotText, timeField } from '../../../web-client/src/words'

describe('days and times', () => {
  it.each([[0, '12am'], [60, '1am'], [720, '12pm'], [930, '3:30pm'], [1439, '11:59pm'], [1440, '12am']])(
    'tells minute %i as %s', (minute, text) => expect(minuteText(minute)).toBe(text))
  it('tells a date with its weekday, whatever the time zone', () => {
    expect(dateText('2026-11-23')).toBe('Monday 23 November 2026')
    expect(dateText('2028-02-29', false)).toBe('29 February 2028')
  })
  it('reads a time field and writes it back', () => {
    for (let minute = 0; minute < 1440; minute += 1) expect(minuteOf(timeField(minute))).toBe(minute)
    expect(minuteOf('25:00')).toBeUndefined()
    expect(minuteOf('')).toBeUndefined()
  })
  it('tells a weekly slot', () => {
    expect(slotText({ weekday: 6, from_minute: 600, to_minute: 690 })).toBe('Saturdays, 10am to 11:30am')
  })
})

describe('counts and lists', () => {
  it('uses the singular for one', () => {
    expect(count(1, 'family', 'families')).toBe('1 family')
    expect(count(0, 'child', 'children')).toBe('0 children')
    expect(count(3, 'session')).toBe('3 sessions')
  })
  it('joins with commas and an and', () => {
    expect(listText([])).toBe('')
    expect(listText(['a'])).toBe('a')
    expect(listText(['a', 'b', 'c'])).toBe('a, b and c')
  })
})
