// What the page of a folder asks for, on the server ahead and in the browser alike.
import { inputOf, type Place } from '../../patterns/places.ts'

/** So many entries come at once. */
const LIMIT = 500

export const browseInput = (id: string, place: Place, prefix: string) => ({
  id,
  ...inputOf(place),
  ...(prefix === '' ? {} : { prefix }),
  limit: LIMIT,
})
