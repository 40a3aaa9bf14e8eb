// node highs_solve.mjs PROGRAM.lp: HiGHS, compiled to WebAssembly; it says each better solution when it has it.
import { readFileSync } from 'node:fs'
import loadHighs from 'highs'

const highs = await loadHighs()
const model = highs.createModel({ format: 'lp', data: readFileSync(process.argv[2], 'utf8') })
model.options.set({ mip_rel_gap: 0 })
model.run({
  [highs.constants.callbackType.mipImprovingSolution]: ({ data }) => { console.log(`Better: ${data.objective_function_value}`) },
})
console.log(`Better: ${model.getObjectiveValue()}`)
