//   node tests/web/browser/all.mjs URL demo.json PICTURES [job run keyboard pages]
import { readFileSync } from 'node:fs'
import { launch } from './chromium.mjs'
import { everyPage } from './every_page.mjs'
import { keyboard } from './keyboard.mjs'
import { mainJob } from './main_job.mjs'
import { paymentRun } from './payment_run.mjs'
import { Steps } from './steps.mjs'

const [url, demoFile, pictures, ...wanted] = process.argv.slice(2)
const demo = JSON.parse(readFileSync(demoFile, 'utf8'))
const parts = { job: mainJob, run: paymentRun, keyboard, pages: everyPage }
const steps = new Steps(pictures)
const browser = await launch()
try {
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await part(browser, url, demo, steps)
  }
} finally {
  await browser.close()
}
console.log(`${steps.passed} passed, ${steps.failed} failed`)
process.exitCode = steps.failed ? 1 : 0
