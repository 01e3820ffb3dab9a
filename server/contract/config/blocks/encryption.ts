// How repositories are encrypted and where their key comes from.
import { absolutePath, flag, group, oneOf, variable, whole, words } from '../fields.ts'

export const keySources = ['file', 'environment', 'hsm'] as const

export const encryption = group({
  enabled: flag().optional(),
  algorithm: oneOf(['AES-256-GCM']).optional(),
  key_size: whole(256, 256, 'bits').optional(),
  key_derivation: group({
    algorithm: oneOf(['PBKDF2']).optional(),
    iterations: whole(100_000, 10_000_000).optional(),
    salt_size: whole(128, 256, 'bits').optional(),
  }).optional(),
  key_management: group({
    source: oneOf(keySources),
    file_path: absolutePath().optional(),
    environment_variable: variable().optional(),
    hsm: group({
      module_path: absolutePath(),
      slot: whole(0, 4_294_967_295).optional(),
      token_label: words(32).optional(),
      key_label: words(100),
      pin_env_var: variable(),
    }).optional(),
  }).optional(),
})
