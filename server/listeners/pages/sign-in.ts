// The plain pages for people who are not signed in: sign in, sign out, and make the first administrator by the one-time link.
import { authPath, basePath } from '../../auth/index.ts'
import { type Html, html } from './html.ts'

/** next-auth's codes, in words. */
const refusals: Readonly<Record<string, string>> = {
  CredentialsSignin: 'Name or password is wrong, or the code is.',
  SecondFactorRequired: 'This account has a second factor: enter its code, or a recovery code, as well.',
  TooManyAttempts: 'Too many attempts. Wait a while, then try again.',
  AccessDenied: 'The identity provider knows you, but you have no role here.',
}

export type SignInPage = {
  readonly csrfToken: string
  /** next-auth's code of the last refusal. */
  readonly error?: string | null
  /** Where to go on: a path of this console. */
  readonly to: string
  /** The label of the identity provider's button. */
  readonly provider?: string | undefined
}

export const signInBody = ({ csrfToken, error, to, provider }: SignInPage): Html => html`
${error && html`<p class="problem" role="alert">${refusals[error] ?? 'Sign-in failed. Try again.'}</p>`}
<form method="post" action="${authPath}/callback/password">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${to}">
<label>E-mail <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label>Code, if you have a second factor <input name="code" autocomplete="one-time-code"></label>
<button>Sign in</button>
</form>
${
  provider !== undefined &&
  html`<form method="post" action="${authPath}/signin/oidc">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${to}">
<p><button>${provider}</button></p>
</form>`
}
`

export const signOutBody = (csrfToken: string): Html => html`
<form method="post" action="${authPath}/signout">
<input type="hidden" name="csrfToken" value="${csrfToken}">
<input type="hidden" name="callbackUrl" value="${basePath}">
<button>Sign out</button>
</form>
`

/** The token of a link stands behind its #, where no server sees it: this puts it into the form. */
export const tokenScript =
  "const field=document.querySelector('[name=token]');if(location.hash.length>1)field.value=location.hash.slice(1)"

export type LinkPage = {
  readonly token?: string | undefined
  /** Why the last try failed. */
  readonly problem?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
}

export const setUpBody = ({ token, problem, name, email }: LinkPage): Html => html`
<p>Choose who the first administrator is. The link works once.</p>
${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="${basePath}/set-up">
<label>Token: what stands behind the # of the link
<input name="token" value="${token}" autocomplete="off" required></label>
<label>Name <input name="name" value="${name}" autocomplete="name" required></label>
<label>E-mail <input name="email" type="email" value="${email}" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="new-password" required></label>
<button>Create the administrator</button>
</form>
`

export const setPasswordBody = ({ token, problem }: LinkPage): Html => html`
<p>Choose your password. The link works once.</p>
${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="${basePath}/set-password">
<label>Token: what stands behind the # of the link
<input name="token" value="${token}" autocomplete="off" required></label>
<label>Password <input name="password" type="password" autocomplete="new-password" required></label>
<button>Set the password</button>
</form>
`
