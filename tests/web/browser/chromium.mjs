// The browser, and what a person does in it. Playwright and axe are the web client's development
// packages; the browser is Debian's.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../../web-client/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export const launch = () =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  })

/** A page of its own session. What its console complains of is kept in `page.complaints`. */
export async function newPage(browser, url, size = { width: 1200, height: 900 }) {
  const context = await browser.newContext({ baseURL: url, viewport: size, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.complaints = []
  page.on('pageerror', (error) => page.complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused request is part of many steps, and the browser says so for each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.complaints.push(message.text())
  })
  return page
}

/** Waits until the page's heading and what it asked for are there. */
export async function settle(page) {
  await page.waitForSelector('h1')
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => !document.querySelector('.waiting'))
}

export async function open(page, path) {
  await page.goto(path)
  await settle(page)
}

export async function signIn(page, email, password) {
  await open(page, '/sign-in')
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((address) => address.pathname !== '/sign-in')
  await settle(page)
}

/** What axe finds wrong, one line each. It is evaluated, not loaded: our policy allows no foreign script. */
export async function axeViolations(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`)
}

/** By how many pixels the page is wider than its window, and what sticks out. */
export const overflow = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const wide = document.documentElement.scrollWidth - width
    if (wide <= 0) return ''
    const out = [...document.querySelectorAll('main *, header *, footer *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !element.closest('.table-box'))
    return `${wide} px: ${out.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`).join(', ')}`
  })
