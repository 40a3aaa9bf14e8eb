// Asks every process something through the proxy, with calls that cross from one to the other.
import assert from 'node:assert/strict'

const base = process.argv[2]
let cookie = ''
async function ask(method, path, body, expected) {
  const answer = await fetch(base + path, {
    method,
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...(cookie ? { cookie } : {}), origin: base },
    body: body ? JSON.stringify(body) : undefined,
  })
  const text = await answer.text()
  assert.equal(answer.status, expected, `${method} ${path}: ${answer.status} ${text.slice(0, 500)}`)
  const set = answer.headers.get('set-cookie')
  if (set) cookie = set.split(';')[0]
  return text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

const market = await ask('GET', '/v1/reports/market?authority=Trafford', undefined, 200)
assert.equal(market.total, 68)
await ask('GET', '/internal/catalogue/market', undefined, 404)
await ask('GET', '/v1/forum/threads', undefined, 401)
await ask('POST', '/v1/identity/sign-in', { email: 'facilitator@test.example', password: 'correct horse battery' }, 200)
// Signed in at one process, known at the other.
await ask('GET', '/v1/forum/threads', undefined, 200)
const thread = await ask('POST', '/v1/forum/threads', { title: 'Swimming on Saturdays', text: 'Who would come?' }, 201)
assert.ok(thread.id)
// Matching runs in one process and asks the other about families and offers.
const run = await ask('POST', '/v1/matching/runs', {}, 201)
assert.deepEqual(run.groups, [])
await ask('GET', '/v1/pools', undefined, 200)
await ask('POST', '/v1/identity/sign-out', undefined, 204)
console.log('The processes of compose.yaml work together behind the proxy')
