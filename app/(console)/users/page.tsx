// Users: who may sign in, and with which role.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { usersInput } from '#components/features/users/input.ts'
import { Users } from '#components/features/users/users.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Users' }

type Search = Promise<Readonly<Record<string, string | string[] | undefined>>>

export default async function UsersPage({ searchParams }: { searchParams: Search }) {
  const asked = await searchParams
  const one = (name: string): string => [asked[name]].flat()[0] ?? ''
  const input = usersInput({ search: one('search'), role: one('role'), status: one('status') })
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(trpc.users.list.infiniteQueryOptions(input, { getNextPageParam: nextPage })),
      ]}
    >
      <Users />
    </Prefetched>
  )
}
