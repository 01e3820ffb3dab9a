export async function start(): Promise<never> { throw new Error('x') }
