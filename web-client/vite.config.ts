import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const server = process.env.COMMONPURSE_URL ?? 'http://127.0.0.1:8080'
const repository = fileURLToPath(new URL('..', import.meta.url))

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    // The content security policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  css: {
    // govuk-frontend's style sheets keep a few declarations for browsers that lightningcss does not read.
    lightningcss: { errorRecovery: true },
    preprocessorOptions: { scss: { loadPaths: ['node_modules'], quietDeps: true } },
  },
  server: {
    proxy: { '/v1': server, '/openapi.json': server, '/connection': { target: server, ws: true } },
    fs: { allow: [repository] },
  },
  test: {
    globals: true,
    include: [`${repository}tests/web/unit/**/*.test.ts`],
  },
})
