// What a preview shows of files of every kind, from a real repository.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { codeRejected } from '../../engine/testing.ts'
import { actor, openBench } from '../repositories/testing.ts'
import { snapshotInputs } from './index.ts'

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const files: Readonly<Record<string, Buffer>> = {
  text: Buffer.from('Grüße\nfrom <b>here</b>\n'),
  empty: Buffer.alloc(0),
  long: Buffer.from(`a${'ü'.repeat(50_000)}`),
  latin: Buffer.from('Gr\xfc\xdfe', 'latin1'),
  utf16: Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from('Grüße', 'utf16le')]),
  picture: Buffer.concat([png, Buffer.alloc(200_000, 7)]),
  'large.png': Buffer.concat([png, Buffer.alloc(2 << 20)]),
  'vector.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  'lies.png': Buffer.from('MZ\0\0 no picture'),
  bytes: Buffer.from(Uint8Array.from({ length: 1000 }, (_, i) => i % 256)),
}

test('shows text, pictures that hold no script, and the first bytes of the rest', async () => {
  await using bench = await openBench()
  const { id } = await bench.makeRepository()
  const source = path.join(bench.folder, 'source')
  fs.mkdirSync(source)
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(source, name), content)
  await bench.backUp(id, source)
  await bench.snapshots.sync(id)
  const row = await bench.catalog.db.snapshot.findFirstOrThrow()
  const preview = (name: string) =>
    bench.snapshots.preview(actor, snapshotInputs.entry.parse({ id: row.id, path: path.join(source, name) }))

  const text = (shown: string, encoding = 'utf-8') => ({ kind: 'text', text: shown, truncated: false, encoding })
  expect(await preview('text')).toEqual(text('Grüße\nfrom <b>here</b>\n'))
  expect(await preview('empty')).toEqual(text(''))
  expect(await preview('latin')).toEqual(text('Grüße', 'windows-1252'))
  expect(await preview('utf16')).toEqual(text('Grüße', 'utf-16le'))
  expect(await preview('vector.svg')).toMatchObject({ kind: 'text' })
  // 64 KiB end within a character, which is left out.
  expect(await preview('long')).toEqual({ ...text(`a${'ü'.repeat(32_767)}`), truncated: true })
  const picture = { kind: 'image', mime: 'image/png', base64: files.picture?.toString('base64') }
  expect(await preview('picture')).toEqual(picture)
  const hex = (name: string) => ({ kind: 'binary', hex: files[name]?.toString('hex').slice(0, 512) })
  expect(await preview('large.png')).toEqual(hex('large.png'))
  expect(await preview('lies.png')).toEqual(hex('lies.png'))
  expect(await preview('bytes')).toEqual(hex('bytes'))
  expect(await codeRejected(preview('none'))).toBe('not_found')
  expect(await codeRejected(preview('.'))).toBe('usage')
  const events = await bench.catalog.db.auditEvent.findMany({ where: { action: 'snapshot.preview' } })
  expect(events).toHaveLength(Object.keys(files).length)
  expect(JSON.parse(events[0]?.details ?? '')).toEqual({ path: path.join(source, 'text') })
})
