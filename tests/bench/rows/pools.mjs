// The commitment that everything else is for: the last family's yes holds every share, durably.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compare, inRounds, median } from '../figures.mjs'
import { Connection, atOnce, postBytes } from '../load.mjs'
import { Market, pencePerShare, sessions } from '../market.mjs'
import { cpuSeconds, run, stop } from '../processes.mjs'
import { Postgres } from '../postgres.mjs'
import { startCommonPurse } from '../servers.mjs'

export const title = 'durable commitments of pools, against ledger transfers with pgbench'

const clients = 64
const poolsPerSecond = 96
const mostTries = 200

export async function measure(bench) {
  const count = clients * Math.max(1, Math.round((poolsPerSecond * bench.seconds) / clients))
  const pairs = Math.min(64, Math.max(clients, Math.floor((count * bench.rounds) / 8)))
  const postgres = await Postgres.find()
  const databases = { 'Common Purse on SQLite': '', 'Common Purse on PostgreSQL': await postgres.create('commonpurse') }
  const ours = {}
  for (const [name, database] of Object.entries(databases)) {
    bench.note(`making ${2 * pairs} families for ${name}`)
    const server = await startCommonPurse(bench, database ? 'pools-postgres' : 'pools-sqlite', { database })
    ours[name] = { server, market: await Market.make(server.url, pairs), used: database ? [server.pid, postgres.pid] : [server.pid] }
  }
  const transfers = await Transfers.prepare(bench, postgres, pairs)

  const prepared = {}
  const contestants = { pgbench: () => transfers.measure(count), inside: () => holdsInside(bench) }
  for (const [name, each] of Object.entries(ours)) {
    contestants[name] = () => commit(each, prepared[name], count)
  }
  const figures = await inRounds(contestants, bench, async () => {
    for (const [name, { market }] of Object.entries(ours)) {
      bench.note(`preparing ${count} pools for ${name}`)
      prepared[name] = await market.pools(count)
    }
  })
  for (const { server, market } of Object.values(ours)) await checkBooks(bench, server, market, count * bench.rounds)

  const lines = Object.keys(ours).map((name) => compare({
    measure: `pools of 2 families and ${sessions} sessions made active over HTTP, ${clients} connections: ${name.replace('Common Purse ', '')}`,
    unit: 'pools per second', digits: 1, baseline: `pgbench, the same amounts as plain ledger transfers, PostgreSQL, fsync ${postgres.fsync}, ${clients} clients`,
    ours: figures[name], theirs: figures.pgbench, key: 'perSecond',
  }))
  lines.push(compare({
    measure: `the same over HTTP on SQLite, ${clients} connections`, unit: 'pools per second', digits: 1,
    baseline: 'the holds alone through ledger and tables, within one process, 64 at once',
    ours: figures['Common Purse on SQLite'], theirs: figures.inside, key: 'perSecond', bar: 0.5,
  }))
  const notes = Object.keys(ours).map((name) => {
    const of = (key) => median(figures[name].map((each) => each[key]))
    return `${name}: ${of('cpuMsPerPool').toFixed(1)} CPU-milliseconds a pool in the server and its database ` +
      `(pgbench's PostgreSQL: ${median(figures.pgbench.map((each) => each.cpuMsPerPool)).toFixed(1)}); ` +
      `${of('requests')} requests for ${count} pools (a busy server's 503 is asked again), ` +
      `${of('late')} pools settled later by the outbox and not counted.`
  })
  return { figures, lines, notes }
}

/**
 * Sends every last acceptance, and counts only pools that are active in the answer. A pool whose
 * hold lost too many races is settled later by the outbox: it is waited for, but not counted.
 */
async function commit({ server, market, used }, prepared, count) {
  const requests = prepared.map(({ path, cookie, body }) => postBytes(server.url, path, cookie, body))
  const sockets = []
  for (let i = 0; i < clients; i++) sockets.push(await Connection.open(server.url))
  let tries = 0
  let active = 0
  const cpuBefore = used.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  const began = performance.now()
  await atOnce(clients, requests, async (request, index, socket) => {
    for (let attempt = 1; ; attempt++) {
      tries++
      const answer = await sockets[socket].send(request)
      const state = answer.status === 200 ? JSON.parse(answer.body).state : undefined
      if (state === 'active') active++
      if (state === 'active' || state === 'holding') return
      if (answer.status !== 503 || attempt === mostTries) throw new Error(`${prepared[index].path}: ${answer.status} ${answer.body}`)
    }
  })
  const seconds = (performance.now() - began) / 1000
  const cpu = used.reduce((sum, pid) => sum + cpuSeconds(pid), 0) - cpuBefore
  for (const socket of sockets) socket.close()
  await market.settled()
  const allSeconds = (performance.now() - began) / 1000
  return { perSecond: active / seconds, pools: count, late: count - active, seconds, allSeconds, requests: tries, cpuMsPerPool: (1000 * cpu) / count }
}

/** What the same holds cost without HTTP, acceptances and the pool's own rows. */
async function holdsInside(bench) {
  const folder = mkdtempSync(join(bench.folder, 'holds-'))
  const said = await run(join(dirname(bench.program), 'bench_ledger'), ['holds', folder, String(640 * bench.seconds), '64'])
  rmSync(folder, { recursive: true, force: true })
  return { perSecond: JSON.parse(said).a_second }
}

/** What was counted is there after the end of the server, and the books are right. */
async function checkBooks(bench, server, market, expected) {
  const active = await market.activePools()
  if (active !== expected) throw new Error(`${active} pools are active, ${expected} were counted`)
  await stop(server)
  await run(bench.program, ['ledger', 'verify'], { environment: server.environment })
}

/**
 * What the money alone costs with a good schema: one transaction for each pool, in which two
 * families' amounts move between account rows, with an operation and an entry for each leg.
 */
class Transfers {
  static async prepare(bench, postgres, pairs) {
    const database = await postgres.create('transfers')
    await postgres.ask(
      `CREATE TABLE accounts (account BIGINT PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= 0));
       CREATE TABLE operations (operation BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pool BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now());
       CREATE TABLE entries (operation BIGINT NOT NULL REFERENCES operations, leg BIGINT NOT NULL, account BIGINT NOT NULL REFERENCES accounts,
                             session BIGINT NOT NULL, amount BIGINT NOT NULL, PRIMARY KEY (operation, leg));
       INSERT INTO accounts SELECT number, CASE WHEN number % 2 = 0 THEN 100000000 ELSE 0 END FROM generate_series(0, ${4 * pairs - 1}) number;`,
      'transfers')
    await postgres.ask('VACUUM ANALYZE', 'transfers')
    const script = join(bench.folder, 'transfers.sql')
    const total = sessions * pencePerShare
    // A family's money is account 2n, what is held of it account 2n + 1; a pair has four in a row.
    const move = [[0, -total], [1, total], [2, -total], [3, total]]
      .map(([offset, amount]) => `UPDATE accounts SET balance = balance + (${amount}) WHERE account = 4 * :pair + ${offset};`)
    writeFileSync(script, [
      `\\set pair random(0, ${pairs - 1})`,
      'BEGIN;',
      'INSERT INTO operations (pool) VALUES (:pair) RETURNING operation \\gset',
      ...move,
      `INSERT INTO entries SELECT :operation, 4 * (session - 1) + side, 4 * :pair + side, session, CASE WHEN side % 2 = 0 THEN -${pencePerShare} ELSE ${pencePerShare} END ` +
        `FROM generate_series(1, ${sessions}) session, generate_series(0, 3) side;`,
      'COMMIT;', '',
    ].join('\n'))
    return new Transfers(database, script, postgres.pid)
  }

  constructor(database, script, pid) {
    this.database = database
    this.script = script
    this.pid = pid
  }

  async measure(count) {
    const before = cpuSeconds(this.pid)
    const said = await run('pgbench',
      ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-t', String(count / clients), '-f', this.script, this.database])
    const cpu = cpuSeconds(this.pid) - before
    const perSecond = Number(/tps = ([\d.]+) \(without initial connection time\)/.exec(said)[1])
    return { perSecond, pools: count, cpuMsPerPool: (1000 * cpu) / count }
  }
}
