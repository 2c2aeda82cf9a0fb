// node shots.mjs MODULES FOLDER PAGE...: pictures of reports for looking at. A page is KIND=PATH; each is
// taken whole, at two widths, light and dark, and once without scripts, as FOLDER/KIND-....png.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, folder, ...pages] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, 'x.js'))('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
});

async function shoot(path, name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto('file://' + path);
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(folder, name + '.png'), fullPage: true });
  await context.close();
}

for (const item of pages) {
  const at = item.indexOf('=');
  const [kind, path] = [item.slice(0, at), item.slice(at + 1)];
  for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1366])
      await shoot(path, kind + '-' + width + '-' + colorScheme, { viewport: { width, height: 900 }, colorScheme });
  await shoot(path, kind + '-plain', { viewport: { width: 1366, height: 900 }, javaScriptEnabled: false });
}
await browser.close();
