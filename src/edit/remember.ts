/**
 * Mends a trap of Decap CMS 3.16: it compares a form with what it loaded, not with what it saved last. Whoever
 * took a saved change back would read “as in the file” and could not save that. So it learns what was saved,
 * by the message with which it takes in a loaded file.
 */
export function rememberSaved(entry: DecapEntry): void {
  if (!entry.get('slug')) return; // a new one is loaded after it was saved
  const components = Object.values(document.getElementById('nc-root') ?? {});
  const store = components.filter(isComponent).map(storeIn).find(Boolean);
  store?.dispatch({
    type: 'ENTRY_SUCCESS',
    payload: { collection: entry.get('collection'), entry: entry.delete('isPersisting').toJS() },
  });
}

/** The store is a property of one of React's components. */
function storeIn(component: DecapComponent): DecapStore | undefined {
  const { memoizedProps, child, sibling } = component;
  return (
    memoizedProps?.store ??
    (child ? storeIn(child) : undefined) ??
    (sibling ? storeIn(sibling) : undefined)
  );
}

function isComponent(value: unknown): value is DecapComponent {
  return typeof value === 'object' && value !== null && 'memoizedProps' in value;
}
