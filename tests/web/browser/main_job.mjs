// The main job, once, by everybody who has a part in it: a provider publishes, a parent finds it and
// sees what it costs, a facilitator looks for a group and confirms it, all accept, a session takes
// place, and the parent's statement tells of it.
import { axeViolations, newPage, open, settle, signIn } from './chromium.mjs'
import { check } from './steps.mjs'

const title = 'Clay and colour after school'
const kind = 'Groups: Afterschool'

/** Today, as the program counts days. */
const today = () => new Date().toISOString().slice(0, 10)

export async function mainJob(browser, url, demo, steps) {
  let page
  const step = steps.story(() => page, 'main job')
  const as = async (email) => {
    await page?.context().close()
    page = await newPage(browser, url)
    await signIn(page, email, demo.password)
  }
  const emailOf = (name) => {
    const found = demo.accounts.find((account) => account.name === name && account.place === 'Trafford')
    check(found, `no account is called ${name}`)
    return found.email
  }
  let offer, pool, families

  await step('a provider publishes a priced offer', async () => {
    await as('provider2@demo.example')
    await page.getByRole('link', { name: 'Publish an offer' }).click()
    await settle(page)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('alert').getByText('There is a problem').waitFor()
    await page.getByLabel('What is it called?').fill(title)
    await page.getByLabel('Kind of break').fill(kind)
    await page.getByLabel('What happens there?').fill('Painting, clay and a kiln. Small groups, patient people.')
    await page.getByLabel('Trafford').check()
    await page.getByLabel('Where?').selectOption('M33')
    for (const need of ['Learning', 'Communication', 'Personal care', 'Autism', 'ADHD', 'Epilepsy', 'Behaviour', 'Physical']) {
      await page.getByLabel(need, { exact: true }).check()
    }
    await page.getByRole('group', { name: 'Wheelchair access' }).getByLabel('Yes').check()
    await page.getByLabel('for how many children').fill('2')
    await page.getByLabel('Minutes a session').fill('60')
    await page.getByLabel('A session', { exact: true }).fill('36')
    await page.getByLabel('Each child').fill('2.50')
    await page.getByRole('button', { name: 'Add a price for larger groups' }).click()
    const second = page.getByRole('group', { name: 'Price 2' })
    await second.getByLabel('From children').fill('4')
    await second.getByLabel('A session').fill('52')
    await second.getByLabel('Each child').fill('2.50')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.waitForURL(/\/provider\/offers\/[0-9a-f-]{36}$/)
    await settle(page)
    offer = page.url().split('/').pop()
  })

  await step('the provider adds weekly dates', async () => {
    await page.getByLabel('First session').fill(today())
    const dates = page.getByRole('form', { name: 'Add weekly dates' })
    await dates.getByLabel('From').fill('15:30')
    await dates.getByLabel('To', { exact: true }).fill('16:30')
    await dates.getByLabel('How many weeks?').fill('4')
    await page.getByRole('button', { name: 'Add these dates' }).click()
    await page.getByText('The dates are published.').waitFor()
  })

  await step('a parent says what must not mix and which languages they speak', async () => {
    await as('parent2@demo.example')
    await open(page, '/family')
    await page.getByRole('group', { name: 'What should your children not be near?' }).getByLabel('Children who throw things').check()
    const languages = page.getByRole('group', { name: 'Which languages do you speak or sign?' })
    await languages.getByLabel('British Sign Language').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.reload()
    await settle(page)
    check(await languages.getByLabel('British Sign Language').isChecked(), 'the language is not kept')
  })

  await step('a parent finds it and sees what it costs', async () => {
    await as('parent2@demo.example')
    await page.getByRole('link', { name: 'Find a break' }).first().click()
    await settle(page)
    await page.getByLabel('What are you looking for?').fill('clay')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: title }).click()
    await settle(page)
    const costs = page.getByRole('list', { name: 'What one session costs you, by size of group' })
    await costs.waitFor()
    check((await costs.innerText()).includes('£38.50'), 'the price alone, 36 + 2.50, is not shown')
    check((await costs.innerText()).includes('£15.50'), 'a share of four, (52 + 4 x 2.50) / 4, is not shown')
    await page.getByRole('table').getByText('Yes').first().waitFor()
    await page.getByText('left for other things').first().waitFor()
    check(await page.getByText('Groups of 2 to').isVisible(), 'up to which size it saves is not told')
    await page.getByText('If a family with one child leaves').waitFor()
    await page.getByLabel('If somebody leaves, how far may your share rise?').selectOption('0')
    await page.getByText('That is above your ceiling').first().waitFor()
    await page.getByLabel('If somebody leaves, how far may your share rise?').selectOption('100')
    await page.getByText('That is within your ceiling').first().waitFor()
  })

  await step('a facilitator looks for groups', async () => {
    await as('facilitator@demo.example')
    await open(page, '/matching')
    await page.getByLabel('For which kind of break?').selectOption(kind)
    await page.getByRole('button', { name: 'Look for groups' }).click()
    await page.waitForURL(/\/matching\/[0-9a-f-]{36}$/)
    await settle(page)
    const group = page.locator('section.card').filter({ has: page.getByRole('button', { name: /Confirm group/ }) }).filter({ hasText: title }).first()
    families = await group.locator('tbody th').allInnerTexts()
    check(families.length >= 2, `a group of ${families.length} was found`)
    check((await group.getByRole('listitem').count()) > 0, 'the group has no reasons')
  })

  await step('the facilitator sees on a map where everybody is, by keyboard too', async () => {
    await page.getByRole('img', { name: /^Map of \d+ districts?/ }).waitFor()
    const button = page.getByRole('list', { name: 'Light up a group on the map' }).getByRole('button').first()
    check((await page.locator('svg.map .is-lit').count()) === 0, 'a group is lit up before anybody asked')
    await button.focus()
    await page.locator('svg.map .is-lit').waitFor()
    await button.blur()
    await page.getByText('The map as a table').click()
    const table = page.getByRole('region', { name: 'Who lives how far from where each group meets' })
    check((await table.locator('tbody tr').count()) >= families.length, 'the table has fewer rows than the group has families')
  })

  await step('the facilitator tries out what becomes of the group without one family', async () => {
    const form = page.getByRole('form', { name: 'What if?' })
    await form.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('alert').getByText('Choose a family.').first().waitFor()
    await form.getByLabel('What would you like to try?').selectOption('remove')
    await form.getByLabel('Which family?').selectOption({ label: families[0] })
    await form.getByRole('button', { name: 'Try it out' }).click()
    const outcome = page.getByRole('region', { name: 'What changes for whom' })
    await outcome.waitFor()
    check((await outcome.innerText()).includes('loses its group'), 'the family that is left out keeps its group')
    await page.getByRole('button', { name: 'Keep this as a new search' }).waitFor()
    const violations = await axeViolations(page)
    check(violations.length === 0, `axe: ${violations.join('; ')}`)
  })

  await step('the facilitator asks why two families are not together', async () => {
    const form = page.getByRole('form', { name: 'Why not together' })
    await form.getByRole('button', { name: 'Say why' }).click()
    await page.getByRole('alert').getByText('Choose a family').first().waitFor()
    await form.getByLabel('One family').selectOption({ label: families[0] })
    await form.getByLabel('Another family').selectOption({ index: (await form.getByLabel('Another family').locator('option').count()) - 1 })
    await form.getByRole('button', { name: 'Say why' }).click()
    await page.getByText('What you may tell them').waitFor()
  })

  await step('the facilitator confirms the group', async () => {
    const group = page.locator('section.card').filter({ has: page.getByRole('button', { name: /Confirm group/ }) }).filter({ hasText: title }).first()
    await group.getByRole('button', { name: /Confirm group/ }).click()
    await page.waitForURL(/\/pools\/[0-9a-f-]{36}$/)
    await settle(page)
    pool = new URL(page.url()).pathname
  })

  await step('the facilitator writes the agreement', async () => {
    const form = page.getByRole('form', { name: 'Agreement' })
    await form.getByLabel('Notice, in sessions').fill('1')
    await form.getByLabel('How far a share may rise').fill('20')
    await form.getByLabel('Smallest group').fill('2')
    await form.getByRole('button').click()
    await page.getByText('The agreement is written.').waitFor()
    await page.getByText('Waiting for acceptance').waitFor()
  })

  await step('the facilitator writes a new version that shares by parts and carries insurance', async () => {
    await open(page, pool)
    await page.getByText('Write a new version').click()
    const form = page.getByRole('form', { name: 'Agreement' })
    await form.getByLabel('By parts the families agreed').check()
    const parts = form.getByLabel(/how many parts/)
    check((await parts.count()) === families.length, 'not every family has a field for its parts')
    await parts.first().fill('2')
    await form.getByText('Fees and insurance').click()
    await form.getByRole('group', { name: 'Insurance' }).getByLabel('What for').fill('a shared helper')
    await form.getByRole('group', { name: 'Insurance' }).getByLabel('Once, for all sessions').fill('2')
    await form.getByRole('button').click()
    await page.getByText('The families have agreed who pays which part of the price.').waitFor()
    await page.getByText('£2.00 in all for a shared helper').waitFor()
    await page.getByText('2 parts').first().waitFor()
  })

  await step('every family accepts', async () => {
    for (const name of families) {
      await as(emailOf(name))
      await open(page, pool)
      await page.getByText('How this was worked out').waitFor()
      await page.getByRole('button', { name: 'Accept the agreement' }).click()
      await page.getByText('You accepted.').waitFor()
    }
    await page.getByText('Running', { exact: true }).waitFor()
  })

  await step('the provider marks a session, and the parent sees it live', async () => {
    const parent = await newPage(browser, url)
    await signIn(parent, emailOf(families[0]), demo.password)
    await open(parent, pool)
    await as('provider2@demo.example')
    await open(page, pool)
    await page.getByRole('button', { name: 'It took place (session 1)' }).click()
    await page.getByText('Session 1 is marked as held.').waitFor()
    await parent.getByText('Took place').waitFor()
    await parent.context().close()
  })

  await step('the invoice has the session', async () => {
    await open(page, '/invoices')
    const invoice = page.locator('section.card').filter({ hasText: title })
    await invoice.waitFor()
    check((await invoice.locator('tbody tr').count()) === 1, 'the invoice has not one line')
  })

  await step('the statement shows what was spent', async () => {
    await as(emailOf(families[0]))
    await open(page, '/statement')
    const row = page.getByRole('row').filter({ hasText: title }).filter({ hasText: 'Spent' })
    await row.first().waitFor()
  })
  await page?.context().close()
}
