// The engine in CPU-seconds, each time beside what it is asked, greedy placing and plain annealing (bench_matching).
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chart } from '../drawing.mjs'
import { compare, median } from '../figures.mjs'
import { run } from '../processes.mjs'

export const title = 'matching, from a thousand families to a country'
export const takes = 'about 8 minutes, with --long 30'

const spelled = (count) => count.toLocaleString('en')
const offersFor = (families) => Math.round(families * 0.15)

/** Of figures of one run, for `compare`. */
const one = (value) => [{ value }]
const against = (line, ours, theirs) => compare({ ...line, key: 'value', ours: one(ours), theirs: one(theirs) })
/** What has to stay below what is asked: the ratio is how often it would fit in. */
const within = (line, measured, asked) => ({
  digits: 2, baseline: 'asked at most', bar: 1, ...line, ours: measured, theirs: asked, ratio: asked / measured, least: asked / measured, most: asked / measured,
})

/** A thousand families, three densities: against the best bound that any of these runs proved. */
async function thousand(say, asked, density) {
  const families = 1000
  const times = asked.map(([given]) => given)
  const bars = new Map(asked)
  const runs = await say('search', families, offersFor(families), density, ...times)
  const [greedy, ...annealed] = await say('baselines', families, offersFor(families), density, ...times.slice(1))
  const bound = Math.min(...runs.map((each) => each.bound || Infinity))
  const measure = (given) => `${spelled(families)} families, ${greedy.runs} sessions, ${density}, in ${given} s`
  const lines = runs.flatMap(({ given_s: given, score, took_s: took }) => {
    const baseline = annealed.find((each) => each.given_s === given)
    return [
      ...(Number.isFinite(bound) ? [against({ measure: measure(given), unit: 'score', baseline: 'the proved bound', bar: bars.get(given) }, score, bound)] : []),
      baseline ? against({ measure: measure(given), unit: 'score', baseline: 'plain annealing, the same time' }, score, baseline.score)
        : against({ measure: measure(given), unit: 'score', baseline: `greedy (${greedy.took_s.toFixed(3)} s)` }, score, greedy.score),
      within({ measure: measure(given), unit: 'CPU-s used', baseline: 'the deadline and 10 %', digits: 3 }, took, 1.1 * given),
    ]
  })
  return { lines, figures: { density, runs, greedy, annealed, bound } }
}

async function certificate(say) {
  const [{ score, bound, took_s: took }] = await say('search', 500, 75, 'medium', 10)
  return {
    lines: [against({ measure: '500 families, 150 sessions, medium, in 10 s', unit: 'score', baseline: 'the proved bound', digits: 0, bar: 0.998 }, score, bound),
      within({ measure: 'the same', unit: 'CPU-s used', baseline: 'the deadline and 10 %' }, took, 11)],
    figures: { score, bound, took },
  }
}

async function hundredThousand(say, long) {
  const families = 100_000
  const offers = 10_000
  const [quick] = await say('search', families, offers, 'medium', 1)
  const later = await say('search', families, offers, 'medium', 10, ...(long ? [60] : []))
  const [greedy] = await say('baselines', families, offers, 'medium', 0.01)
  const bounds = await say('regional', families, offers, 'medium', 2, long ? 300 : 0, long ? 10 : 5)
  const regional = bounds.find((each) => each.of === 'regions')
  const whole = bounds.find((each) => each.of === 'the whole' && each.bound > 0)
  const asked = { 10: 0.97, 60: 0.985 }
  return {
    lines: [
      within({ measure: `${spelled(families)} families, medium, given 1 s: generated and feasible`, unit: 'CPU-s' }, quick.generated_s + quick.took_s, 1.5),
      ...later.flatMap(({ given_s: given, score, bound, took_s: took }) => [
        against({ measure: `the same in ${given} s`, unit: 'score', baseline: `the bounds of ${regional.regions} regions, ${regional.seconds} CPU-s each`, bar: asked[given] }, score, regional.bound),
        ...(bound ? [against({ measure: `the same in ${given} s`, unit: 'score', baseline: 'the bound that it proved itself, across all borders' }, score, bound)] : []),
        ...(whole ? [against({ measure: `the same in ${given} s`, unit: 'score', baseline: `the bound of the whole, ${Math.round(whole.seconds)} CPU-s` }, score, whole.bound)] : []),
        against({ measure: `the same in ${given} s`, unit: 'score', baseline: `greedy (${greedy.took_s.toFixed(2)} s)` }, score, greedy.score),
        within({ measure: `the same in ${given} s`, unit: 'CPU-s used', baseline: 'the deadline and 10 %' }, took, 1.1 * given),
      ]),
    ],
    figures: { quick, later, greedy, bounds },
  }
}

/** Many regions beside one that has the same time, seed by seed. */
async function borders(say) {
  const seconds = 6
  const runs = await say('borders', 10_000, 1_000, 'medium', seconds, 5)
  const scores = (kind) => runs.filter(({ regions }) => regions === kind).map(({ score }) => ({ value: score }))
  return {
    lines: [compare({ measure: `10,000 families, medium, in ${seconds} s: many regions`, unit: 'score', baseline: 'one region, the same time', digits: 0, bar: 0.997,
      key: 'value', ours: scores('many'), theirs: scores('one') })],
    figures: runs,
  }
}

async function living(say) {
  const events = 1000
  const [done] = await say('living', 100_000, 10_000, 'medium', events, 10)
  const line = { measure: `100,000 families, ${spelled(events)} joining or leaving, ${spelled(done.agreed)} agreed groups kept`, unit: 'CPU-ms' }
  return {
    lines: [
      within({ ...line, measure: `${line.measure}: a join, p50`, digits: 3 }, done.join_p50_ms, 1),
      within({ ...line, measure: 'a join, p99', digits: 3 }, done.join_p99_ms, 5),
      within({ ...line, measure: 'a leave, p50', digits: 3 }, done.leave_p50_ms, 1),
      within({ ...line, measure: 'a leave, p99', digits: 3 }, done.leave_p99_ms, 5),
      against({ measure: `after ${spelled(events)} events`, unit: 'score', baseline: 'a fresh search of 10 s that keeps the agreed groups', bar: 0.995 }, done.score, done.fresh),
      against({ measure: 'the same', unit: 'score', baseline: 'a fresh search of 10 s that may break them up' }, done.score, done.without_agreed),
    ],
    figures: done,
  }
}

async function explanations(say) {
  const [done] = await say('explanations', 10_000, 1_000, 'medium')
  const measure = `reasons of ${spelled(done.left_out)} families left out of 10,000, all confirmed by the checker`
  return {
    lines: [within({ measure, unit: 'CPU-ms each', digits: 3 }, done.mean_ms, 1), within({ measure: 'the same, p99', unit: 'CPU-ms', digits: 3 }, done.p99_ms, 1)],
    figures: done,
  }
}

const growthRounds = 3
/** Small sizes are over within one good or bad moment of the machine, so that they are taken more often, up to so many families in all. */
const familiesOfGrowth = 100_000

/** What a family costs at each size, in microseconds, round by round; each run in a process of its own. */
async function growthOf(say, ask, density, trials, sizes) {
  const rounds = []
  for (let round = 0; round < growthRounds; round++) {
    const costs = []
    for (const families of sizes) {
      const runs = []
      while (runs.length * families < Math.max(families, familiesOfGrowth)) runs.push(...(await (runs.length ? ask : say)('growth', families, density, trials)))
      const seconds = runs.reduce((sum, { generated_s: generated, took_s: took }) => sum + generated + took, 0)
      costs.push((1e6 * seconds) / (runs.length * families))
    }
    rounds.push(costs)
  }
  return { density, trials, rounds, medians: sizes.map((_, at) => median(rounds.map((costs) => costs[at]))) }
}

/** With as many trials as bring 100,000 families to what is asked of ten seconds, and with hardly any: reading, indexing and words. */
async function growth(say, ask, long, pictures) {
  const sizes = [1_000, 10_000, 100_000, ...(long ? [1_000_000] : [])]
  const taken = []
  for (const trials of [200, 5]) for (const density of ['sparse', 'medium']) taken.push(await growthOf(say, ask, density, trials, sizes))
  const most = Math.max(...taken.flatMap(({ medians }) => medians))
  if (pictures) {
    writeFileSync(join(pictures, 'matching-growth.svg'), chart({
      title: 'What a family costs as the country grows',
      x: { label: 'families, at constant density', least: sizes[0], most: sizes.at(-1), ticks: sizes, logarithmic: true, text: spelled },
      y: { label: 'CPU-microseconds a family', least: 0, most: 1.1 * most, ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * most)) },
      series: taken.map(({ density, trials, medians }) => ({ name: `${density}, ${trials} trials`, points: medians.map((micros, at) => [sizes[at], micros]) })),
    }))
  }
  return {
    lines: taken.map(({ density, trials, rounds, medians }) => {
      const ratios = rounds.map((costs) => (1.3 * costs[0]) / Math.max(...costs))
      return {
        measure: `growth from ${spelled(sizes[0])} to ${spelled(sizes.at(-1))} families, ${density}, ${trials} trials a family`, digits: 1,
        unit: 'CPU-microseconds a family, the most', baseline: '1.3 x those at the start, at most', bar: trials === 200 ? 1 : undefined,
        ours: Math.max(...medians), theirs: 1.3 * medians[0], ratio: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios),
      }
    }),
    figures: taken,
  }
}

/** Both cores for two minutes, generating included. */
async function million(say) {
  const [done] = await say('country', 1_000_000, 100_000, 'medium', 115, 2)
  return {
    lines: [
      within({ measure: '1,000,000 families, medium, two threads: generated and searched', unit: 's by the clock', digits: 0 }, done.generated_s + done.wall_s, 120),
      within({ measure: 'the same', unit: 'MiB at most', digits: 0 }, done.peak_mib, 8192),
    ],
    figures: done,
  }
}

export async function measure(bench) {
  const program = join(dirname(bench.program), 'bench_matching')
  const ask = async (...words) => (await run(program, words.map(String))).trim().split('\n').map((line) => JSON.parse(line))
  const say = async (...words) => {
    bench.note(words.join(' '))
    return ask(...words)
  }
  const parts = {}
  for (const density of ['sparse', 'medium', 'dense']) {
    parts[density] = await thousand(say, [[0.02, 0.95], [0.5, 0.985], [10, 0.995]], density)
  }
  parts.certificate = await certificate(say)
  parts.hundredThousand = await hundredThousand(say, bench.long)
  parts.borders = await borders(say)
  parts.living = await living(say)
  parts.explanations = await explanations(say)
  parts.growth = await growth(say, ask, bench.long, bench.pictures)
  if (bench.long) parts.million = await million(say)
  return {
    figures: Object.fromEntries(Object.entries(parts).map(([name, { figures }]) => [name, figures])),
    lines: Object.values(parts).flatMap(({ lines }) => lines),
    notes: ['Matching: CPU-seconds of one thread, generating aside where nothing else is said; the score is compared, the deadline is the engine’s.'],
  }
}
