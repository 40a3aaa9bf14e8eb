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

/** One that neither works nor ends is given up after so many times its CPU-seconds, for a machine that others use, and a minute. */
const mostWaiting = 20

/** `[CPU-seconds, score]` whenever a solver says it has something better, until its time is up or it ends. */
export function follow({ words, found }, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn('stdbuf', ['-oL', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
    const points = []
    let used = 0
    let wrong = ''
    child.stderr.setEncoding('utf8').on('data', (part) => { wrong = (wrong + part).slice(-500) })
    const look = () => {
      used = cpuSecondsOf(child.pid) ?? used
      if (used > limit) child.kill('SIGKILL')
      return used
    }
    const watch = setInterval(look, 20)
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${words.join(' ')}: used ${used} of ${limit} CPU-seconds and did not end`))
    }, 1000 * (60 + mostWaiting * limit))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const score = found(line)
      const at = look()
      if (score !== undefined && at <= limit && score > (points.at(-1)?.[1] ?? 0)) points.push([at, score])
    })
    const end = () => {
      clearInterval(watch)
      clearTimeout(late)
    }
    child.once('error', (error) => {
      end()
      reject(error)
    })
    child.once('close', (status) => {
      end()
      // 126 and 127 are those of `stdbuf` for what cannot be started.
      if (status === 126 || status === 127) return reject(new Error(`${words[0]} cannot be started: ${wrong}`))
      // 30 is clingo's for an optimum found.
      const isDone = status === 0 || status === 30
      resolve({ points, ended: isDone ? used : undefined, failed: isDone || used > limit ? undefined : `failed after ${used.toFixed(1)} s: ${wrong.trim().split('\n')[0]}` })
    })
  })
}

/** The best that was known then. */
export const atTime = (points, seconds) => points.findLast(([at]) => at <= seconds)?.[1] ?? 0
