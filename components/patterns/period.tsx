'use client'
// The choice of how many days a history shows.
import { Button } from '../ui/button.tsx'
import { periods } from './periods.ts'

export function Period({ chosen, onChoose }: { chosen: number; onChoose(days: string): void }) {
  return (
    <fieldset className="flex gap-1">
      <legend className="sr-only">How many days are shown</legend>
      {periods.map((each) => (
        <Button
          key={each}
          size="small"
          look={Number(each) === chosen ? 'primary' : 'plain'}
          aria-pressed={Number(each) === chosen}
          onClick={() => onChoose(each)}
        >
          {each} days
        </Button>
      ))}
    </fieldset>
  )
}
