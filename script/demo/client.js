// One person at the API: keeps the session cookie and says what was refused.

export class Person {
  constructor(url) {
    this.url = url
    this.cookie = ''
    this.account = undefined
  }

  async call(method, path, body, version) {
    const headers = { Accept: 'application/json' }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (this.cookie) headers.Cookie = this.cookie
    if (version !== undefined) headers['If-Match'] = `"${version}"`
    const response = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('session='))
    if (cookie) this.cookie = cookie.split(';')[0]
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }

  get(path) { return this.call('GET', path) }
  post(path, body = {}) { return this.call('POST', path, body) }
  put(path, body, version) { return this.call('PUT', path, body, version) }

  /** Every item of a list, over all its pages. */
  async all(path) {
    const items = []
    for (let next = path; next;) {
      const page = await this.get(next)
      items.push(...page.items)
      next = page.next
    }
    return items
  }

  async signIn(email, password) {
    this.account = await this.post('/v1/identity/sign-in', { email, password })
    return this
  }
  async signUp(authority, email, password, name) {
    this.account = await this.post('/v1/identity/sign-up', { authority, email, password, name })
    return this
  }
}
