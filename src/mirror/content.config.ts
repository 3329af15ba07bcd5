/** The mirror is a site of its own, with the same content. */
export { collections } from '../content.config.ts';
