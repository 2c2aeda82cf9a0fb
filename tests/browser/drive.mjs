// node drive.mjs MODULES PAGE...: TAP about HTML reports in headless Chromium. MODULES is a folder
// with node_modules; a page is KIND=PATH, where KIND says what must be on it: invalid, valid,
// proof (valid, with times), unknown, hostile (invalid, with a history that attacks), index.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, ...pages] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const { HtmlValidate } = require('html-validate');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let count = 0;
function is(good, name, detail) {
  count++;
  console.log((good ? 'ok ' : 'not ok ') + count + ' - ' + name);
  if (!good && detail) console.log(String(detail).replace(/^/gm, '# ').slice(0, 3000));
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
});

// A page with its complaints: console errors, failed scripts, dialogs, requests beyond the file.
async function open(path, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.stack));
  page.on('dialog', (d) => { complaints.push('dialog ' + d.message()); d.dismiss(); });
  page.on('request', (r) => /^(file|data|blob):/.test(r.url()) || complaints.push(r.url()));
  const start = Date.now();
  await page.goto('file://' + path);
  await page.waitForTimeout(100);
  return { page, context, complaints, ms: Date.now() - start };
}

async function accessible(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
  }));
  const bad = result.violations.filter((v) => ['serious', 'critical', 'moderate'].includes(v.impact));
  is(bad.length === 0, name, bad.map((v) => v.impact + ' ' + v.id + ': ' + v.help + '\n  ' +
    v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join('\n  ')).join('\n'));
}

async function withoutScripts(kind, path) {
  const { page, context, complaints } = await open(path, { javaScriptEnabled: false });
  const text = await page.locator('h1').innerText();
  is(/\w+ /.test(text) && text.length > 20, kind + ': the verdict is a sentence, without scripts', text);
  is(complaints.length === 0, kind + ': no complaints without scripts', complaints.join('\n'));
  if (kind === 'invalid')
    is(await page.locator('#counterexample svg.bars').first().isVisible(), kind + ': the picture is there without scripts');
  await context.close();
}

async function keyboard(kind, page) {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const at = await page.evaluate(() => location.hash);
  is(at === '#counterexample', kind + ': Tab, Enter leads to the counterexample', at);
  await page.keyboard.press('n');
  await page.waitForTimeout(200);
  const status = await page.locator('#status').innerText();
  const bad = await page.locator('#detail').innerText();
  is(/^Violation 1 of/.test(status), kind + ': n goes to the violation', status);
  is(/impossible/.test(bad), kind + ': and tells about it', bad);
  const link = await page.evaluate(() => location.hash);
  is(/^#op=\d+$/.test(link), kind + ': the address is a deep link', link);
  await page.keyboard.press('/');
  await page.keyboard.type('read');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(100);
  const found = await page.locator('#status').innerText();
  is(/^Match 1 of|^No operation/.test(found), kind + ': / searches', found);
}

// The axes: a goes to the next one. In the order of the proof operations begin at whole steps.
async function axes(kind, page) {
  const seen = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('a');
    await page.waitForTimeout(100);
    seen.push(await page.locator('#status').innerText());
  }
  const all = ['order of events', 'order of the proof', 'real time'];
  is(seen.join() === all.map((x) => 'From left to right: ' + x + '.').join(), kind + ': a changes the axis', seen.join('\n'));
  await page.locator('#axis').selectOption('proof');
  is(await page.locator('#charts').isHidden(), kind + ': charts are not about steps');
  await page.evaluate(() => { location.hash = document.querySelector('#proof a[href^="#op="]').hash; });
  await page.waitForTimeout(200);
  const text = await page.locator('#detail').innerText();
  is(/step\s+1 of \d+ in the order of the proof/.test(text), kind + ': an operation says its step', text);
}

async function deepLink(kind, path, page) {
  const index = await page.evaluate(() => document.querySelector('tr.bad a[href^="#op="]').getAttribute('href'));
  const second = await open(path + index, { viewport: { width: 1366, height: 900 } });
  const text = await second.page.locator('#detail').innerText();
  is(text.includes('op ' + index.slice(4) + ':'), kind + ': a deep link opens the operation', text);
  await second.context.close();
}

async function sizes(kind, path) {
  for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1366]) {
      const name = kind + ' at ' + width + ' px, ' + colorScheme;
      const { page, context, complaints } = await open(path, { viewport: { width, height: 900 }, colorScheme });
      const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
      is(wide <= 0, name + ': nothing is cut off at the side', wide);
      is(complaints.length === 0, name + ': no complaints', complaints.join('\n'));
      await accessible(page, name + ': axe-core finds nothing');
      await context.close();
    }
}

const validator = new HtmlValidate({
  extends: ['html-validate:standard'],
  // "long-title" is about search engines; text of a history may have any characters.
  rules: { 'long-title': 'off', 'no-inline-style': 'error' }
});

for (const item of pages) {
  const [kind, path] = [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)];
  const html = readFileSync(path, 'utf8');
  const report = await validator.validateString(html);
  is(report.valid, kind + ': html-validate finds nothing', report.results.flatMap((r) => r.messages)
    .slice(0, 20).map((m) => m.line + ':' + m.column + ' ' + m.ruleId + ' ' + m.message).join('\n'));
  await withoutScripts(kind, path);
  const { page, context, complaints, ms } = await open(path, { viewport: { width: 1366, height: 900 } });
  is(ms < 5000, kind + ': opens in under 5 s', ms + ' ms');
  console.log('# ' + kind + ': opened in ' + ms + ' ms, ' + html.length + ' bytes');
  if (kind === 'invalid' || kind === 'hostile') {
    await keyboard(kind, page);
    await deepLink(kind, path, page);
  }
  if (kind === 'proof') await axes(kind, page);
  is(complaints.length === 0, kind + ': no console errors, nothing blocked, no requests', complaints.join('\n'));
  await context.close();
  if (kind !== 'big') await sizes(kind, path);
}
await browser.close();
console.log('1..' + count);
