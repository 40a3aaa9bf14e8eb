// The servers that are measured, each on a free loopback port and with files under one folder.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Person } from '../../script/demo/client.js'
import { ready, run, start } from './processes.mjs'

const here = import.meta.dirname
const root = join(here, '..', '..')
const mapping = join(root, 'services/catalogue/data/short-breaks-mapping.csv')
export const administrator = { email: 'administrator@bench.example', password: 'measure twice, cut once' }

async function freePort() {
  const ports = await run(process.execPath, [join(root, 'tests/system/free_ports.mjs'), '1'])
  return Number(ports)
}

/** `commonpurse serve` with its built-in configuration. `database` is a PostgreSQL connection text. */
export async function startCommonPurse(bench, name, { database = '', market = false } = {}) {
  const folder = join(bench.folder, name)
  mkdirSync(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = {
    COMMONPURSE_DATA_DIR: folder, COMMONPURSE_HTTP_PORT: String(port), COMMONPURSE_PUBLIC_URL: url,
    COMMONPURSE_DATABASE_URL: database,
    // All families of the measurement sign in from one address.
    COMMONPURSE_SIGN_IN_ATTEMPTS_PER_MINUTE: '1000',
  }
  if (market) await run(bench.program, ['import', 'mapping', mapping], { environment })
  await run(bench.program,
    ['account', 'create', '--role', 'administrator', '--email', administrator.email, '--name', 'Administrator'],
    { environment, input: `${administrator.password}\n` })
  const server = start(bench.program, ['serve'], join(folder, 'server.log'), environment)
  await ready(`${url}/readyz`, server)
  return { ...server, url, environment, file: join(folder, 'commonpurse.db') }
}

export async function signInAdministrator(url) {
  return new Person(url).signIn(administrator.email, administrator.password)
}

/** nginx with one worker and nothing that costs time: no access log, files kept open. */
export async function startNginx(bench, name, locations) {
  const folder = join(bench.folder, name)
  mkdirSync(folder)
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`)
  const configuration = `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/pid;
events { worker_connections 1024; }
http {
  ${temporary.join(' ')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  server_tokens off;
  keepalive_requests 1000000000;
  open_file_cache max=16;
  server { listen 127.0.0.1:${port}; location = /ready { return 200; } ${locations(folder)} }
}
`
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const server = start('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], join(folder, 'server.log'))
  const url = `http://127.0.0.1:${port}`
  await ready(`${url}/ready`, server)
  return { ...server, url }
}

/** Fastify on the SQLite file of a Common Purse, with the Node that has SQLite in it. */
export async function startFastify(bench, name, file) {
  const folder = join(bench.folder, name)
  mkdirSync(folder)
  const port = await freePort()
  const server = start(bench.nodeWithSqlite, ['--disable-warning=ExperimentalWarning', join(here, 'fastify_server.mjs'), file, String(port)],
    join(folder, 'server.log'), { NODE_ENV: 'production' })
  const url = `http://127.0.0.1:${port}`
  await ready(`${url}/healthz`, server)
  return { ...server, url }
}
