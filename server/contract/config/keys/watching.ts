// Keys of monitoring, alerts and notifications.
import { type KeyEffect, rowsOf } from './row.ts'

const monitoring = rowsOf('monitoring', 'later')
const health = rowsOf('health', 'now')
const log = rowsOf('the log', 'now')
const alerts = rowsOf('alerts', 'later')
const alertsOwn = rowsOf('alerts', 'later', { beyond: true })
const messages = rowsOf('notifications', 'later')
const messagesOwn = rowsOf('notifications', 'later', { beyond: true })

export const watchingKeys: readonly KeyEffect[] = [
  health('monitoring.enabled', 'health is checked, and metrics are collected (those with a later issue)', {
    default: 'true',
  }),
  monitoring('monitoring.metrics_collection.collection_interval_minutes', 'how often', { unit: 'minutes' }),
  monitoring(
    'monitoring.metrics_collection.metrics',
    'which: backup_success_rate, storage_utilization, backup_duration, network_throughput, compression_ratio',
  ),
  health('monitoring.health_checks.storage_connectivity', 'check that every repository can be reached', {
    default: 'true',
  }),
  health('monitoring.health_checks.backup_service_availability', 'check that scheduler and queue work', {
    default: 'true',
  }),
  health('monitoring.health_checks.encryption_functionality', 'check that the keys open the repositories', {
    default: 'true',
  }),
  health('monitoring.health_checks.catalog_integrity', 'check the catalog and the audit trail', { default: 'true' }),
  log('monitoring.logging.level', 'the least important lines that are written: DEBUG, INFO, WARNING, ERROR, CRITICAL', {
    default: 'INFO',
  }),
  log('monitoring.logging.file_path', 'where lines (JSON) go', { default: 'stderr' }),
  log('monitoring.logging.rotation.size_mb', 'a new file is begun at this size', { unit: 'MiB', default: '100' }),
  log('monitoring.logging.rotation.backup_count', 'older files that are kept', { unit: 'files', default: '10' }),
  log('monitoring.logging.sensitive_data_masking', 'whatever looks like a secret is masked', { default: 'true' }),
  alertsOwn('alerts.default_recipients', 'who is told by alerts that name nobody: mail addresses'),
  alerts('alerts.alert_triggers[].name', 'what the alert is called'),
  alerts('alerts.alert_triggers[].condition', 'when it is raised, such as consecutive_failures > 2'),
  alerts('alerts.alert_triggers[].severity', 'low, medium, high or critical'),
  alerts('alerts.alert_triggers[].recipients', 'who is told: mail addresses', { default: 'alerts.default_recipients' }),
  alerts('alerts.alert_triggers[].notification_method', 'over which channels: email, slack, sms, dashboard, webhook'),
  alertsOwn('alerts.alert_triggers[].enabled', 'false: it is never raised', { default: 'true' }),
  messages('notifications.channels.email.enabled', 'false: no mail is sent', { default: 'true' }),
  messages('notifications.channels.email.smtp_server', 'the mail server'),
  messages('notifications.channels.email.smtp_port', 'its port (STARTTLS)', { default: '587' }),
  messages('notifications.channels.email.username_env_var', 'the variable with the account there'),
  messages('notifications.channels.email.password_env_var', 'the variable with its password'),
  messages('notifications.channels.email.sender_email', 'the sender'),
  messages('notifications.channels.slack.enabled', 'false: nothing is posted', { default: 'true' }),
  messages('notifications.channels.slack.webhook_url_env_var', 'the variable with the webhook'),
  messages('notifications.channels.slack.channel', 'the channel that is posted to'),
  messagesOwn('notifications.channels.sms.enabled', 'false: no message is sent', { default: 'true' }),
  messagesOwn('notifications.channels.sms.provider', 'twilio', { default: 'twilio' }),
  messagesOwn('notifications.channels.sms.account_sid_env_var', 'the variable with the account'),
  messagesOwn('notifications.channels.sms.auth_token_env_var', 'the variable with its token'),
  messagesOwn('notifications.channels.sms.from_number', 'the number that messages come from'),
  messagesOwn('notifications.channels.sms.to_numbers', 'the numbers that they go to'),
  messages('notifications.channels.dashboard.enabled', 'false: nothing appears in the console', { default: 'true' }),
  rowsOf('console', 'now')(
    'notifications.channels.dashboard.url',
    'where people find the console, unless console.public_url says so',
  ),
  messagesOwn('notifications.channels.webhook.enabled', 'false: nothing is posted', { default: 'true' }),
  messagesOwn('notifications.channels.webhook.url_env_var', 'the variable with the address'),
  messagesOwn(
    'notifications.channels.webhook.signing_key_env_var',
    'the variable with the key that messages are signed with',
  ),
  messages('notifications.event_triggers[].name', 'what the trigger is called'),
  messages('notifications.event_triggers[].condition', "which events, such as backup_status == 'success'"),
  messages('notifications.event_triggers[].recipients', 'who is told: mail addresses'),
  messages('notifications.event_triggers[].channels', 'over which channels'),
  messagesOwn('notifications.event_triggers[].enabled', 'false: it does nothing', { default: 'true' }),
]
