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
  const points = document.createElement('ul');
  for (const point of AFTER.points) add(points, 'li', point);
  const question = document.createElement('p');
  add(question, 'span', AFTER.ask);
  // A page of its own opens beside the code, which would be lost otherwise.
  Object.assign(add(question, 'a', AFTER.yes), { href: 'share/', target: '_blank' });
  add(question, 'a', AFTER.no).href = '#form';
  // Both answers take the question away.
  question.onclick = ({ target }) => {
    if (target instanceof HTMLAnchorElement) question.remove();
  };
  status.append(points, question);
  // The number is absent from a page that was built before there was enough to show.
  if (window.count && told.count) window.count.textContent = `${told.count} + 1`;
}

function add<Name extends 'li' | 'span' | 'a'>(place: Element, name: Name, words: Said) {
  const element = Object.assign(document.createElement(name), words);
  place.append(element, ' ');
  return element;
}
