// An address that leads nowhere, outside of the console's frame as well.
export { default } from './(console)/not-found.tsx'
