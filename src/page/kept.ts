/** The name of the cache that “Keep on this phone” fills, the only one there ever is. */
export const kept = 'kept';
