// What looks like a secret, so that it is refused in the document and shown nowhere.

/** Names of keys whose value would be a secret itself. */
const secretKey =
  /(^|_|-)(password|passwd|pwd|passphrase|secret|secret_key|access_key|access_key_id|account_key|api_?key|app_key|private_key|encryption_key|signing_key|token|credentials?|webhook_url|connection_string|sas|pin)$/i

/** Formats that nothing but a secret has. Repetitions are bounded, so that a long text takes no long time. */
const secretValues: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bhooks\.slack\.com\/services\/\S+/i,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  /\bgh[opsur]_[A-Za-z0-9]{30,}/,
  /\beyJ[A-Za-z0-9_-]{8,300}\.[A-Za-z0-9_-]{8,1000}\./,
  /\bSG\.[A-Za-z0-9_-]{16,100}\.[A-Za-z0-9_-]{16,100}/,
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^/\s:@]{0,200}:[^/\s@]{1,200}@/i,
  /\bAccountKey=[A-Za-z0-9+/=]{20,}/i,
]

export const isSecretKey = (key: string): boolean => secretKey.test(key)

/** Whether the text holds something that can only be a secret, such as a private key or a URL with a password. */
export const holdsSecret = (text: string): boolean => secretValues.some((pattern) => pattern.test(text))

export const isVariableKey = (key: string): boolean => /(_env_var|^environment_variable)$/.test(key)

const MAX_SHOWN = 80

/** A value as it may stand in a message: short, on one line, and with no secret in it. `key`: what it is the value of. */
export function shownValue(key: string, value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  if (isSecretKey(key) || isVariableKey(key) || holdsSecret(value)) return '(not shown: it may be a secret)'
  const text = JSON.stringify(value)
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}..."`
}
