// Load: wrk for one address over and over, and plain sockets for requests that are all different.
import { connect } from 'node:net'
import { cpuSeconds, run } from './processes.mjs'

export const connections = 64

/** Requests per CPU-second of the server, and per second, with 64 connections. */
export async function wrk(url, pid, seconds) {
  const before = cpuSeconds(pid)
  const said = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', url])
  const cpu = cpuSeconds(pid) - before
  const wrong = /^\s*(Non-2xx.*|Socket errors.*)$/m.exec(said)
  if (wrong) throw new Error(`${url}: ${wrong[1]}`)
  const [, requests] = /(\d+) requests in/.exec(said)
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(said)
  return { requests: Number(requests), cpuSeconds: cpu, perCpuSecond: Number(requests) / cpu, perSecond: Number(rate) }
}

/** A connection that is kept, for one request at a time; it costs the machine less than fetch. */
export class Connection {
  static async open(url) {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Connection(socket)
  }

  constructor(socket) {
    this.socket = socket
    this.received = Buffer.alloc(0)
    socket.on('data', (part) => { this.received = Buffer.concat([this.received, part]); this.look() })
    socket.on('error', (error) => this.fail(error))
    socket.on('close', () => this.fail(new Error('the server closed the connection')))
  }

  fail(error) {
    this.waiting?.reject(error)
    this.waiting = undefined
  }

  look() {
    const end = this.received.indexOf('\r\n\r\n')
    if (end < 0 || !this.waiting) return
    const head = this.received.toString('latin1', 0, end)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (this.received.length < end + 4 + length) return
    const body = this.received.toString('utf8', end + 4, end + 4 + length)
    this.received = this.received.subarray(end + 4 + length)
    const { resolve } = this.waiting
    this.waiting = undefined
    resolve({ status: Number(head.slice(9, 12)), body })
  }

  send(bytes) {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      this.socket.write(bytes)
    })
  }

  close() { this.socket.destroy() }
}

/** A POST of a signed-in person, as bytes. */
export function postBytes(url, path, cookie, body) {
  const text = JSON.stringify(body)
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAccept: application/json\r\nCookie: ${cookie}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

/** Does the work for every item, so many at a time. */
export async function atOnce(many, items, work) {
  let next = 0
  const worker = async (index) => {
    while (next < items.length) {
      const taken = next++
      await work(items[taken], taken, index)
    }
  }
  await Promise.all(Array.from({ length: many }, (_, index) => worker(index)))
}
