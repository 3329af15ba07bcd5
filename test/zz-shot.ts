import { startBrowser } from './browser.ts';
import { createServer } from 'node:http';
import { readFileSync, existsSync, statSync } from 'node:fs';
const root = process.env.ROOT ?? '.test/local/client';
const server = createServer((q, r) => {
  let p = root + decodeURI(new URL(q.url!, 'http://x').pathname);
  if (existsSync(p) && statSync(p).isDirectory()) p += '/index.html';
  if (!existsSync(p)) {
    r.writeHead(404).end();
    return;
  }
  const b = readFileSync(p);
  const m = /charset=([\w-]+)/.exec(b.toString('latin1').slice(0, 300));
  r.writeHead(200, {
    'content-type': p.endsWith('html')
      ? `text/html; charset=${m?.[1] ?? 'utf-8'}`
      : p.endsWith('png')
        ? 'image/png'
        : 'text/plain',
  }).end(b);
}).listen(0);
const port = (server.address() as any).port;
const browser = await startBrowser();
const [paths = '/be/', widths = '320', schemes = 'light', out = '/tmp/shots'] =
  process.argv.slice(2);
for (const path of paths.split(','))
  for (const width of widths.split(','))
    for (const scheme of schemes.split(',')) {
      const page = await browser.newPage({
        viewport: { width: Number(width), height: width === '320' ? 568 : 844 },
        colorScheme: scheme as any,
        deviceScaleFactor: Number(width) > 600 ? 1 : 1.5,
      });
      await page.goto(`http://localhost:${port}${path}`);
      if (process.env.JS) await page.evaluate(process.env.JS);
      await page.screenshot({
        path: `${out}/${path.replaceAll('/', '_')}${width}${scheme}.png`,
        fullPage: !process.env.FOLD,
      });
      await page.close();
    }
await browser.close();
server.close();
