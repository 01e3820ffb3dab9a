// A process that opens the catalog, says so, and closes it: node open-catalog.ts URL [MIGRATIONS]
import { openCatalog } from '../../server/db/index.ts'
import { systemClock } from '../../server/lib/clock.ts'

const [url = '', migrations] = process.argv.slice(2)
const catalog = await openCatalog({ url, clock: systemClock, ...(migrations === undefined ? {} : { migrations }) })
process.stdout.write('open\n')
await catalog.close()
