// Runs the whole demo through a proxy that holds every answer, and every request that was taken,
// against /openapi.json.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const [target, password, demoFile] = process.argv.slice(2)
const openapi = await (await fetch(`${target}/openapi.json`)).json()

const verdict = await new Validator().validate(structuredClone(openapi))
assert.ok(verdict.valid, `openapi.json: ${JSON.stringify(verdict.errors, null, 1)?.slice(0, 3000)}`)
assert.equal(openapi.openapi.slice(0, 3), '3.1')

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }))
ajv.addSchema({ $id: 'openapi', ...openapi })
const compiled = new Map()
function check(pointer, value, what) {
  if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `openapi#${pointer}` }))
  const validate = compiled.get(pointer)
  if (!validate(value)) failures.push(`${what}: ${JSON.stringify(validate.errors.slice(0, 3))}`)
}

const templates = Object.keys(openapi.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  names: (path.match(/\{/g) ?? []).length,
}))
templates.sort((a, b) => a.names - b.names)
const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1')

const failures = []
const seen = new Map()
function hold(method, path, requestBody, status, type, body) {
  const template = templates.find(({ pattern }) => pattern.test(path))
  if (!template) return failures.push(`${method} ${path}: not described`)
  const operation = openapi.paths[template.path][method.toLowerCase()]
  if (!operation) return status === 405 || failures.push(`${method} ${template.path}: not described`)
  const base = `/paths/${escape(template.path)}/${method.toLowerCase()}`
  const what = `${method} ${template.path} ${status}`
  seen.set(what, (seen.get(what) ?? 0) + 1)
  const key = operation.responses[status] ? String(status) : 'default'
  if (!operation.responses[key]) return failures.push(`${what}: no such answer described`)
  const described = operation.responses[key].content?.[type]
  if (body && !described) failures.push(`${what}: ${type} not described`)
  if (body && described && type.includes('json')) {
    check(`${base}/responses/${key}/content/${escape(type)}/schema`, JSON.parse(body), what)
  }
  if (requestBody && requestBody !== '{}' && !operation.requestBody) failures.push(`${what}: a body that is not described`)
  if (requestBody && operation.requestBody && status < 300) {
    check(`${base}/requestBody/content/application~1json/schema`, JSON.parse(requestBody), `${what} (request)`)
  }
}

async function forward(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const headers = Object.fromEntries(Object.entries(request.headers).filter(
    ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding'].includes(name)))
  const answer = await fetch(target + request.url, {
    method: request.method, headers, body: body.length ? body : undefined, redirect: 'manual',
  })
  const text = await answer.text()
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]
  hold(request.method, request.url.split('?')[0], body.toString(), answer.status, type, text)
  const out = {}
  answer.headers.forEach((value, name) => {
    if (!['content-length', 'transfer-encoding', 'connection', 'content-encoding'].includes(name)) out[name] = value
  })
  const cookies = answer.headers.getSetCookie()
  if (cookies.length) out['set-cookie'] = cookies
  response.writeHead(answer.status, out)
  response.end(text)
}

const proxy = createServer((request, response) => {
  forward(request, response).catch((error) => {
    failures.push(`${request.method} ${request.url}: ${error.stack}`)
    response.writeHead(502).end()
  })
})
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const through = `http://127.0.0.1:${proxy.address().port}`

const demo = spawn(process.execPath, ['script/demo', '--url', through, '--admin-email', 'administrator@demo.example',
  '--admin-password', password, '--out', demoFile], { stdio: ['ignore', 'ignore', 'inherit'] })
const code = await new Promise((resolve) => demo.on('exit', resolve))
assert.equal(code, 0, 'script/demo failed')

// Refusals, too, have to look as described.
const refusals = [
  ['GET', '/v1/pools', undefined, 401],
  ['POST', '/v1/identity/sign-in', '{"email":1}', 422],
  ['POST', '/v1/identity/sign-in', '{"email":"a","email":"b"}', 400],
  ['GET', '/v1/catalogue/services?limit=0', undefined, 422],
  ['GET', '/v1/catalogue/services/019ab000-0000-7000-8000-000000000000', undefined, 404],
  ['GET', '/v1/reports/market?authority=Trafford', undefined, 200],
  ['GET', '/v1/catalogue/services?q=swim&age_min=8', undefined, 200],
]
for (const [method, path, body, expected] of refusals) {
  const answer = await fetch(through + path, { method, body, headers: body ? { 'content-type': 'application/json' } : {} })
  assert.equal(answer.status, expected, `${method} ${path}: ${await answer.text()}`)
}
proxy.close()
proxy.closeAllConnections()

assert.deepEqual([...new Set(failures)], [])
const answers = [...seen.values()].reduce((sum, count) => sum + count, 0)
console.log(`${answers} answers of ${seen.size} kinds are as openapi.json says, which is valid OpenAPI ${openapi.openapi}`)
