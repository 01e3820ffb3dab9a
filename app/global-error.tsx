'use client'
// When the frame of the console itself broke: the same words, without anything that could have broken it.
import PageError from './(console)/error.tsx'
import './globals.css'

export default function GlobalError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="py-12">
          <PageError {...props} />
        </main>
      </body>
    </html>
  )
}
