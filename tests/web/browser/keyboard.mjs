// A parent signs in and gets to a pool with the keyboard alone, and always sees where they are.
import { newPage, open, settle } from './chromium.mjs'
import { check } from './steps.mjs'

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement
    const style = getComputedStyle(element)
    return {
      tag: element.tagName,
      text: (element.textContent ?? '').trim(),
      name: element.getAttribute('name') ?? '',
      seen: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
    }
  })

/** Presses Tab until the element is reached; every stop on the way has to be visible. */
async function tabTo(page, matches, what) {
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (at.tag !== 'BODY') check(at.seen, `the focus cannot be seen on ${at.tag} “${at.text.slice(0, 40)}”`)
    if (matches(at)) return
  }
  throw new Error(`Tab never reached ${what}`)
}

export async function keyboard(browser, url, demo, steps) {
  const page = await newPage(browser, url)
  const step = steps.story(() => page, 'keyboard')

  await step('the skip link comes first and leads to the content', async () => {
    await open(page, '/')
    await tabTo(page, (at) => at.text === 'Skip to the content', 'the skip link')
    await page.keyboard.press('Enter')
    check((await page.evaluate(() => document.activeElement.id)) === 'main', 'the content has not the focus')
  })
  await step('sign in', async () => {
    await open(page, '/')
    await tabTo(page, (at) => at.tag === 'A' && at.text === 'Sign in', 'Sign in')
    await page.keyboard.press('Enter')
    await page.waitForURL(/sign-in/)
    await settle(page)
    check((await focused(page)).tag === 'H1', 'the new page’s heading has not the focus')
    await tabTo(page, (at) => at.name === 'email', 'the address')
    await page.keyboard.type('parent@demo.example')
    await page.keyboard.press('Tab')
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    check((await page.evaluate(() => document.activeElement.className)).includes('error-summary'), 'the error has not the focus')
    await tabTo(page, (at) => at.name === 'password', 'the password')
    await page.keyboard.press('Control+A')
    await page.keyboard.type(demo.password)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/home$/)
    await settle(page)
    check((await page.title()).includes('Common Purse'), 'the page has no title')
  })
  await step('an error leads to its field', async () => {
    await open(page, '/family')
    await page.getByLabel('How far would you go?').fill('far')
    await page.getByRole('button', { name: 'Save' }).press('Enter')
    await page.getByRole('alert').waitFor()
    await tabTo(page, (at) => at.text.startsWith('Enter a whole number'), 'the error')
    await page.keyboard.press('Enter')
    check((await focused(page)).name === 'max_miles', 'the field has not the focus')
  })
  await step('read an agreement and how the share was worked out', async () => {
    await open(page, `/pools/${demo.pools.agreement}`)
    await tabTo(page, (at) => at.text === 'How this was worked out', 'the derivation')
    await page.keyboard.press('Enter')
    check(await page.locator('details[open]').first().isVisible(), 'the derivation has not opened')
    await tabTo(page, (at) => at.text === 'Accept the agreement', 'the acceptance')
  })
  await page.context().close()
}
