// Groups for a thousand families. No other program for this problem is packaged, so that the search
// is compared with itself, stopped early, and its CPU time with a fixed piece of work.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { compare, inRounds } from '../figures.mjs'
import { run } from '../processes.mjs'

export const title = 'matching a thousand families'

const families = 1000
const offers = 150
const density = 0.5
const earlyMs = 200
const hashedMebibytes = 256

export async function measure(bench) {
  const instance = join(bench.folder, 'instance.json')
  await run(bench.program, ['match', 'generate', '--families', String(families), '--offers', String(offers), '--density', String(density),
    '--seed', String(bench.seed), '--output', instance])
  const proposal = join(bench.folder, 'proposal.json')
  const match = (deadlineMs) => async () => {
    const figures = await timed(bench.program, ['match', '--input', instance, '--output', proposal, '--deadline-ms', String(deadlineMs)])
    await run(bench.program, ['match', 'check', instance, proposal])
    return figures
  }
  const full = 'full search'
  const early = `stopped after ${earlyMs} ms`
  const figures = await inRounds({ [full]: match(0), [early]: match(earlyMs), SHA256: hash }, bench)
  const line = { measure: `matching ${families.toLocaleString('en')} families, ${offers} offers`, ours: figures[full] }
  return {
    figures,
    lines: [
      compare({ ...line, unit: 'CPU-seconds, less is better', digits: 2, baseline: `SHA-256 of ${hashedMebibytes} MiB (OpenSSL): a unit of this machine's CPU work, not a competitor`,
        theirs: figures.SHA256, key: 'cpuSeconds' }),
      compare({ ...line, unit: 'seconds on the clock, less is better', digits: 2, baseline: 'the same', theirs: figures.SHA256, key: 'seconds' }),
      compare({ ...line, unit: 'score', baseline: `the same search, ${early}`, theirs: figures[early], key: 'score', bar: 1 }),
      compare({ ...line, unit: 'families placed', baseline: `the same search, ${early}`, theirs: figures[early], key: 'placed', bar: 1 }),
    ],
  }
}

/** Seconds on the clock and CPU-seconds of a run of the program, with what it says it found. */
async function timed(program, parameters) {
  const { wrong } = await run('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', program, ...parameters], { errors: true })
  const found = /(\d+) groups, (\d+) of (\d+) families left out, score (-?\d+)/.exec(wrong)
  const [seconds, user, system] = wrong.trimEnd().split('\n').at(-1).split(' ').map(Number)
  return { seconds, cpuSeconds: user + system, groups: Number(found[1]), placed: Number(found[3]) - Number(found[2]), score: Number(found[4]) }
}

async function hash() {
  const block = Buffer.alloc(1 << 20, 'common purse')
  const hasher = createHash('sha256')
  const before = process.cpuUsage()
  const began = performance.now()
  for (let i = 0; i < hashedMebibytes; i++) hasher.update(block)
  hasher.digest()
  const used = process.cpuUsage(before)
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: (used.user + used.system) / 1e6 }
}
