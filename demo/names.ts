// Names that trip programs up: the console has to show, find and restore them like any other.
import fs from 'node:fs'
import path from 'node:path'

/** Each with what is in it. Bytes, for some are no text. */
const names: readonly (readonly [name: Buffer, content: string])[] = [
  [Buffer.from('<img src=x onerror=alert(1)>.txt'), 'A name with markup.\n'],
  [
    Buffer.from('"><script>alert(2)<\uff0fscript>.html'),
    '<!doctype html>\n<script>alert(3)</script>\n<p>Content with markup.</p>\n',
  ],
  [Buffer.from('first line\nsecond line.txt'), 'A name with a newline.\n'],
  [Buffer.from('tab\there and bell\x07.txt'), 'A name with control characters.\n'],
  [
    Buffer.concat([Buffer.from('caf\xe9 ', 'latin1'), Buffer.from([0xff, 0xfe]), Buffer.from('.txt')]),
    'A name that is no UTF-8.\n',
  ],
  [
    Buffer.from(`${'a very long name that goes on and on '.repeat(6).slice(0, 196)}.txt`),
    'A name of 200 characters.\n',
  ],
  [Buffer.from('תקציב שנתי 2026.txt'), 'A name that is read from right to left.\n'],
  [Buffer.from('invoice\u202efdp.exe'), 'A name that turns its end around.\n'],
  [Buffer.from('年度報告 📊 🇯🇵.txt'), 'Letters of other scripts, and pictures.\n'],
  [Buffer.from('-rf *'), 'A name that looks like an option.\n'],
  [Buffer.from(' leading and trailing space '), 'Spaces at both ends.\n'],
  [Buffer.from('$(reboot) `id` %s %00 ..;.txt'), 'A name that shells would read.\n'],
]

/** Makes files with such names in a folder that is made, too. */
export function makeOddNames(folder: string): void {
  fs.mkdirSync(folder, { recursive: true })
  for (const [name, content] of names) fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), content)
  const deep = path.join(folder, ...Array.from({ length: 12 }, (_, depth) => `level ${depth + 1}`))
  fs.mkdirSync(deep, { recursive: true })
  fs.writeFileSync(path.join(deep, 'at the bottom.txt'), 'Twelve folders down.\n')
}
