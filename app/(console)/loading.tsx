// While a page is on its way, once that takes longer than people notice. Nearly all pages come sooner, and then stand in the answer itself:
// shown first and replaced, they would come half a second later, for React reveals what it replaces in batches.
import { setTimeout as sleep } from 'node:timers/promises'
import { PageSkeleton } from '#components/patterns/page.tsx'

const LATE_MS = 500

export default async function Loading() {
  await sleep(LATE_MS)
  return <PageSkeleton />
}
