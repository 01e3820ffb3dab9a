// What the choice of a source asks for, on the server ahead and in the browser alike.
export const sourcesInput = { limit: 200 }
