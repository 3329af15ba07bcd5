export function contentSecurityPolicy() { return { name: 'x', hooks: {} } }
