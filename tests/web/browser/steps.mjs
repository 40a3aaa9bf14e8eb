// Counts what passed, and keeps a picture of the page where something failed.
import { join } from 'node:path'

export class Steps {
  constructor(pictures) {
    this.pictures = pictures
    this.passed = 0
    this.failed = 0
  }

  /** Runs one step; a failure is told and pictured, and answers false. */
  async step(page, name, work) {
    const began = performance.now()
    try {
      await work()
      this.passed += 1
      if (process.env.WEB_TEST_VERBOSE) console.log(`passed ${name}: ${Math.round(performance.now() - began)} ms`)
      return true
    } catch (error) {
      this.failed += 1
      const picture = join(this.pictures, `${String(this.failed).padStart(2, '0')}-${name.replace(/[^a-z0-9]+/gi, '-')}.png`)
      await page?.screenshot({ path: picture, fullPage: true }).catch(() => {})
      console.log(`FAILED ${name}\n  ${String(error.message).split('\n').slice(0, 12).join('\n  ')}\n  at ${page?.url()}, picture: ${picture}`)
      return false
    }
  }

  /** A story whose steps need each other: the first that fails ends it. */
  story(page, title) {
    let broken = false
    return async (name, work) => {
      if (broken) return
      broken = !(await this.step(page(), `${title}: ${name}`, work))
    }
  }
}

export function check(condition, message) {
  if (!condition) throw new Error(message)
}
