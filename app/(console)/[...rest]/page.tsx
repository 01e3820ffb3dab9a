// Addresses within the console that lead nowhere: the frame stays.
import { notFound } from 'next/navigation'

export default function Rest() {
  notFound()
}
