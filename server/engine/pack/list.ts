// Which packs are in the storage.
import { hasCode } from '../../contract/errors.ts'
import type { ReadStorage } from '../../storage/types.ts'
import { isOurs } from '../repository/names.ts'
import { packKey } from './writer.ts'

export type FoundPack = { readonly id: string; readonly size: number }

/** From the listing; objects whose name can't be a pack's are left out. */
export async function listPacks(storage: ReadStorage): Promise<FoundPack[]> {
  const packs: FoundPack[] = []
  for await (const { key, size } of storage.list('packs/'))
    if (isOurs(key)) packs.push({ id: key.slice(key.lastIndexOf('/') + 1), size })
  return packs
}

/** Asks for one pack: a listing may lag behind. Undefined when it is not there. */
export async function packSize(storage: ReadStorage, id: string): Promise<number | undefined> {
  try {
    return (await storage.stat(packKey(id))).size
  } catch (error) {
    if (hasCode(error, 'not_found')) return undefined
    throw error
  }
}
