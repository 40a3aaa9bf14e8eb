// The engine against the optimum of small instances, which CBC proves from all groups enumerated (bench_matching optimum).
import { dirname, join } from 'node:path'
import { compare } from '../figures.mjs'
import { run } from '../processes.mjs'

export const title = 'matching against the optimum that CBC proves'
export const takes = 'about 4 minutes'

const asked = { 1: { mean: 0.997, worst: 0.99 }, 10: { mean: 0.9995 } }

export async function measure(bench) {
  const program = join(dirname(bench.program), 'bench_matching')
  const said = (await run(program, ['optimum', join(bench.folder, 'optimum'), ...Object.keys(asked)])).trim().split('\n').map((line) => JSON.parse(line))
  const instances = said.filter((line) => line.optimum)
  const summaries = said.filter((line) => line.which)
  const lines = summaries.flatMap(({ given_s: seconds, which, mean, worst, instances: count }) =>
    Object.entries({ mean, worst }).map(([name, value]) => compare({
      measure: `the engine in ${seconds} CPU-s, ${which === 'hard' ? `the ${count} with 1,000 groups or more` : `${count} instances of 60 to 150 families`}`,
      unit: `score, the ${name} of them`, baseline: 'CBC’s proved optimum', digits: 4, key: 'part', bar: which === 'all' ? asked[seconds]?.[name] : undefined,
      ours: [{ part: value }], theirs: [{ part: 1 }],
    })))
  const skipped = said.filter((line) => line.optimum === null)
  return {
    figures: { instances, summaries },
    lines,
    notes: [`Optimum: ${summaries.filter((one) => one.which === 'all').map((one) => `${one.optimal} of ${one.instances} reached in ${one.given_s} s`).join(', ')}; ` +
      `${skipped.length} instances left out, which have more than 150,000 groups or were not proved in 120 CPU-s.`],
  }
}
