// The packing core alone beside CBC, on set-packing instances with the parameters of the published random families, made here:
// five items a set, each item in two sets of a hundred, weights from 1 to 20 or all 1. `bench_matching packing FILE` reads the
// published files themselves, where somebody has them.
import { dirname, join } from 'node:path'
import { compare } from '../figures.mjs'
import { run } from '../processes.mjs'
import { atTime, cbc, follow } from '../solvers.mjs'

export const title = 'the packing core on set-packing instances'
export const takes = 'about 4 minutes'

const families = [100, 200, 500, 1000].flatMap((sets) => [20, 1].map((mostWeight) => ({ sets, items: 5 * sets, density: 0.02, mostWeight })))
const times = [1, 10]

export async function measure(bench) {
  const program = join(dirname(bench.program), 'bench_matching')
  const figures = []
  for (const { sets, items, density, mostWeight } of families) {
    const name = `${sets} sets of ${items} items, ${mostWeight === 1 ? 'unit weights' : `weights to ${mostWeight}`}`
    bench.note(name)
    const file = join(bench.folder, `packing-${sets}-${mostWeight}`)
    await run(program, ['make-packing', items, sets, density, mostWeight, bench.seed, `${file}.dat`, `${file}.lp`].map(String))
    const ours = (await run(program, ['packing', `${file}.dat`, ...times.map(String)])).trim().split('\n').map((line) => JSON.parse(line))
    const theirs = await follow(cbc(`${file}.lp`), times.at(-1))
    figures.push({ name, ours, theirs })
  }
  return {
    figures,
    lines: figures.flatMap(({ name, ours, theirs }) => ours.map(({ given_s: given, weight }) => compare({
      measure: `packing ${name}, in ${given} CPU-s`, unit: 'weight', baseline: `CBC${theirs.ended <= given ? ', proved' : ''}`, key: 'value',
      ours: [{ value: weight }], theirs: [{ value: atTime(theirs.points, given) }],
    }))),
    notes: figures.map(({ name, ours, theirs }) => `Packing ${name}: after ${times.at(-1)} s ours ${ours.at(-1).weight} of at most ${ours.at(-1).bound}` +
      `, CBC ${theirs.ended === undefined ? 'not proved' : `proved in ${theirs.ended.toFixed(1)} s`}.`),
  }
}
