// Who is told of what, and over which channels.
import { condition, email, flag, group, host, list, name, oneOf, port, variable, webAddress, words } from '../fields.ts'

export const severities = ['low', 'medium', 'high', 'critical'] as const
export const channelNames = ['email', 'slack', 'sms', 'dashboard', 'webhook'] as const

export const alerts = group({
  default_recipients: list(email()).optional(),
  alert_triggers: list(
    group({
      name: name(),
      condition: condition(),
      severity: oneOf(severities),
      recipients: list(email()).optional(),
      notification_method: list(oneOf(channelNames), 1),
      enabled: flag().optional(),
    }),
  ).optional(),
})

export const notifications = group({
  channels: group({
    email: group({
      enabled: flag().optional(),
      smtp_server: host(),
      smtp_port: port().optional(),
      username_env_var: variable().optional(),
      password_env_var: variable().optional(),
      sender_email: email(),
    }).optional(),
    slack: group({
      enabled: flag().optional(),
      webhook_url_env_var: variable(),
      channel: words(100).optional(),
    }).optional(),
    sms: group({
      enabled: flag().optional(),
      provider: oneOf(['twilio']).optional(),
      account_sid_env_var: variable(),
      auth_token_env_var: variable(),
      from_number: words(20),
      to_numbers: list(words(20), 1),
    }).optional(),
    dashboard: group({ enabled: flag().optional(), url: webAddress().optional() }).optional(),
    webhook: group({
      enabled: flag().optional(),
      url_env_var: variable(),
      signing_key_env_var: variable().optional(),
    }).optional(),
  }).optional(),
  event_triggers: list(
    group({
      name: name(),
      condition: condition(),
      recipients: list(email()).optional(),
      channels: list(oneOf(channelNames), 1),
      enabled: flag().optional(),
    }),
  ).optional(),
})
