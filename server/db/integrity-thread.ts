// The thread of integrity.ts: opens the file for reading only, and asks SQLite. It has to be the SQLite of the catalog itself: two
// copies of SQLite in one process drop each other's locks (https://sqlite.org/howtocorrupt.html, 2.2.1).
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

const { file } = workerData as { file: string }
const database = new Database(file, { readonly: true })
try {
  const rows = database.pragma('quick_check(10)') as { quick_check: string }[]
  const found = rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
  parentPort?.postMessage(found)
} finally {
  database.close()
}
