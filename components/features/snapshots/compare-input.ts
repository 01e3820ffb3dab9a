// What a comparison asks for, on the server ahead and in the browser alike.
export const diffInput = (before: string, after: string) => ({ before, after, limit: 500 })
