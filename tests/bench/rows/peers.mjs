// The engine beside CBC, GLPK, HiGHS and clingo on the same instance: what each has found after so many CPU-seconds. The
// others get every feasible group listed, for which nothing is counted; the engine gets the families.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chart } from '../drawing.mjs'
import { compare } from '../figures.mjs'
import { run } from '../processes.mjs'
import { atTime, cbc, follow, last } from '../solvers.mjs'

export const title = 'matching beside CBC, GLPK, HiGHS and clingo'
export const takes = 'about 3 minutes, with --long 12'

const instances = [
  { name: '150', families: 150, offers: 22, density: 'medium', mostChildren: 20 },
  { name: '300', families: 300, offers: 45, density: 'medium', mostChildren: 4 },
]

/** Each with what its line of a better solution says. */
const solvers = ({ program, facts, node }) => ({
  CBC: cbc(program),
  GLPK: { words: ['glpsol', '--lp', program, '--clique', '--fpump'], found: last(/^\+\s*\d+:\s+(?:>>>>>|mip =)\s+(\d[\d.e+]*)/) },
  HiGHS: { words: [node, join(import.meta.dirname, '../highs_solve.mjs'), program], found: last(/^Better: (\d[\d.e+]*)/) },
  clingo: { words: ['clingo', facts], found: last(/^Optimization: (-?\d+)/) },
})

const percent = (part) => (part > 0 ? `${(100 * part).toFixed(2)} %` : 'nothing yet')

async function engine(program, instance, times) {
  const said = (await run(program, ['solve', instance, ...times.map(String)])).trim().split('\n').map((line) => JSON.parse(line))
  return { points: said.map(({ given_s: given, score }) => [given, score]), bound: Math.min(...said.map(({ bound }) => bound || Infinity)) }
}

async function measureOne({ name, families, offers, density, mostChildren }, bench, times) {
  const ours = join(dirname(bench.program), 'bench_matching')
  const folder = join(bench.folder, `peers-${name}`)
  const about = JSON.parse(await run(ours, ['columns', folder, families, offers, density, 1, mostChildren].map(String)))
  bench.note(`${families} families, ${about.groups} groups: the engine`)
  const mine = await engine(ours, join(folder, 'instance.json'), times)
  const profiles = { 'Common Purse': mine }
  for (const [solver, how] of Object.entries(solvers({ program: join(folder, 'program.lp'), facts: join(folder, 'facts.lp'), node: bench.nodeWithSqlite }))) {
    bench.note(`${families} families, ${about.groups} groups: ${solver}`)
    profiles[solver] = await follow(how, times.at(-1))
  }
  const best = Math.max(...Object.values(profiles).map(({ points }) => points.at(-1)?.[1] ?? 0))
  // What nobody can pass: the optimum where one of them proved it, or else the engine's bound.
  const isProved = Object.values(profiles).some(({ ended }) => ended !== undefined)
  const whole = isProved || !Number.isFinite(mine.bound) ? best : Math.max(mine.bound, best)
  return { name, about, times, profiles, whole, of: isProved ? 'the optimum' : Number.isFinite(mine.bound) ? 'the engine’s bound' : 'the best found' }
}

function picture({ about, times, profiles, whole, of }) {
  return chart({
    title: `${about.families} families, ${about.runs} runs, ${about.groups.toLocaleString('en')} feasible groups`,
    x: { label: 'CPU-seconds', least: 0.1, most: times.at(-1), ticks: times, logarithmic: true },
    y: { label: `% of ${of}`, least: 80, most: 100, ticks: [80, 85, 90, 95, 100] },
    steps: true,
    series: Object.entries(profiles).map(([name, { points }]) => ({
      name,
      points: [...points, [times.at(-1), points.at(-1)?.[1] ?? 0]].map(([at, score]) => [at, (100 * score) / whole]).filter(([at]) => at > 0),
    })),
  })
}

function tableOf({ about, times, profiles, whole, of }) {
  const rows = Object.entries(profiles).map(([name, { points, ended, failed }]) =>
    [name, ...times.map((time) => percent(atTime(points, time) / whole)), failed ?? (ended === undefined ? '–' : `${ended.toFixed(1)} s`)])
  const head = [`${about.families} families, ${about.groups.toLocaleString('en')} groups: % of ${of}`, ...times.map((time) => `${time} s`), 'proved after']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export async function measure(bench) {
  const times = bench.long ? [0.1, 1, 10, 60] : [0.1, 1, 10]
  const done = []
  for (const instance of instances) {
    const one = await measureOne(instance, bench, times)
    done.push(one)
    if (bench.pictures) writeFileSync(join(bench.pictures, `peers-${one.name}.svg`), picture(one))
  }
  const lines = done.flatMap(({ about, profiles }) => Object.entries(profiles).filter(([name]) => name !== 'Common Purse').map(([name, { points }]) =>
    compare({ measure: `matching ${about.families} families, ${about.groups.toLocaleString('en')} groups, in 1 CPU-s`, unit: 'score', baseline: name, key: 'score',
      ours: [{ score: atTime(profiles['Common Purse'].points, 1) }], theirs: [{ score: atTime(points, 1) }] })))
  return { figures: done, lines, notes: done.map((one) => `Peers:\n\n${tableOf(one)}\n`) }
}
