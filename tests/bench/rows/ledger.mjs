// The ledger beside raw SQLite, the disk, and a good PostgreSQL schema driven by pgbench.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chart } from '../drawing.mjs'
import { compare, inRounds, median } from '../figures.mjs'
import { Postgres } from '../postgres.mjs'
import { run } from '../processes.mjs'

export const title = 'the ledger: transfers, charges, history'

const accounts = 10_000
const fewClients = 8
const callers = 32

export async function measure(bench) {
  const program = join(dirname(bench.program), 'bench_ledger')
  const postgres = await Postgres.find()
  const others = await Others.prepare(bench, postgres)
  const transfers = 40_000 * bench.seconds
  let folders = 0

  /** Runs a row of the program in a folder of its own. */
  async function row(name, parameters, { database, folder } = {}) {
    const own = folder ?? join(bench.folder, `ledger-${++folders}`)
    mkdirSync(own, { recursive: true })
    const environment = database ? { COMMONPURSE_BENCH_POSTGRES: await postgres.create(`ledger_${++folders}`) } : {}
    const said = await run(program, [name, own, ...parameters.map(String)], { environment })
    if (!folder) rmSync(own, { recursive: true, force: true })
    return JSON.parse(said)
  }

  const figures = await inRounds({
    legs: () => row('raw-legs', [transfers]),
    rows: () => row('raw-rows', [transfers]),
    syncs: () => row('syncs', [600 * bench.seconds]),
    batches: () => row('batches', [transfers]),
    hot: () => row('callers', [6_000 * bench.seconds, callers, 10]),
    callers: () => row('callers', [6_000 * bench.seconds, callers]),
    one: () => row('callers', [400 * bench.seconds, 1]),
    charges: () => row('charges', [2_000 * bench.seconds]),
    onPostgres: () => row('batches', [20_000 * bench.seconds], { database: true }),
    callersOnPostgres: () => row('callers', [2_000 * bench.seconds, fewClients], { database: true }),
    function8: () => others.measure('function', fewClients),
    function32: () => others.measure('function', callers),
    sql32: () => others.measure('sql', callers),
  }, bench)

  const history = join(bench.folder, 'ledger-history')
  const entries = bench.seconds >= 5 ? 10_000_000 : 200_000
  bench.note(`filling a ledger with ${entries.toLocaleString('en')} entries`)
  const filled = await row('fill', [entries / 2], { folder: history })
  const unordered = await row('fill-in-no-order', [Math.min(entries / 2, 1_000_000)], { folder: join(bench.folder, 'ledger-no-order') })
  const past = await inRounds({
    asOf: () => row('as-of', [2_000], { folder: history }),
    verify: () => row('verify', [], { folder: history }),
    start: () => row('start', [], { folder: history }),
  }, { ...bench, rounds: Math.min(3, bench.rounds) })

  const line = (measure, baseline, ours, theirs, bar, unit = 'transfers per second') =>
    compare({ measure, unit, baseline, ours: figures[ours], theirs: figures[theirs], key: 'a_second', bar })
  const lines = [
    line('two-leg transfers, 1,000 a commit', 'raw SQLite: a row for the id and one for each leg, 1,000 a commit', 'batches', 'legs', 0.6),
    line('the same', 'raw SQLite: a single row of four numbers a transfer', 'batches', 'rows'),
    line('the same', `PostgreSQL, a stored function, ${fewClients} clients`, 'batches', 'function8', 8),
    line(`${callers} callers who wait`, `PostgreSQL, a stored function, ${callers} clients`, 'callers', 'function32', 4),
    line('the same', `PostgreSQL, plain SQL, ${callers} clients`, 'callers', 'sql32', 7),
    line(`${callers} callers on ten accounts`, 'the same on ten thousand', 'hot', 'callers', 0.9),
    line('one caller who waits', 'fdatasync of 4 KiB at the end of a file', 'one', 'syncs', 0.6),
    line('two-leg transfers with PostgreSQL as the store', `PostgreSQL, a stored function, ${fewClients} clients`, 'onPostgres', 'function8', 4),
    line(`${fewClients} callers who wait, PostgreSQL as the store`, `PostgreSQL, a stored function, ${fewClients} clients`, 'callersOnPostgres', 'function8'),
    line('charges of a session over ten families', 'two-leg transfers', 'charges', 'batches', 1 / 12, 'operations per second'),
  ]
  const of = (key) => (name) => median(past[name].map((each) => each[key]))
  const steps = filled.steps
  const dearest = Math.max(...filled.beside_young.map((point) => point.ratio))
  if (bench.pictures) writeFileSync(join(bench.pictures, 'ledger-growth.svg'), growth(steps, unordered.steps))
  const notes = [
    `${callers} callers: p50 ${median(figures.callers.map((each) => each.p50_ms)).toFixed(2)} ms, p99 ${median(figures.callers.map((each) => each.p99_ms)).toFixed(2)} ms (3 asked).`,
    `Balance of a random account on a random day of two years, ${(entries).toLocaleString('en')} entries, one in twenty late: p50 ${of('p50_ms')('asOf').toFixed(2)} ms, ` +
      `p99 ${of('p99_ms')('asOf').toFixed(2)} ms (5 asked), ${of('reads')('asOf').toFixed(0)} entries read.`,
    `ledger verify: ${Math.round(of('a_second')('verify')).toLocaleString('en')} entries per second (300,000 asked), ${of('peak_mib')('verify')} MiB at most (200 asked).`,
    `A start takes ${of('ms')('start').toFixed(0)} ms with that history.`,
    `A transfer costs at most ${dearest.toFixed(2)} times what it costs in a ledger of a thousand entries (1.5 asked; the median of 21 pairs taken in turns at each ` +
      `size): ${filled.beside_young.map((point) => `${point.ratio.toFixed(2)} at ${point.entries.toLocaleString('en')}`).join(', ')}. With keys that have no time in them: ` +
      `${unordered.steps.at(-1).cpu_micros.toFixed(1)} CPU-microseconds a transfer at ${unordered.steps.at(-1).entries.toLocaleString('en')} entries.`,
    `CPU-microseconds a transfer while it grew, by entries there were: ${steps.map((step) => `${step.entries.toLocaleString('en')}: ${step.cpu_micros.toFixed(1)}`).join('; ')}.`,
  ]
  return { figures: { ...figures, ...past, filled, unordered }, lines, notes }
}

/** What a transfer costs while the history grows. */
function growth(steps, unordered) {
  const most = Math.max(...[...steps, ...unordered].map((step) => step.cpu_micros))
  const entries = (value) => value.toLocaleString('en')
  return chart({
    title: 'What a transfer costs as the history grows',
    x: { label: 'entries there were', least: 1_000, most: 10_000_000, ticks: [1_000, 10_000, 100_000, 1_000_000, 10_000_000], logarithmic: true, text: entries },
    y: { label: 'CPU-microseconds a transfer', least: 0, most: 1.2 * most, ticks: [0, 0.5, 1].map((part) => Math.round(part * most)) },
    series: [
      { name: 'keys by time', points: steps.map((step) => [step.entries, step.cpu_micros]) },
      { name: 'keys in no order', points: unordered.map((step) => [step.entries, step.cpu_micros]) },
    ],
  })
}

/** The same transfers as an engineer would write them on PostgreSQL. */
class Others {
  static async prepare(bench, postgres) {
    const database = await postgres.create('ledger_others')
    await postgres.ask(
      `CREATE TABLE accounts (account BIGINT PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= 0)) WITH (fillfactor = 50);
       CREATE TABLE transfers (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key UUID NOT NULL UNIQUE DEFAULT gen_random_uuid(), at TIMESTAMPTZ NOT NULL DEFAULT now());
       CREATE TABLE entries (transfer BIGINT NOT NULL, account BIGINT NOT NULL, amount BIGINT NOT NULL, balance BIGINT NOT NULL);
       INSERT INTO accounts SELECT number, 1000000000 FROM generate_series(0, ${accounts - 1}) number;
       CREATE FUNCTION transfer(one BIGINT, other BIGINT, amount BIGINT) RETURNS void LANGUAGE plpgsql AS $$
       DECLARE made BIGINT; held BIGINT;
       BEGIN
         INSERT INTO transfers DEFAULT VALUES RETURNING id INTO made;
         -- The lower account first, so that two transfers never wait for each other.
         IF one > other THEN
           UPDATE accounts SET balance = balance + amount WHERE account = other RETURNING balance INTO held;
           INSERT INTO entries VALUES (made, other, amount, held);
         END IF;
         UPDATE accounts SET balance = balance - amount WHERE account = one RETURNING balance INTO held;
         INSERT INTO entries VALUES (made, one, -amount, held);
         IF one < other THEN
           UPDATE accounts SET balance = balance + amount WHERE account = other RETURNING balance INTO held;
           INSERT INTO entries VALUES (made, other, amount, held);
         END IF;
       END $$;`, 'ledger_others')
    await postgres.ask('VACUUM ANALYZE', 'ledger_others')
    const draw = [`\\set one random(0, ${accounts - 2})`, `\\set other random(:one + 1, ${accounts - 1})`]
    const scripts = {
      function: [...draw, 'SELECT transfer(:one, :other, 1);'],
      sql: [...draw, 'BEGIN;', 'INSERT INTO transfers DEFAULT VALUES RETURNING id \\gset',
        'UPDATE accounts SET balance = balance - 1 WHERE account = :one RETURNING balance AS left_one \\gset',
        'INSERT INTO entries VALUES (:id, :one, -1, :left_one);',
        'UPDATE accounts SET balance = balance + 1 WHERE account = :other RETURNING balance AS left_other \\gset',
        'INSERT INTO entries VALUES (:id, :other, 1, :left_other);', 'COMMIT;'],
    }
    for (const [name, script] of Object.entries(scripts)) writeFileSync(join(bench.folder, `${name}.sql`), `${script.join('\n')}\n`)
    return new Others(bench, database)
  }

  constructor(bench, database) {
    this.bench = bench
    this.database = database
  }

  async measure(script, clients) {
    const said = await run('pgbench', ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(this.bench.seconds),
      '-f', join(this.bench.folder, `${script}.sql`), this.database])
    return { a_second: Number(/tps = ([\d.]+) \(without initial connection time\)/.exec(said)[1]) }
  }
}
