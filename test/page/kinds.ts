/** One page of each kind that has an address of its own. */
export const pagesOfEachKind = [
  ...[
    '/en/',
    '/en/privacy/',
    '/en/safety/',
    '/en/withdraw/',
    '/en/share/',
    '/en/paper/',
    '/en/carry/',
  ],
  ...['/languages/', '/index.html', '/nowhere/'],
];
