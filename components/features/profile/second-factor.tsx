'use client'
// The second factor: whether there is one, and the ways to set it up, renew its recovery codes, or take it off.
import { ShieldCheck, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { counted } from '../../patterns/format.ts'
import { Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/overlays.tsx'
import { Card } from '../../ui/surfaces.tsx'
import type { ProfileItem } from './profile.tsx'
import { DisableForm, RenewForm } from './second-factor-forms.tsx'
import { SetUpFactor } from './set-up-factor.tsx'

type What = 'set-up' | 'renew' | 'disable'

const titles: Readonly<Record<What, string>> = {
  'set-up': 'Set up a second factor',
  renew: 'New recovery codes',
  disable: 'Take the second factor off',
}
/** With fewer it is time for new ones. */
const FEW = 3

export function SecondFactor({ profile }: { profile: ProfileItem }) {
  const [what, setWhat] = useState<What>()
  const [codes, setCodes] = useState(false)
  const close = (): void => {
    setWhat(undefined)
    setCodes(false)
  }
  const onCodes = (): void => setCodes(true)
  const { secondFactor, recoveryCodes } = profile
  return (
    <Card title="Second factor">
      <div className="flex flex-col gap-4">
        <p className="flex flex-wrap items-center gap-2">
          {secondFactor ? <StatusBadge state="active" word="On" /> : <StatusBadge state="none" word="Off" />}
          {secondFactor
            ? `${counted(recoveryCodes, 'recovery code')} left`
            : 'Whoever learns your password gets in. A code from an app on your phone stops that.'}
        </p>
        {secondFactor && recoveryCodes < FEW && (
          <Notice tone="warning" title="Make new recovery codes soon">
            Without your phone and without codes only an administrator can let you in again.
          </Notice>
        )}
        <div className="flex flex-wrap gap-2">
          {secondFactor ? (
            <>
              <Button onClick={() => setWhat('renew')}>New recovery codes</Button>
              <Button
                look="danger"
                icon={<ShieldOff aria-hidden className="size-4" />}
                onClick={() => setWhat('disable')}
              >
                Take it off
              </Button>
            </>
          ) : (
            <Button
              look="primary"
              icon={<ShieldCheck aria-hidden className="size-4" />}
              onClick={() => setWhat('set-up')}
            >
              Set it up
            </Button>
          )}
        </div>
      </div>
      <Dialog
        open={what !== undefined}
        onOpenChange={close}
        title={what === undefined ? '' : titles[what]}
        mustAnswer={codes}
      >
        {what === 'set-up' && <SetUpFactor onCodes={onCodes} onClose={close} />}
        {what === 'renew' && <RenewForm onCodes={onCodes} onClose={close} />}
        {what === 'disable' && <DisableForm onClose={close} />}
      </Dialog>
    </Card>
  )
}
