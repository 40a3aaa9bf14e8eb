// The one way to the program: JSON out, JSON or a typed problem in.

export interface FieldProblem {
  pointer: string
  detail: string
}

/** An RFC 9457 problem, or a connection that failed (`status` 0, `code` `offline`). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly extras: Record<string, unknown> = {},
  ) {
    super(detail)
  }
}

export interface Options {
  body?: unknown
  /** The version that was seen; goes into `If-Match`. */
  version?: number | undefined
  /** The same for every try of one submission. */
  key?: string | undefined
}

let tellSignedOut = () => {}
/** What to do when the program says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  tellSignedOut = listener
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const tries = 3
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Sends one request. What is safe to repeat (a GET, or a write with a key) is tried again when the
 *  connection fails or the program is busy. */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`
  if (options.key !== undefined) headers['Idempotency-Key'] = options.key
  const request: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.body !== undefined) request.body = JSON.stringify(options.body)

  const repeatable = method === 'GET' || options.key !== undefined
  for (let attempt = 1; ; attempt += 1) {
    const last = !repeatable || attempt === tries
    let response: Response
    try {
      response = await fetch(path, request)
    } catch {
      if (last) {
        throw new Problem(0, 'offline', 'We could not reach Common Purse. Check your connection and try again.')
      }
      await wait(300 * attempt)
      continue
    }
    if (response.status === 503 && !last) {
      await wait(Math.min(5, Number(response.headers.get('Retry-After')) || 1) * 1000)
      continue
    }
    if (!response.ok) {
      const problem = await readProblem(response)
      if (problem.status === 401 && problem.code !== 'wrong-sign-in') tellSignedOut()
      throw problem
    }
    const text = await response.text()
    return (text ? JSON.parse(text) : undefined) as T
  }
}

async function readProblem(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {}
  try {
    body = (await response.json()) as Record<string, unknown>
  } catch {
    // What answers without JSON, such as a proxy, is told of by its status alone.
  }
  const { title, code: named, detail, errors, ...extras } = body
  const code = typeof named === 'string' ? named : ''
  const fields = Array.isArray(errors) ? (errors as FieldProblem[]) : []
  const text = typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined
  return new Problem(
    response.status, code || `status-${response.status}`,
    text ?? 'Something went wrong on our side. Please try again.', fields, extras,
  )
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path)

/** The path with the parameters that have a value. */
export function withQuery(path: string, query: Record<string, string | number | undefined | null>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}

/** A UUID of version 7: the ledger finds room for keys in the order of their time much faster.
 *  `crypto.randomUUID` makes none, and is not there on a plain HTTP address. */
export const newKey = (now = Date.now()): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now / 256 ** (5 - at)) % 256
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** One submission of one form: its key is made once and kept over retries, so that a double click
 *  or a lost answer does the thing once. Another body is another submission. */
export class Submission {
  private key = ''
  private sent = ''

  constructor(private readonly makeKey: () => string = newKey) {}

  async send<T>(method: Method, path: string, body?: unknown, version?: number): Promise<T> {
    const whole = JSON.stringify([method, path, body, version])
    if (whole !== this.sent) {
      this.sent = whole
      this.key = this.makeKey()
    }
    const answer = await call<T>(method, path, { body, version, key: this.key })
    this.sent = ''
    return answer
  }
}
