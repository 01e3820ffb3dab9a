// For the Prisma command line only: which schema, and how it does without downloading an engine (prisma/schema-engine.ts).
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./scripts/schema-engine.ts', import.meta.url))
const provider = process.env.HOLDFAST_CATALOG === 'postgresql' ? 'postgresql' : 'sqlite'
export default defineConfig({
  schema: `prisma/${provider}`,
  migrations: { path: `prisma/${provider}/migrations` },
  datasource: { url: provider === 'sqlite' ? 'file:unused' : 'postgresql://unused' },
})
