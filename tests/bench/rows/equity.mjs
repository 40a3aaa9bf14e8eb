// Fifty simulated weeks of a town in which there is too little for everybody: who is left out, how long people wait and what
// fairness costs, with groups formed greedily and by the engine (bench_matching equity).
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chart } from '../drawing.mjs'
import { run } from '../processes.mjs'

export const title = 'who is left out over fifty weeks of matching'
export const takes = 'about 6 minutes'

const families = 600
const offers = 24
const weeks = 50
const towns = [1, 2, 3, 4]

const addPairs = (all) => all.reduce(([a, b], [c, d]) => [a + c, b + d])
const percent = ([some, all]) => (all === 0 ? '–' : `${((100 * some) / all).toFixed(1)} %`)

/** The towns of one way together. */
function together(rows) {
  const kinds = Object.keys(rows[0].left_out)
  return {
    way: rows[0].way,
    value: rows.reduce((sum, row) => sum + row.value, 0),
    placed: rows.reduce((sum, row) => sum + row.placed, 0),
    leftOut: Object.fromEntries(kinds.map((kind) => [kind, addPairs(rows.map((row) => row.left_out[kind]))])),
    waiting: Array.from({ length: weeks }, (_, week) => addPairs(rows.map((row) => row.still_waiting[week]))),
  }
}

function tableOf(ways) {
  const best = Math.max(...ways.map(({ value }) => value))
  const row = (name, cell) => [name, ...ways.map(cell)]
  const rows = [
    row('worth without fairness, of the best', ({ value }) => `${((100 * value) / best).toFixed(1)} %`),
    row('times a family was in a group', ({ placed }) => placed.toLocaleString('en')),
    ...[4, 12, 26].map((week) => row(`no group yet after ${week} weeks`, ({ waiting }) => percent(waiting[week]))),
    ...Object.keys(ways[0].leftOut).map((kind) => row(kind === 'all' ? 'never in a group' : `– ${kind} (${ways[0].leftOut[kind][1]})`, ({ leftOut }) => percent(leftOut[kind]))),
  ]
  const head = ['', ...ways.map(({ way }) => way)]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const picture = (ways) => chart({
  title: `Families still without a group: ${towns.length} towns of ${families} families and ${offers} offers`,
  x: { label: 'weeks since they came', least: 0, most: weeks - 10, ticks: [0, 10, 20, 30, 40] },
  y: { label: '% of those there so long', least: 0, most: 50, ticks: [0, 10, 20, 30, 40, 50] },
  steps: true,
  series: ways.map(({ way, waiting }) => ({ name: way, points: waiting.slice(0, weeks - 9).map(([some, all], week) => [week, (100 * some) / Math.max(1, all)]) })),
})

export async function measure(bench) {
  const program = join(dirname(bench.program), 'bench_matching')
  const byWay = new Map()
  for (const town of towns) {
    bench.note(`town ${town} of ${towns.length}`)
    const said = await run(program, ['equity', families, offers, 'dense', weeks, town].map(String))
    for (const row of said.trim().split('\n').map((line) => JSON.parse(line))) byWay.set(row.way, [...(byWay.get(row.way) ?? []), row])
  }
  const ways = [...byWay.values()].map(together)
  if (bench.pictures) writeFileSync(join(bench.pictures, 'matching-equity.svg'), picture(ways))
  const part = ({ leftOut }) => leftOut.all[0] / leftOut.all[1]
  const [greedy, ...others] = ways
  return {
    figures: ways,
    lines: others.map((way) => ({
      measure: `families never in a group over ${weeks} weeks: ${way.way}`, unit: '% of those a run is open to', digits: 1, baseline: 'greedy placing',
      ours: 100 * part(way), theirs: 100 * part(greedy), ratio: part(way) / part(greedy), least: part(way) / part(greedy), most: part(way) / part(greedy),
    })),
    notes: [`Equity, ${towns.length} towns of ${families} families and ${offers} offers, dense:\n\n${tableOf(ways)}\n`],
  }
}
