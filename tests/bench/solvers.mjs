// Other people's solvers, each a process of its own that is followed while it works.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cpuSecondsOf } from './processes.mjs'

/** What a line says of a better solution, whichever sign it is given. */
export const last = (pattern) => (line) => {
  const found = pattern.exec(line)
  return found ? Math.abs(Number(found[1])) : undefined
}

export const cbc = (program) => ({
  words: ['cbc', program, 'ratioGap', '0', 'allowableGap', '0', 'solve', 'quit'],
  found: last(/(?:Integer solution of|^Objective value:)\s*(-?[\d.e+]+)/),
})

/** `[CPU-seconds, score]` whenever a solver says it has something better, until its time is up or it ends. */
export function follow({ words, found }, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn('stdbuf', ['-oL', ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
    const points = []
    let used = 0
    const look = () => {
      used = cpuSecondsOf(child.pid) ?? used
      if (used > limit) child.kill('SIGKILL')
      return used
    }
    const watch = setInterval(look, 20)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const score = found(line)
      const at = look()
      if (score !== undefined && at <= limit && score > (points.at(-1)?.[1] ?? 0)) points.push([at, score])
    })
    child.once('error', reject)
    child.once('close', (status) => {
      clearInterval(watch)
      // 30 is clingo's for an optimum found.
      resolve({ points, ended: status === 0 || status === 30 ? used : undefined })
    })
  })
}

/** The best that was known then. */
export const atTime = (points, seconds) => points.findLast(([at]) => at <= seconds)?.[1] ?? 0
