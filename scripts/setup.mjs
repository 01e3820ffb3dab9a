// Brings node_modules (and with it the pinned Node), the catalog's clients and the console's pages up to date: before `npm start` and `npm test`.
// Plain JavaScript for Node 16 and later, because it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const LOCK = join(ROOT, 'package-lock.json')
const PINNED = join(`node-linux-${process.arch}`, 'bin', 'node')
const MODULES = join(ROOT, 'node_modules')
/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = join(MODULES, '.holdfast-installed-from')

const say = (line) => console.log(`setup: ${line}`)

function fail(...lines) {
  for (const line of lines) console.error(`setup: ${line}`)
  process.exit(1)
}

/** The npm that started this, on the Node it runs on (not one inside node_modules, which `npm ci` deletes); else the one on PATH. */
function npm(...args) {
  const { npm_execpath: script = '', npm_node_execpath: node = process.execPath } = process.env
  const known = /\bnpm-cli\.c?js$/.test(script) && existsSync(node)
  const [command, first] = known ? [node, [script]] : ['npm', []]
  return spawnSync(command, [...first, ...args], { cwd: ROOT, stdio: 'inherit' })
}

/** `npm ci` when the lock file is not the one that node_modules came from. Install scripts are never run: nothing here needs one. */
function install() {
  const hash = createHash('sha256').update(readFileSync(LOCK)).digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return say('packages are up to date')
  say('installing the packages of package-lock.json (npm ci)')
  rmSync(STAMP, { force: true })
  const { status, signal, error } = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error')
  if (status !== 0) {
    const how = error ? error.message : signal ? `signal ${signal}` : `exit status ${status}`
    fail(
      `"npm ci" failed (${how}); its own message is above. Nothing was started.`,
      `It needs a package registry within reach, npm 9 or later, and the right to write to ${MODULES}.`,
      'When that is so, type the same command again: it starts over.',
    )
  }
  prove(hash)
}

/** npm takes a platform package that would not install for an option; here it is the one thing that everything runs on. */
function prove(hash) {
  const { status, stdout, error } = spawnSync(join(MODULES, PINNED), ['--version'], { encoding: 'utf8' })
  if (status !== 0) {
    fail(
      `the pinned Node does not run here (${process.platform} ${process.arch}${error ? `: ${error.message}` : ''}).`,
      'Holdfast runs on Linux with glibc, on x64 and arm64; if this is one, its package could not be fetched: type the same command again.',
    )
  }
  writeFileSync(STAMP, hash)
  say(`packages are installed, with Node ${stdout.trim()}`)
}

/** npm 9 and 10 lose this link: they delete it together with the package for the other processor. */
function link() {
  const path = join(MODULES, '.bin', 'node')
  if (existsSync(path)) return
  rmSync(path, { force: true })
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(join('..', PINNED), path)
  say('linked the pinned Node as node_modules/.bin/node')
}

/** The catalog's clients, made from prisma/: again when the models or Prisma changed. */
function generate() {
  if (!existsSync(join(ROOT, 'prisma'))) return
  const stamp = join(ROOT, 'generated', '.made-from')
  const models = readdirSync(join(ROOT, 'prisma'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.prisma'))
    .sort()
    .map((name) => readFileSync(join(ROOT, 'prisma', name), 'utf8'))
  const hash = createHash('sha256').update(readFileSync(LOCK)).update(models.join('\0')).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  rmSync(join(ROOT, 'generated'), { recursive: true, force: true })
  for (const catalog of ['sqlite', 'postgresql']) {
    const env = { ...process.env, HOLDFAST_CATALOG: catalog, PATH: `${join(MODULES, '.bin')}:${process.env.PATH}` }
    const { status, stdout, stderr } = spawnSync(join(MODULES, '.bin', 'prisma'), ['generate'], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    })
    if (status !== 0) fail(`"prisma generate" failed for ${catalog}:`, stdout, stderr)
  }
  writeFileSync(stamp, hash)
  say('the clients of the catalog are made')
}

/** What the pages are made of and by. Of the server they take types, and the code of contract/. */
const PAGES = [
  'app',
  'components',
  'server/contract',
  'next.config.mjs',
  'postcss.config.mjs',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
  'scripts/setup.mjs',
]

function filesOf(place) {
  const path = join(ROOT, place)
  if (!statSync(path).isDirectory()) return [place]
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesOf(join(place, name)))
}

/** Shorter files fit into one packet as they are; fonts are packed already. */
const packable = (file) => /\.(js|css|json|svg)$/.test(file) && statSync(join(ROOT, file)).size > 1024

/** Packs what browsers fetch, once and as small as can be, so that nothing has to be packed for each of them (server/listeners/assets.ts). */
function pack() {
  for (const file of filesOf('.next/static').filter(packable)) {
    const content = readFileSync(join(ROOT, file))
    // Quality 11 and a window for all of it are what Node takes unless told otherwise.
    writeFileSync(join(ROOT, `${file}.br`), brotliCompressSync(content))
    writeFileSync(join(ROOT, `${file}.gz`), gzipSync(content, { level: 9 }))
  }
}

/** The console's pages, built by Next: again when something that they are made of changed. */
function build() {
  if (!existsSync(join(ROOT, 'app'))) return
  const stamp = join(ROOT, '.next', '.made-from')
  const sum = createHash('sha256')
  for (const file of PAGES.flatMap(filesOf))
    sum
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0')
  const hash = sum.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  say('building the pages of the console (next build)')
  rmSync(stamp, { force: true })
  const { status, stdout, stderr } = spawnSync(
    join(MODULES, '.bin', 'node'),
    [join(MODULES, 'next/dist/bin/next'), 'build'],
    {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      encoding: 'utf8',
    },
  )
  if (status !== 0) fail('"next build" failed:', stdout, stderr)
  pack()
  writeFileSync(stamp, hash)
  say('the pages of the console are built')
}

install()
link()
generate()
build()
