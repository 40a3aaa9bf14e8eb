// Hints that something changed. What changed is asked for again; the hint carries no content.
import { Centrifuge, type Subscription } from 'centrifuge'
import { useEffect } from 'preact/hooks'

let connection: Centrifuge | undefined
const listenersOf = new Map<string, Set<() => void>>()
const subscriptions = new Map<string, Subscription>()

function connected(): Centrifuge {
  if (!connection) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    connection = new Centrifuge(`${scheme}://${location.host}/connection/websocket`)
    connection.connect()
  }
  return connection
}

/** Ends the connection, which was made for the account that signs out. */
export function disconnect(): void {
  connection?.disconnect()
  connection = undefined
  listenersOf.clear()
  subscriptions.clear()
}

function listen(channel: string, listener: () => void): () => void {
  const client = connected()
  const listeners = listenersOf.get(channel) ?? new Set()
  listeners.add(listener)
  listenersOf.set(channel, listeners)
  if (!subscriptions.has(channel)) {
    const subscription = client.newSubscription(channel)
    subscription.on('publication', () => {
      for (const each of listenersOf.get(channel) ?? []) each()
    })
    // A first subscription is no news; one that could not be recovered may have missed some.
    subscription.on('subscribed', (context) => {
      if (context.wasRecovering && !context.recovered) for (const each of listenersOf.get(channel) ?? []) each()
    })
    subscription.subscribe()
    subscriptions.set(channel, subscription)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    listenersOf.delete(channel)
    const subscription = subscriptions.get(channel)
    subscriptions.delete(channel)
    if (subscription) {
      subscription.unsubscribe()
      client.removeSubscription(subscription)
    }
  }
}

/** Runs `changed` when something is published on the channel. */
export function useLive(channel: string | undefined, changed: () => void): void {
  useEffect(() => (channel ? listen(channel, changed) : undefined), [channel])
}
