// Fills a fresh Common Purse with two places, their families, providers, plans, pools and a forum,
// over the public API alone.
//   node script/demo --url URL --admin-email ADDRESS --admin-password PASSWORD --out demo.json
//   node script/demo --print demo.json     the address and one sign-in for each role
// Families, providers and prices are invented; budgets and needs follow the published evaluations
//. The same day gives the same data.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { makeDemo } from './make.js'

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    'admin-email': { type: 'string' },
    'admin-password': { type: 'string' },
    out: { type: 'string' },
    print: { type: 'string' },
  },
})

if (values.print) {
  print(JSON.parse(readFileSync(values.print, 'utf8')))
} else if (values.url && values['admin-email'] && values['admin-password'] && values.out) {
  const began = Date.now()
  const demo = await makeDemo(values.url, values['admin-email'], values['admin-password'])
  writeFileSync(values.out, `${JSON.stringify(demo, null, 2)}\n`)
  console.log(`Made the demo in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
} else {
  console.error('usage: node script/demo --url URL --admin-email ADDRESS --admin-password PASSWORD --out FILE\n' +
    '       node script/demo --print FILE')
  process.exitCode = 2
}

function print(demo) {
  console.log('Demo data: families, providers and prices are invented. Sign in with one of these:')
  const seen = new Set()
  for (const account of demo.accounts) {
    const kind = `${account.role} ${account.place}`
    if (seen.has(kind)) continue
    seen.add(kind)
    console.log(`  ${account.role.padEnd(14)} ${account.place.padEnd(9)} ${account.email}`)
  }
  console.log(`  the password of each: ${demo.password}`)
}
