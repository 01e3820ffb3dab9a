// A repository as a whole: made in an empty place only, opened by its secret only, and right again after what can be mended.
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../../storage/memory.ts'
import { defaultCompression } from '../codec/codecs.ts'
import { META } from '../crypto/chunk-id.ts'
import { nameOf } from '../crypto/seal.ts'
import { writePacks } from '../pack/testing.ts'
import { packKey } from '../pack/writer.ts'
import { codeRejected, flipBit, keysOf, makeRepository, password, SECRET, tickingClock } from '../testing.ts'
import { CONFIG_KEY } from './config.ts'
import { Repository } from './repository.ts'
import { addSlot, MIN_ITERATIONS } from './slots.ts'

const init = async (
  storage: ReturnType<typeof openMemory>,
  secret = SECRET,
  iterations = MIN_ITERATIONS,
): Promise<void> =>
  Repository.init({ storage }, secret, {
    clock: tickingClock(),
    compression: defaultCompression,
    iterations,
    label: '',
  })

describe('init', () => {
  it('writes a slot, words for people, and the config', async () => {
    const storage = openMemory()
    await init(storage)
    expect(keysOf(storage, '').map((key) => key.replace(/[0-9a-f]{64}/, '<id>'))).toEqual([
      'README.txt',
      'config',
      'keys/<id>',
    ])
    const readme = Buffer.from(storage.objects.get('README.txt')!).toString()
    expect(readme).toContain('format 1')
  })

  it.each(['config', 'README.txt', 'notes', 'packs/00/x', 'keys/x'])(
    'is refused where there is %s, and changes nothing',
    async (key) => {
      const storage = openMemory(new Map([[key, Buffer.from('x')]]))
      expect(await codeRejected(init(storage))).toBe('exists')
      expect(keysOf(storage, '')).toEqual([key])
    },
  )

  it('is refused where a repository is', async () => {
    const { storage } = await makeRepository()
    const before = keysOf(storage, '')
    expect(await codeRejected(init(storage))).toBe('exists')
    expect(keysOf(storage, '')).toEqual(before)
  })

  it('is refused with an empty secret or too few or many iterations, and leaves nothing', async () => {
    const storage = openMemory()
    expect(await codeRejected(init(storage, password('')))).toBe('usage')
    expect(await codeRejected(init(storage, SECRET, 99_999))).toBe('usage')
    expect(await codeRejected(init(storage, SECRET, 10_000_001))).toBe('usage')
    expect(keysOf(storage, '')).toEqual([])
  })
})

describe('open', () => {
  it('gives the repository that was made', async () => {
    const { storage, open } = await makeRepository({ codec: 'gzip', level: 6 })
    const repository = await open()
    expect(repository.config.compression).toEqual({ codec: 'gzip', level: 6 })
    expect(repository.config.id).toMatch(/^[0-9a-f]{64}$/)
    expect(repository.configText).toBe(Buffer.from(storage.objects.get(CONFIG_KEY)!).toString())
    expect(repository.configState).toBe('good')
    expect(keysOf(storage, 'keys/')).toEqual([`keys/${repository.slot.id}`])
  })

  it('finds none in an empty place', async () => {
    expect(await codeRejected(Repository.open({ storage: openMemory() }, SECRET))).toBe('not_found')
  })

  it('refuses a wrong secret, and a right one of another kind', async () => {
    const { storage } = await makeRepository()
    expect(await codeRejected(Repository.open({ storage }, password('wrong')))).toBe('wrong_secret')
    expect(await codeRejected(Repository.open({ storage }, { ...SECRET, kind: 'keyfile' }))).toBe('wrong_secret')
  })

  it('says that it is damaged when no slot is left', async () => {
    const { storage } = await makeRepository()
    storage.objects.delete(keysOf(storage, 'keys/')[0]!)
    expect(await codeRejected(Repository.open({ storage }, SECRET))).toBe('damaged')
  })

  it('says that it is damaged when the only slot is', async () => {
    const { storage } = await makeRepository()
    const [key] = keysOf(storage, 'keys/')
    storage.objects.set(key!, flipBit(storage.objects.get(key!)!, 300))
    expect(await codeRejected(Repository.open({ storage }, SECRET))).toBe('damaged')
  })
})

describe('another slot', () => {
  it('opens the same repository, also when the first is damaged or no slot at all', async () => {
    const { storage, open } = await makeRepository()
    const { keyring, configText } = await open()
    const material = { masters: keyring.material.masters, repositoryId: keyring.repositoryId, config: configText }
    const other = password('battery staple')
    const [first] = keysOf(storage, 'keys/')
    await addSlot(storage, other, material, { iterations: MIN_ITERATIONS, label: '', now: 0 })
    for (const bytes of [Buffer.from('null'), Buffer.from('{}'), Buffer.from('[1]'), Buffer.from('"x"')])
      storage.objects.set(`keys/${nameOf(bytes)}`, bytes)
    storage.objects.set(first!, flipBit(storage.objects.get(first!)!, 300))
    const repository = await Repository.open({ storage }, other)
    expect(repository.keyring.id).toEqual(keyring.id)
    expect(await codeRejected(open())).toBe('damaged')
  })

  it('of another repository with the same secret does not get in the way', async () => {
    const { storage, open } = await makeRepository()
    const { config } = await open()
    const other = await makeRepository()
    for (const key of keysOf(other.storage, 'keys/')) storage.objects.set(key, other.storage.objects.get(key)!)
    expect((await open()).config.id).toBe(config.id)
  })
})

describe('the config object', () => {
  it.each<[string, (text: string) => string | undefined, 'missing' | 'altered']>([
    ['lost', () => undefined, 'missing'],
    ['emptied', () => '', 'altered'],
    ['spoilt', (text) => text.replace('{', '['), 'altered'],
    ['altered: another id', (text) => text.replace(/"id": "../, '"id": "00'), 'altered'],
    ['altered: another codec', (text) => text.replace('"zstd"', '"none"'), 'altered'],
    ['altered: another size of chunks', (text) => text.replace('4194304', '4194305'), 'altered'],
    ['altered: a feature', (text) => text.replace('"read": []', '"read": ["rainbow"]'), 'altered'],
    ['altered: another format', (text) => text.replace('"format": 1', '"format": 2'), 'altered'],
  ])('that is %s does not matter, since the slot has it, and is put right', async (_, change, state) => {
    const { storage, open } = await makeRepository()
    const text = Buffer.from(storage.objects.get(CONFIG_KEY)!).toString()
    const changed = change(text)
    expect(changed).not.toBe(text)
    if (changed === undefined) storage.objects.delete(CONFIG_KEY)
    else storage.objects.set(CONFIG_KEY, Buffer.from(changed))
    const repository = await open()
    expect(repository.configState).toBe(state)
    expect(repository.configText).toBe(text)
    await repository.healConfig()
    expect(Buffer.from(storage.objects.get(CONFIG_KEY)!).toString()).toBe(text)
    expect((await open()).configState).toBe('good')
  })

  it('of another repository changes neither id nor settings', async () => {
    const { storage, open } = await makeRepository()
    const { config } = await open()
    const other = await makeRepository({ codec: 'none', level: 0 })
    storage.objects.set(CONFIG_KEY, other.storage.objects.get(CONFIG_KEY)!)
    const repository = await open()
    expect(repository.config).toEqual(config)
    expect(repository.configState).toBe('altered')
  })
})

describe('the index', () => {
  const node = Buffer.from('a node')

  async function withPacks(count: number) {
    const made = await makeRepository()
    const { storage } = made
    const { keyring, newIndexWriter } = await made.open().then((repository) => ({
      keyring: repository.keyring,
      newIndexWriter: () => repository.newIndexWriter(),
    }))
    const frames = Array.from({ length: count }, (_, i) => [Buffer.concat([node, Uint8Array.of(i)])])
    const packs = await writePacks(storage, keyring, frames, { chunkClass: META, target: 1 })
    for (const pack of packs) {
      const writer = newIndexWriter()
      writer.add(pack)
      await writer.flush()
    }
    return { ...made, packs, keyring }
  }
  const readAll = async (
    repository: Repository,
    packs: Awaited<ReturnType<typeof withPacks>>['packs'],
  ): Promise<string[]> =>
    Promise.all(packs.map(async (pack) => codeRejected(repository.readChunk(META, pack.frames[0]!.ids))))

  it('leads to every chunk, and is read once', async () => {
    const { open, packs, storage } = await withPacks(3)
    const repository = await open()
    const table = await repository.loadIndex()
    expect(table.count).toBe(3)
    expect(await repository.loadIndex()).toBe(table)
    expect(await readAll(repository, packs)).toEqual(['nothing', 'nothing', 'nothing'])
    expect(keysOf(storage, 'index/')).toHaveLength(3)
  })

  it('of another repository is refused, whatever its name', async () => {
    const { storage, open } = await withPacks(1)
    const other = await withPacks(1)
    const [key] = keysOf(other.storage, 'index/')
    storage.objects.set(key!, other.storage.objects.get(key!)!)
    expect(await codeRejected((await open()).loadIndex())).toBe('damaged')
  })

  it('whose objects changed places is refused', async () => {
    const { storage, open } = await withPacks(2)
    const [one, two] = keysOf(storage, 'index/') as [string, string]
    const bytes = storage.objects.get(one)!
    storage.objects.set(one, storage.objects.get(two)!)
    storage.objects.set(two, bytes)
    expect(await codeRejected((await open()).loadIndex())).toBe('damaged')
  })

  it('with a damaged object serves with what is left, for whoever asks for that', async () => {
    const { storage, open, packs } = await withPacks(2)
    const [one] = keysOf(storage, 'index/')
    storage.objects.set(one!, flipBit(storage.objects.get(one!)!, 400))
    const repository = await open()
    const told: string[] = []
    await repository.loadIndex({ onDamage: (key) => told.push(key) })
    expect(told).toEqual([one])
    expect((await readAll(repository, packs)).sort()).toEqual(['damaged', 'nothing'])
  })

  it('is not led astray by files that are no index objects', async () => {
    const { storage, open, packs } = await withPacks(1)
    storage.objects.set('index/.DS_Store', Buffer.from('x'))
    const repository = await open()
    await repository.loadIndex()
    expect(await readAll(repository, packs)).toEqual(['nothing'])
  })

  it('leaves packs aside that are not there as listed, for whoever looked', async () => {
    const { storage, open, packs } = await withPacks(3)
    const present = new Map(packs.map((pack) => [pack.id, pack.size]))
    present.delete(packs[0]!.id)
    present.set(packs[1]!.id, 10)
    storage.objects.delete(packKey(packs[0]!.id))
    const repository = await open()
    const missing: string[] = []
    await repository.loadIndex({ present, onMissing: (pack) => missing.push(pack) })
    expect(missing.sort()).toEqual([packs[0]!.id, packs[1]!.id].sort())
    expect(repository.table.count).toBe(1)
  })

  it('is whole for whoever asks for it while it is being read', async () => {
    const { storage, packs } = await withPacks(3)
    const early: Promise<string[]>[] = []
    const watched: typeof storage = {
      ...storage,
      stat: async (key) => {
        early.push(repository.loadIndex().then(() => readAll(repository, packs)))
        await new Promise((resolve) => setTimeout(resolve, 5))
        return storage.stat(key)
      },
    }
    const repository = await Repository.open({ storage: watched }, SECRET)
    await repository.loadIndex({ present: new Map() })
    expect(early).toHaveLength(3)
    expect((await Promise.all(early)).flat()).toEqual(Array(9).fill('nothing'))
    expect(repository.packs).toHaveLength(3)
  })

  it('can be read again when that failed', async () => {
    const { storage, packs } = await withPacks(1)
    let dead = false
    const get: typeof storage.get = async (key, options) => {
      if (dead) throw new HoldfastError('unavailable', 'The line is dead')
      return storage.get(key, options)
    }
    const repository = await Repository.open({ storage: { ...storage, get } }, SECRET)
    dead = true
    expect(await codeRejected(repository.loadIndex())).toBe('unavailable')
    dead = false
    await repository.loadIndex()
    expect(await readAll(repository, packs)).toEqual(['nothing'])
  })

  it('takes in many packs that nothing was known of, without getting full', async () => {
    const { open, packs } = await withPacks(1)
    const repository = await open()
    await repository.loadIndex()
    const many = 60_000
    for (let n = 0; n < 4; n++) {
      const ids = Buffer.alloc(many * 32)
      for (let i = 0; i < many; i++) ids.writeDoubleBE(Math.sin(i + n * many + 1), i * 32)
      const frame = { storedLength: 16, rawLength: 0, codec: 0, ids, lengths: Array<number>(many).fill(0) }
      repository.addPack({ ...packs[0]!, frames: [frame] })
    }
    expect(repository.table.count).toBeGreaterThan(200_000)
  })

  it('comes from the cache, and from the storage when that is spoilt', async () => {
    const { storage, packs } = await withPacks(1)
    const cache = openMemory()
    const look = async (): Promise<string[]> => {
      const repository = await Repository.open({ storage, cache }, SECRET)
      await repository.loadIndex()
      return readAll(repository, packs)
    }
    const [key] = keysOf(storage, 'index/')
    expect(await look()).toEqual(['nothing'])
    expect(cache.objects.get(key!)).toEqual(storage.objects.get(key!))
    for (const bytes of [Buffer.alloc(0), flipBit(cache.objects.get(key!)!, 350)]) {
      cache.objects.set(key!, bytes)
      expect(await look()).toEqual(['nothing'])
      expect(cache.objects.get(key!)).toEqual(storage.objects.get(key!))
    }
  })

  it('has to be loaded before anything is read', async () => {
    const { open, packs } = await withPacks(1)
    const repository = await open()
    expect(() => repository.table).toThrow(expect.objectContaining({ code: 'internal' }))
    expect(() => repository.readChunk(META, packs[0]!.frames[0]!.ids)).toThrow(
      expect.objectContaining({ code: 'internal' }),
    )
  })
})
