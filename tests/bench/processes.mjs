// Servers that the script starts, the CPU time they use, and their end.
import { execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const started = []

/** Starts a server whose output goes to a file; it is stopped by `stopAll` at the latest. */
export function start(command, parameters, logFile, environment = {}) {
  const log = openSync(logFile, 'w')
  const child = spawn(command, parameters, { stdio: ['ignore', log, log], env: { ...process.env, ...environment } })
  const server = { pid: child.pid, command, logFile, child, ended: new Promise((resolve) => child.once('close', resolve)) }
  child.once('error', (error) => console.error(`${command}: ${error.message}`))
  started.push(server)
  return server
}

export async function stop(server) {
  if (server.child.exitCode === null && server.child.signalCode === null) {
    server.child.kill('SIGTERM')
    const late = setTimeout(() => server.child.kill('SIGKILL'), 30_000)
    await server.ended
    clearTimeout(late)
  }
}

export async function stopAll() {
  await Promise.all(started.map(stop))
}

/** The last lines of what every server said, for when something went wrong. */
export function lastWords() {
  return started.map(({ command, logFile }) => {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8)
    return `--- ${command} (${logFile})\n${lines.join('\n')}`
  }).join('\n')
}

/** Waits until an address answers 200. */
export async function ready(url, server) {
  const until = Date.now() + 60_000
  for (;;) {
    const status = await fetch(url).then((answer) => answer.status, (error) => error.cause?.code)
    if (status === 200) return
    if (server.child.exitCode !== null || Date.now() > until) {
      throw new Error(`${url} is not ready: ${status}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Runs a program to its end and answers what it wrote. */
export function run(command, parameters, { environment = {}, input, errors } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { env: { ...process.env, ...environment } })
    let out = ''
    let wrong = ''
    child.stdout.setEncoding('utf8').on('data', (part) => { out += part })
    child.stderr.setEncoding('utf8').on('data', (part) => { wrong += part })
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(errors ? { out, wrong } : out)
      else reject(new Error(`${command} ${parameters.join(' ')}: status ${status}\n${wrong}${out}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** The fields of /proc/<pid>/stat after the name, which may have spaces and brackets in it. */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** CPU-seconds of one process with all its threads; nothing once it is gone. */
export function cpuSecondsOf(pid) {
  const fields = stat(pid)
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/**
 * CPU-seconds, in user and system mode, of all threads of a process and of all its descendants,
 * those included that ended and were waited for.
 */
export function cpuSeconds(root) {
  const processes = new Map()
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) && stat(name)
    if (fields) processes.set(Number(name), fields)
  }
  let ticks = 0
  for (const [pid, fields] of processes) {
    let above = pid
    while (above && above !== root) above = Number(processes.get(above)?.[1])
    // utime, stime, and both of the children that were waited for: fields 14 to 17 of proc(5).
    if (above === root) ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }
  return ticks / ticksPerSecond
}
