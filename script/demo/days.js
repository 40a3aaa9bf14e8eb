// Days of the demo, counted from the day it is made.

const dayMs = 86_400_000

export class Days {
  constructor(now = new Date()) { this.today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) }

  /** `2026-11-23`, so many days from today. */
  after(days) { return new Date(this.today + days * dayMs).toISOString().slice(0, 10) }
  /** 1 is Monday. */
  get weekday() { return ((new Date(this.today).getUTCDay() + 6) % 7) + 1 }
  /** The first such weekday at least a week away. */
  next(weekday) { return this.after(7 + ((weekday - this.weekday + 7) % 7)) }
  /** The month, of this number, in which somebody of this age was born. */
  born(years, month) {
    const day = new Date(this.today)
    const passed = month <= day.getUTCMonth() + 1
    return `${day.getUTCFullYear() - years - (passed ? 0 : 1)}-${String(month).padStart(2, '0')}`
  }
  /** The financial year that today is in. */
  get year() {
    const day = new Date(this.today)
    const first = day.getUTCMonth() >= 3 ? day.getUTCFullYear() : day.getUTCFullYear() - 1
    return { starts: `${first}-04-01`, ends: `${first + 1}-03-31` }
  }
}
