'use client'
// A QR code, made in the browser: what is in it goes to no server.
import { useMemo } from 'react'
import { encode } from 'uqr'

/** Modules around it that scanners need. */
const QUIET = 4

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: modules } = encode(text, { border: 0, ecc: 'M' })
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size: modules, path: squares.join('') }
  }, [text])
  const whole = size + 2 * QUIET
  return (
    // Dark on light in both themes: not every camera reads the opposite.
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-QUIET} ${-QUIET} ${whole} ${whole}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-md border bg-surface text-text [color-scheme:light]"
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
