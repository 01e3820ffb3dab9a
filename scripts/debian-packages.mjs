// Checks that the programs which the tests compare Holdfast with are there; as root it installs what is missing.
// HOLDFAST_SKIP_PACKAGES=1 goes on without them: tests that need one then fail or are skipped, each saying so.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian package -> a program that proves that it is installed. */
const PACKAGES = {
  acl: 'setfacl',
  attr: 'setfattr',
  bsdutils: 'script',
  bzip2: 'bzip2',
  chromium: 'chromium',
  curl: 'curl',
  'docker-compose': 'docker-compose',
  e2fsprogs: 'mkfs.ext4',
  git: 'git',
  'libcap2-bin': 'setcap',
  'p7zip-full': '7z',
  postgresql: 'initdb',
  python3: 'python3',
  systemd: 'systemd-analyze',
  'util-linux': 'losetup',
  'xz-utils': 'xz',
  zstd: 'zstd',
}

/** Debian keeps the programs of each version of PostgreSQL in a folder of its own. */
const postgres = () => {
  const root = '/usr/lib/postgresql'
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : []
}

/** Programs for root are often missing from an ordinary user's PATH. */
const folders = () => [
  ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  '/usr/sbin',
  '/sbin',
  ...postgres(),
]

function isThere(program) {
  return folders().some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const missing = () => Object.keys(PACKAGES).filter((name) => !isThere(PACKAGES[name]))

/** Runs apt-get without questions; true when it succeeded. */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return status === 0
}

function main() {
  let lacking = missing()
  if (lacking.length === 0) return console.log('packages: all there')
  if (process.env.HOLDFAST_SKIP_PACKAGES === '1') {
    return console.warn(`packages: WARNING: going on without ${lacking.join(' ')} (HOLDFAST_SKIP_PACKAGES=1)`)
  }
  if (process.getuid() === 0 && isThere('apt-get')) {
    console.log(`packages: installing ${lacking.join(' ')}`)
    aptGet('update')
    aptGet('install', '-y', '--no-install-recommends', ...lacking)
    lacking = missing()
    if (lacking.length === 0) return console.log('packages: installed')
  }
  console.error('packages: the tests need some Debian packages that are missing. Type this, then run the tests again:')
  console.error(`  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${lacking.join(' ')}`)
  console.error('or set HOLDFAST_SKIP_PACKAGES=1 to go on without them.')
  process.exitCode = 1
}

main()
