// Makes package-lock.json good for every platform and every registry: run by `npm run lock` after a dependency changed.
// npm leaves optional packages out of the lock when the registry in use lacks them, and then `npm ci` refuses the lock ("Missing: ...").
import { readFileSync, writeFileSync } from 'node:fs'

const LOCK = new URL('../package-lock.json', import.meta.url)
const SYSTEM = /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(?=-|$)/
const PROCESSOR = /-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?=-|$)/
const EXACT = /^\d+\.\d+\.\d+/

/** Where npm would look for `name` when the package at `from` asks for it, nearest first. */
function places(from, name) {
  const found = [`node_modules/${name}`]
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    found.unshift(`${at}/node_modules/${name}`)
  }
  return found
}

/** A lock entry for a platform package that could not be asked for: what its name says, and no hash. */
function entry(name, version, dev) {
  const system = SYSTEM.exec(name)?.[1]
  const processor = PROCESSOR.exec(name)?.[1]
  if (system === undefined || processor === undefined)
    throw new Error(`${name}: its name does not tell which platform it is for`)
  const libc = system === 'linux' ? { libc: [name.includes('musl') ? 'musl' : 'glibc'] } : {}
  return { version, cpu: [processor], ...(dev ? { dev: true } : {}), ...libc, optional: true, os: [system] }
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8'))
const added = []
for (const [from, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (places(from, name).some((place) => place in lock.packages)) continue
    if (!EXACT.test(version)) throw new Error(`${from} wants ${name} ${version}: no exact version to lock`)
    lock.packages[`node_modules/${name}`] = entry(name, version, dev)
    added.push(name)
  }
}
for (const locked of Object.values(lock.packages)) delete locked.resolved
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`)
console.log(added.length === 0 ? 'package-lock.json is complete' : `package-lock.json: added ${added.join(', ')}`)
