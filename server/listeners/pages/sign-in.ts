// The plain pages for people who are not signed in: sign in, sign out, and make the first administrator by the one-time link.
import { authPath, basePath } from '../../auth/index.ts'
import { minimumPasswordLength } from '../../auth/password-policy.ts'
import { type Html, html } from './html.ts'

/** next-auth's codes, in words. */
const refusals: Readonly<Record<string, string>> = {
  CredentialsSignin: 'Name or password is wrong, or the code is.',
  SecondFactorRequired: 'This account has a second factor: enter its code, or a recovery code, as well.',
  TooManyAttempts: 'Too many attempts. Wait a while, then try again.',
  AccessDenied: 'The identity provider knows you, but you have no role here.',
}

/** What was done before the page, by its word in the address. */
const notes: Readonly<Record<string, string>> = {
  'set-up': 'The first administrator is made. Sign in, and the first steps follow.',
  password: 'Your password is set. Sign in with it.',
}

export type SignInPage = {
  readonly csrfToken: string
  /** next-auth's code of the last refusal. */
  readonly error?: string | null
  /** A word of `notes`. */
  readonly done?: string | null
  /** Where to go on: a path of this console. */
  readonly to: string
  /** The label of the identity provider's button. */
  readonly provider?: string | undefined
  /** The address where sign-in works, when the browser has the console at another. */
  readonly home?: string | undefined
}

/** The one address where forms are taken, for somebody who is at another. */
const homeNote = (home: string | undefined): Html | false =>
  home !== undefined &&
  html`<p class="problem" role="alert">Sign in at <a href="${home}">${new URL(home).origin}${basePath}</a>: what is sent from the address that you came by is not taken.</p>`

const problemOf = (text: string | undefined): Html | false =>
  text !== undefined && html`<p class="problem" role="alert">${text}</p>`

const refusalOf = (error: string | null | undefined): string | undefined =>
  error ? (refusals[error] ?? 'Sign-in failed. Try again.') : undefined

const codeField = (needed: boolean): Html => {
  const field = html`<label>Code <input name="code" autocomplete="one-time-code" autocapitalize="off" spellcheck="false"${needed && html` required`}>
<span class="hint">Six digits of your authenticator app, or one of your recovery codes.</span></label>`
  return needed ? field : html`<details><summary>I have a second factor</summary>${field}</details>`
}

export const signInBody = ({ csrfToken, error, done, to, provider, home }: SignInPage): Html => html`
${homeNote(home)}
${problemOf(refusalOf(error))}
${!error && done && Object.hasOwn(notes, done) && html`<p class="note" role="status">${notes[done]}</p>`}
<form method="post" action="${authPath}/callback/password">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${to}">
<label>E-mail <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
${codeField(error === 'SecondFactorRequired')}
<div class="actions"><button>Sign in</button></div>
</form>
${
  provider !== undefined &&
  html`<form method="post" action="${authPath}/signin/oidc">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${to}">
<div class="actions"><button class="other">${provider}</button></div>
</form>`
}
<p class="quiet">No account, or the password is lost? An administrator makes you a link.</p>
`

export const signOutBody = (csrfToken: string): Html => html`
<p>Backups and restores that run go on.</p>
<form method="post" action="${authPath}/signout">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${basePath}">
<div class="actions"><button autofocus>Sign out</button><a class="button other" href="${basePath}">Stay</a></div>
</form>
`

/** The token of a link stands behind its #, where no server sees it: this puts it into the form, and the field out of the way. */
export const tokenScript =
  "const field=document.querySelector('[name=token]');if(location.hash.length>1)field.value=location.hash.slice(1);" +
  "if(field.value)field.closest('label').hidden=true"

export type LinkPage = {
  readonly token?: string | undefined
  /** Why the last try failed. */
  readonly problem?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
  /** The address where the link works, when the browser has the console at another. */
  readonly home?: string | undefined
}

/** No link: what stands behind its # would be lost. */
const linkNote = (home: string | undefined): Html | false =>
  home !== undefined &&
  html`<p class="problem" role="alert">Open the link at ${home}, with all that stands behind the #: what is sent from the address that you came by is not taken.</p>`

const tokenField = (token: string | undefined): Html => html`<label>Token
<input name="token" value="${token}" autocomplete="off" autocapitalize="off" spellcheck="false" required>
<span class="hint">What stands behind the # of the link.</span></label>`

const newPasswordField = (autofocus: boolean): Html => html`<label>Password
<input name="password" type="password" autocomplete="new-password" minlength="${minimumPasswordLength}" required${autofocus && html` autofocus`}>
<span class="hint">At least ${minimumPasswordLength} characters, such as four unrelated words.</span></label>`

export const setUpBody = ({ token, problem, name, email, home }: LinkPage): Html => html`
${linkNote(home)}
<p>You become the first administrator: you say what is protected, and who else may sign in. The link works once.</p>
${problemOf(problem)}
<form method="post" action="${basePath}/set-up">
${tokenField(token)}
<label>Your name <input name="name" value="${name}" autocomplete="name" required autofocus></label>
<label>E-mail <input name="email" type="email" value="${email}" autocomplete="username" required>
<span class="hint">You sign in with it.</span></label>
${newPasswordField(false)}
<div class="actions"><button>Create the administrator</button></div>
</form>
`

export const setPasswordBody = ({ token, problem, home }: LinkPage): Html => html`
${linkNote(home)}
<p>The link works once. Wherever you are signed in, you are signed out.</p>
${problemOf(problem)}
<form method="post" action="${basePath}/set-password">
${tokenField(token)}
${newPasswordField(true)}
<div class="actions"><button>Set the password</button></div>
</form>
`
