/**
 * Loaded from our own host when the form is first touched, since it is of use only where the network is
 * good: Turnstile and the tag for the running count, what follows once somebody has signed, and that the
 * campaign has ended. Signing waits for none of it.
 */
import { follow } from './after.ts';
import { sayClosed } from './closed.ts';
import { keepTag, loadTurnstile } from './human.ts';

const { idHash, hash } = window;
if (idHash && hash) {
  keepTag(hash);
  loadTurnstile(idHash);
  follow();
  sayClosed();
}
