/** Says on a page that was built before that the campaign has ended. The clock here may be wrong: the Worker decides. */
import { dayOf } from '../signature/stamp.ts';

export function sayClosed(): void {
  if (dayOf(new Date()) <= CLOSES) return;
  const { status } = form.elements;
  status.replaceChildren(Object.assign(document.createElement('p'), AFTER.closed));
}
