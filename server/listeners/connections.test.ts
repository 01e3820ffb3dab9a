// A port that is taken: whoever starts the server is told which, how to find out who has it, and how to choose another.
import http from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { listen } from './connections.ts'

const host = '127.0.0.1'

test('a port that somebody else has is told with the way to another', async () => {
  const [first, second] = [http.createServer(), http.createServer()]
  onTestFinished(() => void first.close())
  const port = await listen(first, { name: 'console', host, port: 0 })
  const taken = listen(second, { name: 'API', host, port })
  await expect(taken).rejects.toMatchObject({ code: 'unavailable' })
  await expect(taken).rejects.toThrow(
    `The API cannot listen on ${host}:${port}: something listens there already, perhaps another Holdfast (ss -ltnp 'sport = :${port}' shows what). Choose another port with HOLDFAST_API_PORT=NUMBER, or with api.port in the configuration`,
  )
})

test('what else is wrong with an address is said in the words of the system', async () => {
  const server = http.createServer()
  const why = 'listen EADDRNOTAVAIL: address not available 192.0.2.1:3000'
  vi.spyOn(server, 'listen').mockImplementation(() => {
    queueMicrotask(() => server.emit('error', Object.assign(new Error(why), { code: 'EADDRNOTAVAIL' })))
    return server
  })
  const wrong = listen(server, { name: 'console', host: '192.0.2.1', port: 3000 })
  await expect(wrong).rejects.toMatchObject({ code: 'unavailable' })
  await expect(wrong).rejects.toThrow(`The console cannot listen on 192.0.2.1:3000: ${why}`)
})
