// The thread of integrity.ts: opens the file for reading only, and asks SQLite.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const { file } = workerData as { file: string }
const database = new DatabaseSync(file, { readOnly: true })
try {
  const rows = database.prepare('PRAGMA quick_check(10)').all() as { quick_check: string }[]
  const found = rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
  parentPort?.postMessage(found)
} finally {
  database.close()
}
