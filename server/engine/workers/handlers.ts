// Kinds of lanes, loaded when first used.
import type { HandlerModule } from './protocol.ts'

export const handlers: Record<string, () => Promise<HandlerModule>> = {
  archive: () => import('../archive/worker.ts'),
  restore: () => import('../restore/worker.ts'),
  verify: () => import('../verify/worker.ts'),
}
