// Which snapshots are of the same source.
import { expect, test } from 'vitest'
import { type SourceFields, sourceOf } from './sources.ts'

const byHand: SourceFields = { repositoryId: 'r1', scheduleName: null, host: 'h', paths: [{ path: '/a' }] }
const nightly: SourceFields = { ...byHand, scheduleName: 'nightly' }

test.each<[string, SourceFields, SourceFields]>([
  ['a schedule whose paths were changed', nightly, { ...nightly, paths: [{ path: '/a' }, { path: '/b' }] }],
  ['a schedule that went to another host', nightly, { ...nightly, host: 'other' }],
  ['the same paths by hand', byHand, { ...byHand, paths: [{ path: '/a' }] }],
  [
    'the same bytes, however they are shown',
    { ...byHand, paths: [{ path: '/\\xff', pathBytes: 'L/8=' }] },
    { ...byHand, paths: [{ path: '/?', pathBytes: 'L/8=' }] },
  ],
])('one source: %s', (_name, a, b) => expect(sourceOf(a)).toBe(sourceOf(b)))

test.each<[string, SourceFields, SourceFields]>([
  ['two schedules of one path', nightly, { ...nightly, scheduleName: 'weekly' }],
  ['a schedule, and its path by hand', nightly, byHand],
  ['two repositories', nightly, { ...nightly, repositoryId: 'r2' }],
  ['two hosts', byHand, { ...byHand, host: 'other' }],
  ['two paths', byHand, { ...byHand, paths: [{ path: '/b' }] }],
  ['one path more', byHand, { ...byHand, paths: [{ path: '/a' }, { path: '/b' }] }],
  [
    'a host that is called like a path',
    { ...byHand, host: '/a', paths: [] },
    { ...byHand, host: '', paths: [{ path: '/a' }] },
  ],
  ['a schedule that is called like a host with its paths', { ...byHand, scheduleName: '["h","/a"]' }, byHand],
  [
    'bytes, and a text that looks like them',
    { ...byHand, paths: [{ path: 'x', pathBytes: 'L/8=' }] },
    { ...byHand, paths: [{ path: 'L/8=' }] },
  ],
  [
    'bytes that are shown alike',
    { ...byHand, paths: [{ path: '/\\xff', pathBytes: 'L/8=' }] },
    { ...byHand, paths: [{ path: '/\\xff' }] },
  ],
])('two sources: %s', (_name, a, b) => expect(sourceOf(a)).not.toBe(sourceOf(b)))
