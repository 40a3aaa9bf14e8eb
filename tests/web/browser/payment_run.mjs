// Money out, by the two people it takes: one makes a run of what is owed, another releases it, the file goes to the bank, and
// the bank's statement says that it was paid.
import { readFileSync } from 'node:fs'
import { newPage, open, settle, signIn } from './chromium.mjs'
import { check } from './steps.mjs'

/** A camt.053 statement of the payer's account with one payment of this file. */
function bankStatement(file) {
  const of = (pattern) => file.match(pattern)?.[1] ?? ''
  const day = new Date().toISOString().slice(0, 10)
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S1</Id>
    <Acct><Id><Othr><Id>08999912345678</Id></Othr></Id></Acct>
    <Ntry><Amt Ccy="GBP">${of(/<InstdAmt Ccy="GBP">([0-9.]+)</)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt>
    <NtryDtls><TxDtls><Refs><EndToEndId>${of(/<EndToEndId>([^<]+)</)}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`
}

export async function paymentRun(browser, url, demo, steps) {
  let page, file
  const step = steps.story(() => page, 'payment run')
  const as = async (email) => {
    await page?.context().close()
    page = await newPage(browser, url)
    await signIn(page, email, demo.password)
    await open(page, '/payments')
  }
  const run = () => page.locator('section.card').filter({ has: page.getByRole('heading', { level: 3, name: / on / }) }).first()

  await step('a commissioner makes a run of what is owed', async () => {
    await as('commissioner@demo.example')
    await page.getByRole('button', { name: 'Make the run' }).click()
    await page.getByText('Somebody else has to release it.').waitFor()
    await settle(page)
    check((await run().getByRole('button', { name: /^Release/ }).count()) === 0, 'who made the run may release it')
    check((await run().getByRole('link', { name: /File for the bank/ }).count()) === 0, 'there is a file before it is released')
  })

  await step('another one releases it', async () => {
    await as('commissioner2@demo.example')
    await run().getByRole('button', { name: /^Release/ }).click()
    await page.getByText('You released the run.').waitFor()
  })

  await step('the file goes to the bank', async () => {
    await as('commissioner@demo.example')
    const [download] = await Promise.all([
      page.waitForEvent('download'), run().getByRole('link', { name: 'File for the bank (pain.001)' }).click(),
    ])
    file = readFileSync(await download.path(), 'utf8')
    check(file.includes('Paper Kite Arts'), 'the file does not pay the provider')
    check(file.includes('<!-- ledger '), 'the file has no signed head of the ledger')
    await run().getByRole('button', { name: /^The bank has the file/ }).click()
    await page.getByText('The run is marked as sent.').waitFor()
  })

  await step('the bank says that it was paid', async () => {
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'statement.xml', mimeType: 'application/xml', buffer: Buffer.from(bankStatement(file)) })
    await page.getByRole('button', { name: 'Take it in' }).click()
    await page.getByText('1 payment paid').waitFor()
    await run().getByText('Paid', { exact: true }).first().waitFor()
  })

  await step('the provider sees it paid', async () => {
    await page.context().close()
    page = await newPage(browser, url)
    await signIn(page, 'provider2@demo.example', demo.password)
    await open(page, '/invoices')
    await page.getByText('Paid', { exact: true }).first().waitFor()
  })
  await page?.context().close()
}
