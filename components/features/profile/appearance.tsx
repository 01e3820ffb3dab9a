'use client'
// Light, dark, or as the system has it; kept in this browser.
import { useEffect, useState } from 'react'
import { ChoiceCards } from '../../patterns/field.tsx'
import { chooseTheme, type Theme } from '../../patterns/theme.ts'
import { Card } from '../../ui/surfaces.tsx'

export function Appearance() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => {
    const chosen = document.documentElement.dataset.theme
    setTheme(chosen === 'light' || chosen === 'dark' ? chosen : 'system')
  }, [])
  return (
    <Card title="Appearance">
      <ChoiceCards
        legend="Colours in this browser"
        name="theme"
        value={theme}
        onChange={(next) => {
          setTheme(next)
          chooseTheme(next)
        }}
        choices={[
          { value: 'system', label: 'As the system', hint: 'Follows the setting of your device.' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Card>
  )
}
