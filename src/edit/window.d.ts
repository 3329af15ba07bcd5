/** What Decap CMS puts into the window of the form, as far as src/edit/page.ts uses it. */
export {};

declare global {
  /** Put in by `npm run edit`. */
  const PAGE_ORIGIN: string;

  /** A file in the form. */
  interface DecapEntry {
    get(name: 'path' | 'slug' | 'collection'): string;
    delete(name: 'isPersisting'): DecapEntry;
    toJS(): object;
  }

  /** What is shown beside a form. */
  interface DecapShown {
    entry: DecapEntry;
    collection: { get(name: 'name'): string };
  }

  interface DecapStore {
    dispatch(message: { type: string; payload: object }): void;
  }

  /** React's own note of a component. */
  interface DecapComponent {
    memoizedProps?: { store?: DecapStore } | null;
    child: DecapComponent | null;
    sibling: DecapComponent | null;
  }

  interface Window {
    CMS_MANUAL_INIT: boolean;
    CMS: {
      init(options: { config: unknown }): void;
      registerLocale(name: string, phrases: object): void;
      registerEventListener(listener: {
        name: 'postSave';
        handler: (saved: { entry: DecapEntry }) => void;
      }): void;
      registerPreviewTemplate(name: string, component: (shown: DecapShown) => unknown): void;
    };
    /** React's createElement. */
    h(element: string, properties: Record<string, unknown>): unknown;
  }
}
