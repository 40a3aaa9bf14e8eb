// A page that people read: fifty services of one authority, from SQLite, as JSON.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare, inRounds } from '../figures.mjs'
import { connections, wrk } from '../load.mjs'
import { stop } from '../processes.mjs'
import { startCommonPurse, startFastify, startNginx } from '../servers.mjs'

export const title = 'a page of the catalogue, against a static file and against Fastify'

const path = '/v1/catalogue/services?authority=Trafford&limit=50'

export async function measure(bench) {
  const ours = await startCommonPurse(bench, 'catalogue', { market: true })
  const page = await (await fetch(ours.url + path)).text()
  const nginx = await startNginx(bench, 'catalogue-nginx', (folder) => {
    writeFileSync(join(folder, 'page.json'), page)
    return `location = /v1/catalogue/services { default_type application/json; alias ${folder}/page.json; }`
  })
  const fastify = await startFastify(bench, 'catalogue-fastify', ours.file)
  assert.equal(JSON.parse(page).items.length, 50)
  assert.equal(await (await fetch(nginx.url + path)).text(), page)
  assert.deepEqual(await (await fetch(fastify.url + path)).json(), JSON.parse(page))

  const all = { 'Common Purse': ours, nginx, Fastify: fastify }
  // Fastify's code is compiled while it runs.
  for (const server of Object.values(all)) await wrk(server.url + path, server.pid, 2)
  const load = (server) => () => wrk(server.url + path, server.pid, bench.seconds)
  const figures = await inRounds(Object.fromEntries(Object.entries(all).map(([name, server]) => [name, load(server)])), bench)
  await Promise.all(Object.values(all).map(stop))
  const line = {
    measure: `a catalogue page of ${page.length.toLocaleString('en')} bytes, ${connections} connections`, unit: 'requests per server CPU-second',
    ours: figures['Common Purse'], key: 'perCpuSecond',
  }
  return {
    figures,
    lines: [
      compare({ ...line, baseline: 'nginx, the same bytes from a file', theirs: figures.nginx }),
      compare({ ...line, baseline: `Fastify, the same page from the same SQLite file`, theirs: figures.Fastify, bar: 1 }),
    ],
  }
}
