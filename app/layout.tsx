// The frame of every page: language, fonts, and the theme that the viewer chose.
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import './globals.css'

export const metadata: Metadata = { title: { default: 'Holdfast', template: '%s - Holdfast' } }
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }
/** Every page is for one viewer, and carries a policy of its own. */
export const dynamic = 'force-dynamic'

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get('holdfast-theme')?.value
  const chosen = theme === 'light' || theme === 'dark' ? theme : undefined
  return (
    <html lang="en" data-theme={chosen} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>{children}</body>
    </html>
  )
}
