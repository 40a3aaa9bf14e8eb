import { matchPath } from '../../../web-client/src/router'

describe('matchPath', () => {
  it.each([
    ['/', '/', {}], ['/pools', '/pools', {}], ['/pools', '/pools/', {}],
    ['/pools/:pool', '/pools/a%20b', { pool: 'a b' }], ['/breaks/service/:service', '/breaks/service/7', { service: '7' }],
  ])('%s has %s', (pattern, path, values) => expect(matchPath(pattern, path)).toEqual(values))
  it.each([['/pools/:pool', '/pools'], ['/pools/:pool', '/pools/'], ['/pools', '/pools/1'], ['/a/:b', '/c/1']])(
    '%s has not %s', (pattern, path) => expect(matchPath(pattern, path)).toBeUndefined())
})
