import { call, newKey, Problem, Submission, whenSignedOut, withQuery } from '../../../web-client/src/api'

interface Sent { path: string; method: string; headers: Record<string, string>; body: string | undefined }

/** Answers in turn; what was sent is kept. `undefined` is a connection that fails. */
function answering(...answers: (Response | undefined)[]): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', async (path: string, request: RequestInit) => {
    sent.push({
      path, method: String(request.method), headers: request.headers as Record<string, string>,
      body: request.body as string | undefined,
    })
    const answer = answers.shift()
    if (!answer) throw new TypeError('failed')
    return answer
  })
  return sent
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** The promise's value once every wait between tries has passed. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const watched = promise.then((value) => ({ value }), (error: unknown) => ({ error }))
  await vi.runAllTimersAsync()
  const outcome = await watched
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

describe('call', () => {
  it('sends a body, the version seen and the key', async () => {
    const sent = answering(json(200, { id: '1' }))
    expect(await settled(call('PUT', '/v1/x', { body: { a: 1 }, version: 7, key: 'k' }))).toEqual({ id: '1' })
    expect(sent[0]).toMatchObject({
      method: 'PUT', body: '{"a":1}', headers: { 'If-Match': '"7"', 'Idempotency-Key': 'k', 'Content-Type': 'application/json' },
    })
  })

  it('answers nothing for an empty answer', async () => {
    answering(new Response(null, { status: 204 }))
    expect(await settled(call('DELETE', '/v1/x'))).toBeUndefined()
  })

  it('makes a typed problem with field errors and extras', async () => {
    answering(json(422, {
      type: '/problems/invalid-fields', title: 'Refused', status: 422, code: 'invalid-fields', detail: 'Put it right.',
      errors: [{ pointer: '/email', detail: 'Use an address.' }], short_by_pence: 12,
    }))
    const problem = await settled(call('POST', '/v1/x', { body: {} })).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({
      status: 422, code: 'invalid-fields', detail: 'Put it right.', fields: [{ pointer: '/email', detail: 'Use an address.' }],
    })
    expect((problem as Problem).extras.short_by_pence).toBe(12)
  })

  it('tells when the session has ended, but not of a wrong password', async () => {
    let told = 0
    whenSignedOut(() => void (told += 1))
    answering(json(401, { code: 'wrong-sign-in' }), json(401, { code: 'unauthenticated' }))
    await expect(settled(call('POST', '/v1/x', { body: {} }))).rejects.toMatchObject({ code: 'wrong-sign-in' })
    expect(told).toBe(0)
    await expect(settled(call('GET', '/v1/x'))).rejects.toMatchObject({ status: 401 })
    expect(told).toBe(1)
  })

  it('makes a problem of an answer that is not JSON', async () => {
    answering(new Response('<html>', { status: 502 }))
    await expect(settled(call('GET', '/v1/x'))).rejects.toMatchObject({ status: 502, code: 'status-502' })
  })

  it('tries a read again when the connection fails, and gives up after three', async () => {
    const sent = answering(undefined, json(200, 1))
    expect(await settled(call('GET', '/v1/x'))).toBe(1)
    expect(sent).toHaveLength(2)
    const failing = answering()
    await expect(settled(call('GET', '/v1/x'))).rejects.toMatchObject({ code: 'offline' })
    expect(failing).toHaveLength(3)
  })

  it('tries again when the program is busy, with the same key', async () => {
    const sent = answering(json(503, {}, { 'Retry-After': '1' }), json(201, { done: true }))
    expect(await settled(call('POST', '/v1/x', { body: {}, key: 'k' }))).toEqual({ done: true })
    expect(sent.map((each) => each.headers['Idempotency-Key'])).toEqual(['k', 'k'])
  })

  it('never repeats a write without a key', async () => {
    const sent = answering(undefined)
    await expect(settled(call('POST', '/v1/x', { body: {} }))).rejects.toMatchObject({ code: 'offline' })
    expect(sent).toHaveLength(1)
  })
})

describe('newKey', () => {
  it('is a UUID of version 7 of its moment, and never the same', () => {
    const key = newKey(0x0123456789ab)
    expect(key).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(newKey(0x0123456789ab)).not.toBe(key)
  })
})

describe('Submission', () => {
  const counting = () => {
    let made = 0
    return new Submission(() => `key-${(made += 1)}`)
  }
  const keys = (sent: Sent[]) => sent.map((each) => each.headers['Idempotency-Key'])

  it('keeps its key over a retry after a failure', async () => {
    const sent = answering(undefined, undefined, undefined, json(201, {}))
    const submission = counting()
    await expect(settled(submission.send('POST', '/v1/x', { a: 1 }))).rejects.toMatchObject({ code: 'offline' })
    await settled(submission.send('POST', '/v1/x', { a: 1 }))
    expect(keys(sent)).toEqual(['key-1', 'key-1', 'key-1', 'key-1'])
  })

  it('makes a new key for another body, and for the same one after it was done', async () => {
    const sent = answering(json(422, {}), json(201, {}), json(201, {}))
    const submission = counting()
    await expect(settled(submission.send('POST', '/v1/x', { a: 1 }))).rejects.toMatchObject({ status: 422 })
    await settled(submission.send('POST', '/v1/x', { a: 2 }))
    await settled(submission.send('POST', '/v1/x', { a: 2 }))
    expect(keys(sent)).toEqual(['key-1', 'key-2', 'key-3'])
  })
})

describe('withQuery', () => {
  it('leaves out what has no value and escapes the rest', () => {
    expect(withQuery('/v1/x', { q: 'a & b', place: '', age: undefined, miles: 0, none: null })).toBe('/v1/x?q=a+%26+b&miles=0')
    expect(withQuery('/v1/x', {})).toBe('/v1/x')
  })
})
