// The pictures of the documentation.
//   node tests/web/browser/pictures.mjs URL demo.json FOLDER
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { launch, newPage, open, signIn } from './chromium.mjs'

const [url, demoFile, folder] = process.argv.slice(2)
const demo = JSON.parse(readFileSync(demoFile, 'utf8'))
const most_bytes = 200 * 1024

const pictures = [
  { name: 'home', email: 'parent@demo.example', path: '/home', height: 980 },
  { name: 'calculator', email: 'parent@demo.example', path: `/offers/${demo.offers.trampoline}`, height: 1180 },
  { name: 'pool', email: 'parent@demo.example', path: `/pools/${demo.pools.agreement}`, height: 1060 },
  { name: 'matching', email: 'facilitator@demo.example', path: `/matching/${demo.matching.run}`, height: 980 },
]

const browser = await launch()
let page
let who
for (const { name, email, path, height } of pictures) {
  if (who !== email) {
    await page?.context().close()
    page = await newPage(browser, url, { width: 1120, height })
    await signIn(page, email, demo.password)
    who = email
  }
  await page.setViewportSize({ width: 1120, height })
  await open(page, path)
  const file = join(folder, `${name}.png`)
  await page.screenshot({ path: file })
  const bytes = statSync(file).size
  console.log(`${file}: ${Math.round(bytes / 1024)} KB`)
  if (bytes > most_bytes) process.exitCode = 1
}
await browser.close()
