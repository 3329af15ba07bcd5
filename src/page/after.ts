/** What follows once somebody has signed: all there is to know about the code, a question, the number. */
const { status } = form.elements;

/** Shows it now or later; the signing script moves the focus to its words. */
export function follow(): void {
  status.addEventListener('focus', show);
  show();
}

function show(): void {
  const { told } = window;
  if (told?.answer !== 'signed' || status.querySelector('ul')) return;
  const points = add(status, 'ul');
  for (const point of AFTER.points) add(points, 'li').textContent = point;
  const question = add(status, 'p');
  question.append(AFTER.ask, ' ', link(AFTER.yes, 'share/'), ' ', link(AFTER.no, '#form'));
  // Both answers take the question away.
  question.onclick = ({ target }) => {
    if (target !== question) question.remove();
  };
  // The number is absent from a page that was built before there was enough to show.
  if (window.count && told.count) window.count.textContent = `${told.count} + 1`;
}

/** A page of its own opens beside the code, which would be lost otherwise. */
function link(text: string, href: string): HTMLAnchorElement {
  const one = document.createElement('a');
  one.textContent = text;
  one.href = href;
  if (!href.startsWith('#')) one.target = '_blank';
  return one;
}

function add<Name extends 'ul' | 'li' | 'p'>(place: Element, name: Name) {
  return place.appendChild(document.createElement(name));
}
