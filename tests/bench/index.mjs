// Measures what docs/measurements.md tells of, and prints one table. Started by script/bench.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { lastWords, stopAll } from './processes.mjs'
import * as catalogue from './rows/catalogue.mjs'
import * as equity from './rows/equity.mjs'
import * as healthz from './rows/healthz.mjs'
import * as ledger from './rows/ledger.mjs'
import * as matching from './rows/matching.mjs'
import * as optimum from './rows/optimum.mjs'
import * as packing from './rows/packing.mjs'
import * as peers from './rows/peers.mjs'
import * as pools from './rows/pools.mjs'

const rows = { healthz, catalogue, ledger, pools, matching, optimum, peers, packing, equity }
const usage = `usage: script/bench [--rounds N] [--seconds N] [--only NAME]... [--seed N] [--json FILE] [--program FILE]
       [--long] [--pictures FOLDER]
${Object.entries(rows).map(([name, { title, takes }]) => `  ${name.padEnd(10)} ${title}${takes ? ` (${takes})` : ''}`).join('\n')}`

function wrongUse(why) {
  console.error(`${why}\n${usage}`)
  process.exit(2)
}

function parsed(definition) {
  try {
    return parseArgs(definition).values
  } catch (error) {
    return wrongUse(error.message)
  }
}

function options() {
  const values = parsed({
    options: {
      help: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: Object.keys(rows) },
      json: { type: 'string' },
      long: { type: 'boolean', default: false },
      pictures: { type: 'string' },
      program: { type: 'string', default: join(import.meta.dirname, '../../build/commonpurse') },
    },
  })
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  for (const name of ['rounds', 'seconds', 'seed']) {
    if (!/^[1-9]\d*$/.test(values[name])) wrongUse(`--${name} takes a whole number from 1.`)
    values[name] = Number(values[name])
  }
  values.only = values.only.flatMap((names) => names.split(','))
  for (const name of values.only) if (!rows[name]) wrongUse(`There is no row ${name}.`)
  if (values.pictures && !existsSync(values.pictures)) wrongUse(`There is no folder ${values.pictures}.`)
  values.program = resolve(values.program)
  if (!existsSync(values.program)) wrongUse(`There is no ${values.program}.`)
  return values
}

/** The Node of package.json, which has SQLite in it; or the one that runs this, where it has. */
function nodeWithSqlite() {
  const candidates = ['x64', 'arm64'].map((kind) => join(import.meta.dirname, `node_modules/node-linux-${kind}/bin/node`))
  const found = [...candidates.filter(existsSync), process.execPath].find((node) => {
    try {
      execFileSync(node, ['-e', "require('node:sqlite')"], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
  if (!found) throw new Error('No Node with node:sqlite was found: run script/setup bench.')
  return found
}

const firstLine = (command, parameters) => execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0]

function machine(node, folder) {
  const memory = Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))[1]) / (1 << 20)
  const nginx = execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }).trim().replace('nginx version: ', '')
  return {
    processor: cpus()[0].model, cores: cpus().length, memoryGiB: Math.round(memory), load: loadavg()[0],
    onDisk: ![0x01021994, 0x858458f6].includes(statfsSync(folder).type),
    nginx, postgres: firstLine('psql', ['--version']), fastify: JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules/fastify/package.json'), 'utf8')).version,
    node: firstLine(node, ['--version']),
  }
}

const ratio = (value) => (Number.isFinite(value) ? value.toFixed(2) : '∞')
const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

function verdict({ ratio: reached, bar }) {
  if (bar === undefined) return '–'
  return `${Number.isInteger(bar * 100) ? bar.toFixed(2) : bar}: ${reached >= bar ? 'pass' : 'below'}`
}

function table(lines) {
  const head = ['what', 'unit', 'Common Purse', 'baseline', 'baseline is', 'ratio', 'least to most', 'bar']
  const cells = lines.map((line) => [
    line.measure, line.unit, number(line.ours, line.digits), number(line.theirs, line.digits), line.baseline, ratio(line.ratio),
    `${ratio(line.least)} to ${ratio(line.most)}`, verdict(line),
  ])
  return [head, head.map(() => '---'), ...cells].map((each) => `| ${each.join(' | ')} |`).join('\n')
}

async function main() {
  const asked = options()
  const folder = mkdtempSync(join(tmpdir(), 'commonpurse.'))
  chmodSync(folder, 0o755)
  const interrupted = async () => {
    await stopAll()
    rmSync(folder, { recursive: true, force: true })
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupted)
  try {
    const node = nodeWithSqlite()
    const where = machine(node, folder)
    console.log(`${where.cores} cores (${where.processor}), ${where.memoryGiB} GiB; load ${where.load.toFixed(1)} before the start; ` +
      `${where.nginx}, ${where.postgres}, Fastify ${where.fastify} on Node ${where.node}`)
    if (where.load > where.cores / 4) console.log('The machine is busy: figures per second are too low, and ratios less certain.')
    if (!where.onDisk) console.log('Files are in memory, not on a disk: nothing is durable. Set TMPDIR to a folder on a disk.')
    const lines = []
    const notes = []
    const figures = {}
    const failed = []
    for (const name of asked.only) {
      const start = performance.now()
      const took = () => `${((performance.now() - start) / 60_000).toFixed(1)} minutes`
      console.error(`== ${name}: ${rows[name].title}`)
      const note = (text) => console.error(`   ${text}`)
      try {
        const done = await rows[name].measure({ ...asked, folder, note, nodeWithSqlite: node })
        lines.push(...done.lines)
        notes.push(...(done.notes ?? []))
        figures[name] = done.figures
        note(`${name} took ${took()}.`)
      } catch (error) {
        // The other rows are worth having all the same.
        failed.push(name)
        console.error(error)
        console.error(lastWords())
        note(`${name} FAILED after ${took()}.`)
      }
      if (asked.json) writeFileSync(asked.json, `${JSON.stringify({ machine: where, options: asked, failed, lines, notes, figures }, null, 2)}\n`)
    }
    console.log(`\nMedians of ${asked.rounds} rounds of ${asked.seconds} s, seed ${asked.seed}; the ratio is the median of each round's.\n\n${table(lines)}\n${notes.map((note) => `\n- ${note}`).join('')}`)
    if (failed.length > 0) {
      console.error(`FAILED: ${failed.join(', ')}.`)
      process.exitCode = 1
    }
  } catch (error) {
    console.error(error)
    console.error(lastWords())
    process.exitCode = 1
  } finally {
    await stopAll()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
