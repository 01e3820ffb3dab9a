// While a page is on its way, once that takes longer than people notice.
import { pageFetchedOrLate } from '#components/data/server.tsx'
import { PageSkeleton } from '#components/patterns/page.tsx'

export default async function Loading() {
  await pageFetchedOrLate()
  return <PageSkeleton />
}
