'use client'
// The frame of a step: its content, and the buttons at its end.
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'

export function StepCard({ title, children, actions }: { title: string; children: ReactNode; actions: ReactNode }) {
  return (
    <Card title={title}>
      <div className="flex flex-col gap-4">{children}</div>
      <div className="mt-5 flex flex-wrap justify-end gap-2 border-t pt-4">{actions}</div>
    </Card>
  )
}

export const NextButton = ({
  onClick,
  disabled,
  children = 'Next',
}: {
  onClick(): void
  disabled?: boolean
  children?: ReactNode
}) => (
  <Button look="primary" disabled={disabled === true} onClick={onClick}>
    {children}
  </Button>
)
