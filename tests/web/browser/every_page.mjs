// Every page of every role: no violations, nothing that scrolls sideways at 320 pixels, nothing that
// the content security policy or the browser complains of.
import { axeViolations, newPage, open, overflow, signIn } from './chromium.mjs'
import { check } from './steps.mjs'

const everybody = ['/', '/sign-in', '/sign-up', '/breaks', '/market', '/no-such-page']

async function pagesOf(page, demo) {
  const first = async (path) => {
    const answer = await page.request.get(path)
    return answer.ok() ? (await answer.json()).items?.[0] : undefined
  }
  const offers = Object.values(demo.offers)
  const service = await first('/v1/catalogue/services?limit=1')
  const open = [...everybody, `/offers/${offers[0]}`, ...(service ? [`/breaks/service/${service.id}`] : [])]
  const pools = Object.values(demo.pools).slice(0, 3).map((pool) => `/pools/${pool}`)
  const roles = {
    '': async () => open,
    'parent@demo.example': async () => {
      const thread = await first('/v1/forum/threads')
      const plan = await first('/v1/payments/plans')
      return ['/home', '/breaks', `/offers/${offers[0]}`, '/pools', ...pools.slice(0, 2), '/statement', '/family', '/forum', `/forum/${thread.id}`, `/plans/${plan.id}`]
    },
    'facilitator@demo.example': async () => {
      const family = await first('/v1/families')
      const run = await first('/v1/matching/runs')
      const thread = await first('/v1/forum/threads')
      return ['/home', '/families', `/families/${family.id}`, `/statement/${family.id}`, '/matching', `/matching/${run.id}`, '/pools', ...pools, '/plans', '/forum', `/forum/${thread.id}`, '/forum/reports']
    },
    'provider@demo.example': async () => ['/home', '/provider/offers', '/provider/offers/new', `/provider/offers/${demo.offers.trampoline}`, '/provider/pools', pools[1], '/invoices', '/bank-details', '/market'],
    'commissioner@demo.example': async () => {
      const plan = await first('/v1/payments/plans')
      return ['/home', '/plans', `/plans/${plan.id}`, '/pools', pools[0], '/providers', '/market', '/policy', '/forum', '/matching', '/invoices', '/payments', '/audit', '/accounts', '/access-log']
    },
    'administrator@demo.example': async () => ['/home', '/accounts', '/providers', '/market'],
  }
  return roles
}

export async function everyPage(browser, url, demo, steps) {
  for (const email of ['', 'parent@demo.example', 'facilitator@demo.example', 'provider@demo.example', 'commissioner@demo.example', 'administrator@demo.example']) {
    const page = await newPage(browser, url)
    let paths = []
    const who = email.split('@')[0] || 'nobody'
    await steps.step(page, `pages: ${who} signs in`, async () => {
      if (email) await signIn(page, email, demo.password)
      paths = await (await pagesOf(page, demo))[email]()
    })
    for (const path of paths) {
      await steps.step(page, `pages: ${who} ${path}`, async () => {
        page.complaints.length = 0
        await page.setViewportSize({ width: 1200, height: 900 })
        await open(page, path)
        check((await page.locator('h1').count()) === 1, 'the page has not one heading')
        const problems = await page.locator('.note-problem').allInnerTexts()
        check(problems.length === 0, `the page shows a problem: ${problems.join('; ')}`)
        await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true }))
        const violations = await axeViolations(page)
        check(violations.length === 0, `axe: ${violations.join('; ')}`)
        await page.setViewportSize({ width: 320, height: 700 })
        const sticking = await overflow(page)
        check(!sticking, `scrolls sideways by ${sticking}`)
        check(page.complaints.length === 0, `the browser complains: ${page.complaints.join('; ')}`)
      })
    }
    await page.context().close()
  }
}
