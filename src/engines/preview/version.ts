/** Part of every result's metadata: raise it when the same request would give other pixels than before. */
export const engineVersion = '8';
