// A server of the demo that is killed in the middle of a backup: `simulation.ts` starts it as a process of its own, with what it needs as JSON.
import { HoldfastError } from '#server/contract/errors.ts'
import { MINUTE } from './clock.ts'
import { type Ports, placesOf } from './document.ts'
import { Simulation } from './simulation.ts'

export type Killed = {
  readonly folder: string
  readonly ports: Ports
  readonly seed: string
  /** When it is started; soon after that a schedule wants a backup. */
  readonly at: number
}

const { folder, ports, seed, at } = JSON.parse(process.argv[2] ?? '') as Killed
const simulation = new Simulation(placesOf(folder), ports, seed, at)
await simulation.start()
// All is stored but the snapshot that names it.
simulation.beforeNextSnapshot(() => process.kill(process.pid, 'SIGKILL'))
await simulation.run(at + 2 * MINUTE)
throw new HoldfastError('internal', 'No schedule made a backup that it could have been killed in')
