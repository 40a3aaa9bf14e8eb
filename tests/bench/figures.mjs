// Medians, and an order that differs from round to round but not from run to run.
import { Random } from '../../script/demo/random.js'

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Shuffles with a generator of its own, so that `--only` does not change another row's order. */
export class Shuffler {
  constructor(seed) { this.random = new Random(seed) }

  shuffled(items) {
    const order = [...items]
    for (let i = order.length - 1; i > 0; i--) {
      const other = Math.floor(this.random.next() * (i + 1));
      [order[i], order[other]] = [order[other], order[i]]
    }
    return order
  }
}

/**
 * Measures every contestant once a round, in a new order each time. `contestants` is an object of
 * functions that answer figures; the result has, for each name, its figures round by round.
 */
export async function inRounds(contestants, { rounds, seed, note }, before = async () => {}) {
  const shuffler = new Shuffler(seed)
  const measured = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    await before(round)
    for (const name of shuffler.shuffled(Object.keys(contestants))) {
      note(`round ${round} of ${rounds}: ${name}`)
      measured[name].push(await contestants[name](round))
    }
  }
  return measured
}

const pick = (figures, key) => figures.map((each) => each[key])

/**
 * One line of the table. The ratio is the median of the ratios of each round, whose two figures
 * were taken within the same minute, and not the ratio of two medians.
 */
export function compare({ measure, unit, baseline, ours, theirs, key, bar, digits = 0 }) {
  const mine = pick(ours, key)
  const other = pick(theirs, key)
  const ratios = mine.map((value, round) => value / other[round])
  return {
    measure, unit, baseline, digits, bar,
    ours: median(mine), theirs: median(other), ratio: median(ratios),
    least: Math.min(...ratios), most: Math.max(...ratios),
  }
}
