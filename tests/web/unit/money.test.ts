import { moneyField, moneyText, percentOf, pounds, readMoney } from '../../../web-client/src/money'

describe('moneyText', () => {
  it.each([
    [0, '£0.00'], [1, '£0.01'], [99, '£0.99'], [100, '£1.00'], [123450, '£1,234.50'], [-1, '-£0.01'],
    [-123456789, '-£1,234,567.89'], [100000, '£1,000.00'], [99999999999, '£999,999,999.99'],
  ])('writes %i pence as %s', (pence, text) => expect(moneyText(pounds(pence))).toBe(text))

  it('leaves out the pence where there are none and it may', () => {
    expect(moneyText(pounds(120000), true)).toBe('£1,200')
    expect(moneyText(pounds(120050), true)).toBe('£1,200.50')
  })
})

describe('readMoney', () => {
  it.each([
    ['12', 1200], ['12.5', 1250], ['12.50', 1250], ['£1,200', 120000], [' 0.01 ', 1], ['0', 0], ['1 000', 100000],
  ])('reads %s', (text, pence) => expect(readMoney(text)).toEqual(pounds(pence)))
  it.each(['', 'a', '1.234', '-5', '1.', '.5', '1e3', '12,50.1.2', '99999999999'])('refuses %s', (text) =>
    expect(readMoney(text)).toBeUndefined())

  it('reads what it wrote, for every amount up to 2,000 pounds', () => {
    for (let pence = 0; pence < 200_000; pence += 37) {
      expect(readMoney(moneyField(pounds(pence)))).toEqual(pounds(pence))
      expect(readMoney(moneyText(pounds(pence)))).toEqual(pounds(pence))
    }
  })
})

describe('percentOf', () => {
  it('stays between nothing and the whole', () => {
    expect(percentOf(50, 200)).toBe(25)
    expect(percentOf(300, 200)).toBe(100)
    expect(percentOf(-1, 200)).toBe(0)
    expect(percentOf(1, 0)).toBe(0)
  })
})
