// A zone is used when times can be said in it, and UTC otherwise.
import { expect, test } from 'vitest'
import { usableZone } from './zone.ts'

test('a zone that is none becomes UTC', () => {
  for (const named of ['Europe/Vienna', 'America/New_York', 'UTC']) expect(usableZone(named)).toBe(named)
  for (const named of ['Etc/Unknown', 'Nowhere', '', undefined]) expect(usableZone(named)).toBe('UTC')
})
