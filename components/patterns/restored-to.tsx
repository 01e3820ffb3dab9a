// Where a restore puts files: the top of the server is no place that anybody chose, but says that each file goes to its own path.
import type { ComponentProps } from 'react'
import { FileName } from './file-name.tsx'
import { isTopOfServer, ORIGINAL_WORDS } from './restore-choice.ts'

export const RestoredTo = ({
  target,
  ...look
}: { target: string } & Pick<ComponentProps<typeof FileName>, 'className' | 'wrap' | 'middle'>) =>
  isTopOfServer(target) ? <span>{ORIGINAL_WORDS}</span> : <FileName name={target} {...look} />
