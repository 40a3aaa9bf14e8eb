// The cheapest answer there is: what the HTTP server itself costs.
import { compare, inRounds } from '../figures.mjs'
import { connections, wrk } from '../load.mjs'
import { stop } from '../processes.mjs'
import { startCommonPurse, startNginx } from '../servers.mjs'

export const title = 'an answer without work, against nginx'

// nginx writes these by itself, or HTTP/1.1 does not need them.
const written = new Set(['date', 'server', 'connection', 'keep-alive', 'content-length', 'content-type', 'transfer-encoding'])

export async function measure(bench) {
  const ours = await startCommonPurse(bench, 'healthz')
  const answer = await fetch(`${ours.url}/healthz`)
  const body = await answer.text()
  const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const headers = [...answer.headers].filter(([name]) => !written.has(name))
    .map(([name, value]) => `add_header ${name} ${quoted(value)};`)
  const nginx = await startNginx(bench, 'healthz-nginx', () =>
    `location = /healthz { default_type ${quoted(answer.headers.get('content-type'))}; ${headers.join(' ')} return 200 ${quoted(body)}; }`)
  const same = await fetch(`${nginx.url}/healthz`)
  if ((await same.text()) !== body) throw new Error('nginx answers something else')

  const load = (server) => () => wrk(`${server.url}/healthz`, server.pid, bench.seconds)
  const servers = { 'Common Purse': load(ours), nginx: load(nginx) }
  for (const warm of [ours, nginx]) await wrk(`${warm.url}/healthz`, warm.pid, 1)
  const figures = await inRounds(servers, bench)
  await Promise.all([stop(ours), stop(nginx)])
  return {
    figures,
    lines: [compare({
      measure: `GET /healthz, ${connections} connections`, unit: 'requests per server CPU-second', baseline: 'nginx, `return 200` with the same body and headers',
      ours: figures['Common Purse'], theirs: figures.nginx, key: 'perCpuSecond', bar: 0.75,
    })],
  }
}
