// Wires the time line and the charts to the page, the keyboard and the address. The rest of the page
// works without this.
'use strict';

(function () {
  const data = document.getElementById('data');
  const section = document.getElementById('timeline');
  if (!data || !section) return;
  document.documentElement.classList.add('scripted');
  const d = belie.decode(JSON.parse(data.textContent));
  const view = belie.view(d);
  const detail = document.getElementById('detail');
  const status = document.getElementById('status');

  function element(tag, text) {
    const e = document.createElement(tag);
    e.textContent = text;
    return e;
  }

  function row(list, name, text) {
    list.append(element('dt', name), element('dd', text));
  }

  function overlapping(i) {
    const list = [];
    for (let j = 0; j < d.n; j++)
      if (j !== i && d.inv[j] < d.ret[i] && d.ret[j] > d.inv[i]) list.push(j);
    return list;
  }

  function showOperation(i) {
    timeline.select(i);
    detail.replaceChildren();
    if (i < 0) return;
    const list = document.createElement('dl');
    row(list, 'operation', 'op ' + d.index[i] + ': ' + belie.label(d, i));
    row(list, 'outcome', belie.outcomes[d.type[i]] + (d.marked[i] ? ', impossible' : ''));
    row(list, 'process', d.names.process[d.process[i]]);
    if (d.names.node[d.node[i]]) row(list, 'node', d.names.node[d.node[i]]);
    if (d.names.key[d.key[i]]) row(list, 'key', d.names.key[d.key[i]]);
    if (d.timed) {
      row(list, 'began', d.began[i].toFixed(6) + ' s');
      row(list, 'took', belie.duration(d.ended[i] - d.began[i]));
    }
    if (d.behind[i]) row(list, 'behind', 'what it returned had been replaced ' + belie.duration(d.behind[i]) + ' before it began');
    if (d.effect[i] >= 0) {
      const by = belie.effectOf(d, i);
      row(list, 'step', d.step[i] + 1 + ' of ' + d.steps + ' in the order of the proof');
      row(list, 'takes effect', by === i ? 'as soon as it begins' : 'when op ' + d.index[by] + ' begins, in the order that explains the history');
    }
    const others = overlapping(i);
    const some = others.slice(0, 8).map((j) => 'op ' + d.index[j] + ' ' + belie.label(d, j));
    row(list, 'at the same time', others.length ? some.join('; ') + (others.length > 8 ? '; and ' + (others.length - 8) + ' more' : '') : 'nothing');
    detail.append(list);
  }

  function showFault(f) {
    const list = document.createElement('dl');
    row(list, 'fault', f.name);
    row(list, 'time', (f.began / 1e6).toFixed(3) + ' s to ' + (f.ended / 1e6).toFixed(3) + ' s');
    row(list, 'measured', f.done || 'nothing was measured');
    row(list, 'after it', f.healed || 'nothing was measured');
    detail.replaceChildren(list);
  }

  const timeline = belie.timeline(document.getElementById('rows'), d, view, {
    operation: function (i) {
      if (i < 0) showOperation(-1);
      else go(i, false);
    },
    fault: showFault
  });

  // Show operation i with some of what was going on around it.
  function go(i, move) {
    if (move && !isFinite(view.x0(i))) setAxis('order');
    if (move) {
      const before = view.x0(i) - view.x0(Math.max(i - 8, 0));
      const after = view.x0(Math.min(i + 8, d.n - 1)) - view.x0(i);
      const around = view.axis === 'proof' ? 8 : Math.max(before, after);
      const own = Math.min(view.x1(i) - view.x0(i), view.limit() / 20);
      const half = Math.max(around, own, view.limit() / 1e6);
      view.set(view.x0(i) - half, view.x0(i) + half);
    }
    showOperation(i);
    const hash = '#op=' + d.index[i];
    if (location.hash !== hash) history.replaceState(null, '', hash);
  }

  const marked = [];
  for (let i = 0; i < d.n; i++) if (d.marked[i]) marked.push(i);
  let next = -1;
  function nextViolation() {
    if (!marked.length) {
      status.textContent = 'There is no violation to go to.';
      return;
    }
    next = (next + 1) % marked.length;
    go(marked[next], true);
    status.textContent = 'Violation ' + (next + 1) + ' of ' + marked.length + ': op ' + d.index[marked[next]] + '.';
    section.scrollIntoView({ block: 'start' });
  }

  let found = [];
  let foundAt = -1;
  function search(text, again) {
    if (!again) {
      const word = text.trim().toLowerCase();
      found = [];
      foundAt = -1;
      for (let i = 0; word && i < d.n; i++) {
        const all = 'op ' + d.index[i] + ' ' + belie.label(d, i) + ' process ' + d.names.process[d.process[i]];
        if (all.toLowerCase().includes(word)) found.push(i);
      }
      timeline.find(found.length ? new Set(found) : null);
    }
    if (found.length) {
      foundAt = (foundAt + 1) % found.length;
      go(found[foundAt], true);
    }
    status.textContent = found.length ? 'Match ' + (foundAt + 1) + ' of ' + found.length + '.' : 'No operation matches.';
  }

  function fromAddress() {
    const match = /^#op=(-?\d+)$/.exec(location.hash);
    if (!match) return;
    const i = d.byIndex.get(Number(match[1]));
    if (i === undefined) {
      status.textContent = 'Operation ' + match[1] + ' is not among those that this page lists.';
      return;
    }
    go(i, true);
    section.scrollIntoView({ block: 'start' });
  }

  // What is shown as a table: for those who do not see the picture.
  function table() {
    const body = document.getElementById('listed');
    body.replaceChildren();
    let n = 0;
    for (let i = 0; i < d.n && n < 300; i++) {
      if (view.x1(i) < view.from || view.x0(i) > view.to) continue;
      n++;
      const tr = document.createElement('tr');
      const cells = [d.index[i], d.names.process[d.process[i]], belie.label(d, i), belie.outcomes[d.type[i]] + (d.marked[i] ? ', impossible' : '') + (d.behind[i] ? ', ' + belie.duration(d.behind[i]) + ' behind' : ''), d.timed ? d.began[i].toFixed(6) : '-', d.timed ? belie.duration(d.ended[i] - d.began[i]) : '-'];
      for (const text of cells) tr.append(element('td', String(text)));
      if (d.marked[i]) tr.className = 'bad';
      body.append(tr);
    }
  }

  const listing = document.getElementById('listing');
  listing.addEventListener('toggle', () => listing.open && table());
  view.changed(() => listing.open && table());

  document.getElementById('in').addEventListener('click', () => view.zoom(0.5));
  document.getElementById('out').addEventListener('click', () => view.zoom(2));
  document.getElementById('whole').addEventListener('click', view.all);
  const button = document.getElementById('next');
  button.addEventListener('click', nextViolation);
  button.hidden = marked.length === 0;
  const by = document.getElementById('by');
  for (const option of by.options)
    option.hidden = option.disabled = option.value !== 'process' && d.names[option.value].length < 3;
  by.addEventListener('change', () => timeline.rowsBy(by.value));
  const axis = document.getElementById('axis');
  const charts = document.getElementById('charts');
  for (const option of Array.from(axis.options))
    if ((option.value === 'time' && !d.timed) || (option.value === 'proof' && !d.steps)) option.remove();
  axis.value = view.axis;
  axis.addEventListener('change', () => setAxis(axis.value));

  // Charts are about time; what is one step wide was not in flight.
  function setAxis(value) {
    view.axis = axis.value = value;
    charts.hidden = value === 'proof';
    view.all();
    status.textContent = 'From left to right: ' + axis.selectedOptions[0].textContent + '.';
  }
  function nextAxis() {
    setAxis(axis.options[(axis.selectedIndex + 1) % axis.options.length].value);
  }
  const box = document.getElementById('search');
  box.addEventListener('keydown', function (e) {
    if (e.key === 'Enter') search(box.value, box.value === box.dataset.last);
    if (e.key === 'Enter') box.dataset.last = box.value;
  });
  document.addEventListener('keydown', function (e) {
    const typing = e.target.closest && e.target.closest('input, select, textarea');
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'n') nextViolation();
    if (e.key === 'a') nextAxis();
    if (e.key === '/') {
      e.preventDefault();
      box.focus();
    }
  });
  addEventListener('hashchange', fromAddress);
  addEventListener('resize', () => view.set(view.from, view.to));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => view.set(view.from, view.to));

  section.hidden = false;
  belie.charts(charts, d, view);
  view.all();
  fromAddress();
})();
