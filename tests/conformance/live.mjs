// The npm client `centrifuge`, unmodified, against our live messages: subscribing, being refused,
// hearing of a new post, and catching up after a lost connection.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Centrifuge } from 'centrifuge'
import WebSocket from 'ws'

const [base, demoFile] = process.argv.slice(2)
const demo = JSON.parse(await readFile(demoFile, 'utf8'))

async function signIn(role) {
  const account = demo.accounts.find((one) => one.role === role)
  const answer = await fetch(`${base}/v1/identity/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email, password: account.password ?? demo.password }),
  })
  assert.equal(answer.status, 200, await answer.text())
  const cookie = answer.headers.getSetCookie()[0].split(';')[0]
  const me = await (await fetch(`${base}/v1/identity/me`, { headers: { cookie } })).json()
  return { cookie, me }
}

const sockets = []
function connect(cookie) {
  class SocketWithCookie extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie, origin: base } })
      sockets.push(this)
    }
  }
  return new Centrifuge(`${base.replace('http', 'ws')}/connection/websocket`, {
    websocket: SocketWithCookie, minReconnectDelay: 50, maxReconnectDelay: 200,
  })
}
const once = (source, event) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${event} did not come`)), 10_000)
    source.once(event, (value) => (clearTimeout(timer), resolve(value)))
  })

const { cookie, me } = await signIn('parent')
const client = connect(cookie)
const connected = once(client, 'connected')
client.connect()
await connected

const channel = `board:${me.authority}`
const subscription = client.newSubscription(channel, { recoverable: true })
const subscribed = once(subscription, 'subscribed')
subscription.subscribe()
await subscribed

const post = async (title) => {
  const answer = await fetch(`${base}/v1/forum/threads`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ title, text: 'Does anybody know of a hydrotherapy pool?' }),
  })
  assert.equal(answer.status, 201, await answer.text())
}
let heard = once(subscription, 'publication')
await post('Heard while listening')
assert.ok((await heard).data)
console.log('A subscriber hears of a new thread')

// The connection breaks, something happens, the client comes back and is told what it missed.
const missed = once(subscription, 'publication')
const again = once(subscription, 'subscribed')
sockets.at(-1).terminate()
await post('Posted while the line was down')
const context = await again
assert.equal(context.wasRecovering, true)
assert.equal(context.recovered, true)
await missed
console.log('A subscriber who was away is told what it missed')

const foreign = client.newSubscription('pool:019ab000-0000-7000-8000-000000000000')
const refused = once(foreign, 'unsubscribed')
foreign.subscribe()
assert.equal((await refused).code, 103)
console.log('A channel of others is refused')

client.disconnect()

const stranger = connect('')
const failed = await Promise.race([
  once(stranger, 'error').then(() => true),
  (stranger.connect(), new Promise((resolve) => setTimeout(resolve, 5_000, false))),
])
stranger.disconnect()
assert.ok(failed, 'nobody may listen without signing in')
console.log('Without a session there is no connection')
process.exit(0)
