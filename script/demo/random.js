// Numbers that look random and are the same in every run.

export class Random {
  constructor(seed) { this.state = seed >>> 0 }

  /** From 0 up to and without 1 (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** Skewed to the right, as budgets are: the median and how far it spreads (Box and Muller). */
  lognormal(median, sigma) {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(sigma * normal)
  }
}
