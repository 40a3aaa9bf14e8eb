// The PostgreSQL that others' figures come from.
import { run } from './processes.mjs'

/** The PostgreSQL that script/with_services started. */
export class Postgres {
  static async find() {
    const text = process.env.COMMONPURSE_TEST_POSTGRES
    if (!text) throw new Error('COMMONPURSE_TEST_POSTGRES is not set: start this with script/bench.')
    const postgres = new Postgres(text)
    postgres.fsync = await postgres.ask('SHOW fsync')
    if (postgres.fsync !== 'on') throw new Error('PostgreSQL runs without fsync: start this with script/bench.')
    const folder = await postgres.ask('SHOW data_directory')
    postgres.pid = Number((await postgres.ask(`SELECT split_part(pg_read_file('${folder}/postmaster.pid'), E'\\n', 1)`)))
    return postgres
  }

  constructor(text) { this.text = text }

  async ask(sql, database = 'postgres') {
    return (await run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', this.at(database), '-c', sql])).trim()
  }
  at(database) { return this.text.replace(/dbname=\S+/, `dbname=${database}`) }
  async create(database) {
    await this.ask(`CREATE DATABASE ${database}`)
    return this.at(database)
  }
}
