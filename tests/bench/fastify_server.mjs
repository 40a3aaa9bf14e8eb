// The catalogue's page of services as a Node programmer would write it: Fastify with a response
// schema (so that it compiles its own serialiser) and prepared statements of node:sqlite.
//   node fastify_server.mjs FILE PORT
import Fastify from 'fastify'
import { DatabaseSync } from 'node:sqlite'

const [file, port] = process.argv.slice(2)
const database = new DatabaseSync(file, { readOnly: true })
const needs = ['learning', 'autism', 'physical', 'sensory_hearing', 'sensory_vision', 'communication', 'behaviour', 'adhd',
  'complex', 'palliative', 'personal_care', 'epilepsy', 'other']

const findAuthority = database.prepare('SELECT id FROM catalogue_authorities WHERE id = $1 OR name_key = $1 OR slug = $1')
const columns = `s.id, s.authority_names, s.tier, s.name, s.sort_name, s.type, s.needs_text, s.needs, s.age_min, s.age_max,
  s.age_note, s.provider, s.provider_name, s.provider_kind, s.provider_number, s.referral_route, s.session_hours,
  s.capacity, s.pattern, s.place, s.offers`
const findServices = database.prepare(`SELECT ${columns} FROM catalogue_services s WHERE s.listed = 1
  AND EXISTS (SELECT 1 FROM catalogue_service_authorities a WHERE a.service = s.id AND a.authority = $1)
  AND (s.provider IS NULL OR NOT EXISTS (SELECT 1 FROM catalogue_vetting v
    WHERE v.provider = s.provider AND v.state = 'rejected' AND v.authority = $1))
  ORDER BY s.sort_name, s.id LIMIT $2`)

function view(row) {
  return {
    id: row.id, authority_name: row.authority_names, tier: row.tier, name: row.name, type: row.type, needs_text: row.needs_text,
    needs: needs.filter((_, bit) => (row.needs >> bit) & 1), age_min: row.age_min, age_max: row.age_max,
    age_note: row.age_note, ages_known: row.age_min !== null && row.age_max !== null, provider: row.provider,
    provider_name: row.provider_name, provider_kind: row.provider_kind, provider_number: row.provider_number,
    referral_route: row.referral_route, session_hours: row.session_hours, capacity: row.capacity, pattern: row.pattern,
    place: row.place, distance_miles: null, offer_count: row.offers,
  }
}

/** The sort key of the last service: each value after its length in bytes, in base64 for addresses. */
function cursor({ sort_name, id }) {
  const packed = [sort_name, id].map((value) => `${Buffer.byteLength(value)}:${value}`).join('')
  return Buffer.from(packed).toString('base64url')
}

const text = { type: 'string' }
const maybe = (type) => ({ type: [type, 'null'] })
const service = {
  type: 'object',
  properties: {
    id: text, authority_name: text, tier: text, name: text, type: text, needs_text: text, needs: { type: 'array', items: text },
    age_min: maybe('integer'), age_max: maybe('integer'), age_note: text, ages_known: { type: 'boolean' },
    provider: maybe('string'), provider_name: text, provider_kind: text, provider_number: text, referral_route: text,
    session_hours: text, capacity: text, pattern: text, place: maybe('string'), distance_miles: maybe('number'),
    offer_count: { type: 'integer' },
  },
}
const schema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { authority: text, limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 } },
    required: ['authority'],
  },
  response: {
    200: { type: 'object', properties: { items: { type: 'array', items: service }, next: maybe('string') } },
  },
}

const server = Fastify({ logger: false })
server.get('/healthz', async () => ({ status: 'alive' }))
server.get('/v1/catalogue/services', { schema }, async (request, reply) => {
  const { authority, limit } = request.query
  const found = findAuthority.get({ $1: authority.toLowerCase() })
  if (!found) return reply.code(422).send({ detail: 'There is no such authority.' })
  const rows = findServices.all({ $1: found.id, $2: limit + 1 })
  const more = rows.length > limit
  if (more) rows.pop()
  const next = more ? `/v1/catalogue/services?authority=${authority}&limit=${limit}&after=${cursor(rows.at(-1))}` : null
  return { items: rows.map(view), next }
})
await server.listen({ host: '127.0.0.1', port: Number(port) })
