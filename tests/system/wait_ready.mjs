// Waits until every address answers 200, for half a minute at most.
const until = Date.now() + 30_000
for (const address of process.argv.slice(2)) {
  for (;;) {
    const status = await fetch(address).then((answer) => answer.status, (error) => error.cause?.code)
    if (status === 200) break
    if (Date.now() > until) {
      console.error(`${address} is not ready: ${status}`)
      process.exit(1)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
