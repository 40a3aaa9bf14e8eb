// Prints as many free loopback ports as asked for, all different.
import { createServer } from 'node:net'

const servers = []
for (let i = 0; i < Number(process.argv[2]); i++) {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
}
console.log(servers.map((server) => server.address().port).join(' '))
for (const server of servers) server.close()
