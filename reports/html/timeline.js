// The time line: rows of operations, lanes of faults above them, a map of the whole below.
'use strict';

(function () {
  const LEFT = 110;
  const LANE = 16;
  const AXIS = 18;
  const MOST = 520;

  function rowsBy(d, what) {
    if (what === 'process')
      return { count: d.rows, of: (i) => d.lane[d.process[i]], name: (r, i) => 'process ' + d.names.process[d.process[i]] };
    const column = d[what];
    const numbers = new Map();
    for (let i = 0; i < d.n; i++)
      if (!numbers.has(column[i])) numbers.set(column[i], numbers.size);
    return {
      count: Math.max(numbers.size, 1), of: (i) => numbers.get(column[i]),
      name: (r, i) => what + ' ' + d.names[what][column[i]]
    };
  }

  function faultLanes(d) {
    const names = [];
    for (const f of d.faults) if (!names.includes(f.name)) names.push(f.name);
    return names;
  }

  belie.timeline = function (parent, d, view, pick) {
    const lanes = faultLanes(d);
    const state = { rows: rowsBy(d, 'process'), selected: -1, found: null, top: 0 };
    const plotTop = lanes.length * LANE + (d.marks.length ? 12 : 4); // with room for pins

    function rowHeight() {
      const room = MOST - plotTop - AXIS;
      return Math.max(3, Math.min(22, Math.floor(room / state.rows.count)));
    }

    function drawFaults(c, s, width) {
      lanes.forEach(function (name, lane) {
        c.fillStyle = belie.color('soft');
        c.fillText(name, 4, lane * LANE + LANE / 2);
        for (const f of d.faults) {
          if (f.name !== name) continue;
          const [from, to] = view.fault(f);
          const a = Math.max(s.px(from), LEFT);
          const b = Math.min(s.px(to), width);
          if (b <= a) continue;
          c.fillStyle = belie.faultColor(name);
          c.fillRect(a, lane * LANE + 2, Math.max(b - a, 2), LANE - 4);
          if (b - a < 60 || !f.done) continue;
          c.fillStyle = belie.color('on-op');
          const text = '\u2713 ' + f.done;
          c.fillText(fitted(c, text, text, b - a - 8), a + 4, lane * LANE + LANE / 2);
        }
      });
    }

    // As much of a text as fits, with an ellipsis; nothing where hardly anything would. `short` says
    // what matters in fewer letters.
    function fitted(c, text, short, room) {
      if (c.measureText(text).width <= room) return text;
      if (c.measureText(short).width <= room) return short;
      const letters = Math.floor(room / c.measureText('0').width) - 1;
      if (letters < 5) return /^[^a-z]/i.test(text) && letters > 0 ? text[0] : '';
      return text.slice(0, letters) + '\u2026';
    }

    function drawBar(c, i, a, b, y, h, framed) {
      const type = belie.types[d.type[i]];
      c.fillStyle = belie.color(type);
      c.fillRect(a, y, Math.max(b - a, 1), h);
      if (h < 8) return;
      if (b - a > 12 && (framed || d.type[i] === 3)) {
        c.strokeStyle = '#33414e';
        c.setLineDash(d.type[i] === 3 ? [4, 3] : []);
        c.strokeRect(a + 0.5, y + 0.5, b - a - 1, h - 1);
        c.setLineDash([]);
      }
      if (b - a < 40 || h < 13) return;
      c.fillStyle = belie.color('on-op');
      const mark = d.type[i] === 2 ? '\u2717 ' : d.type[i] === 3 ? '? ' : '';
      const short = mark + d.names.f[d.f[i]].slice(0, 1) + ' ' + (d.names.value[d.value[i]] || '');
      c.fillText(fitted(c, mark + belie.label(d, i), short, b - a - 8), a + 4, y + h / 2);
    }

    // Bars too short for their text have it to their right, where nothing else is in the way.
    function drawLabels(c, drawn, width, h) {
      if (h < 12 || drawn.length > 150) return;
      const after = new Map();
      for (let k = drawn.length - 1; k >= 0; k--) {
        const [i, a, b, y] = drawn[k];
        const end = after.has(y) ? after.get(y) : width;
        after.set(y, a);
        const text = belie.label(d, i);
        if (b - a >= 40 || b + 6 + c.measureText(text).width > end) continue;
        c.fillStyle = belie.color('ink');
        c.fillText(text, b + 5, y + h / 2);
      }
    }

    // Where operations take effect in the order that proves the history.
    function drawEffects(c, s, drawn, h) {
      if (!d.effects || view.axis === 'proof' || h < 8 || drawn.length > 500) return;
      c.fillStyle = belie.color('on-op');
      for (const [i, a, b, y] of drawn) {
        if (d.effect[i] < 0) continue;
        const x = Math.min(Math.max(s.px(view.x0(belie.effectOf(d, i))), a), b);
        c.beginPath();
        c.arc(x, y + h - 1, 3, 0, 2 * Math.PI); // below the text
        c.fill();
      }
    }

    function outline(c, i, a, b, y, h, color, width) {
      c.strokeStyle = belie.color(color);
      c.lineWidth = width;
      c.strokeRect(a - 1, y - 1, Math.max(b - a, 3) + 2, h + 2);
      c.lineWidth = 1;
    }

    function shown() {
      let n = 0;
      for (let i = 0; i < d.n; i++) if (view.x1(i) >= view.from && view.x0(i) <= view.to) n++;
      return n;
    }

    // Operations in the order of the columns: what falls on the pixel that its row drew last, in
    // the same colour, is not drawn again.
    function drawOperations(c, s, width, height) {
      const h = rowHeight();
      const gap = h > 8 ? 2 : 0;
      const last = new Float64Array(state.rows.count).fill(-1);
      const lastType = new Uint8Array(state.rows.count);
      const named = new Set();
      const special = [];
      const drawn = [];
      const framed = shown() <= 500; // of very many the frames would be noise
      for (let i = 0; i < d.n; i++) {
        const x0 = view.x0(i);
        const x1 = view.x1(i);
        const row = state.rows.of(i);
        const y = plotTop + (row - state.top) * h;
        if (y < plotTop || y > height - AXIS - h) continue;
        if (x1 < view.from || x0 > view.to) continue;
        const a = Math.max(s.px(x0), LEFT);
        const b = Math.min(s.px(x1), width);
        if (d.marked[i] || i === state.selected || (state.found && state.found.has(i)))
          special.push([i, a, b, y]);
        if (b <= last[row] && lastType[row] >= d.type[i]) continue;
        last[row] = Math.ceil(b);
        lastType[row] = d.type[i];
        drawBar(c, i, a, b, y, h - gap, framed);
        if (drawn.length <= 500) drawn.push([i, a, b, y]);
        if (h >= 12 && !named.has(row)) {
          named.add(row);
          c.fillStyle = belie.color('ink');
          c.fillText(state.rows.name(row, i).slice(0, 15), 4, y + h / 2);
        }
      }
      drawLabels(c, drawn, width, h - gap);
      drawEffects(c, s, drawn, h - gap);
      for (const [i, a, b, y] of special) {
        if (h < 8 || !d.marked[i]) drawBar(c, i, a, b, y, Math.max(h - gap, 3), framed);
        if (state.found && state.found.has(i)) outline(c, i, a, b, y, h - gap, 'link', 2);
        if (d.marked[i]) outline(c, i, a, b, y, h - gap, 'bad', 3);
        if (i === state.selected) outline(c, i, a - 2, b + 2, y - 2, h - gap + 4, 'ink', 2);
      }
    }

    function drawPins(c, s, width, y) {
      c.fillStyle = belie.color('bad');
      for (let i = 0; i < d.n; i++) {
        if (!d.marked[i]) continue;
        const x = s.px(view.x0(i));
        if (x < LEFT || x > width) continue;
        c.beginPath();
        c.moveTo(x, y);
        c.lineTo(x - 5, y - 9);
        c.lineTo(x + 5, y - 9);
        c.fill();
      }
    }

    const picture = belie.canvas(parent, 200, 'Time line of the operations; the keys are listed above it', function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      c.fillStyle = belie.color('panel');
      c.fillRect(0, 0, width, height);
      belie.faultBands(c, d, view, s, LEFT, width, plotTop, height - plotTop - AXIS);
      drawFaults(c, s, width);
      drawOperations(c, s, width, height);
      belie.axis(c, view, s, LEFT, width, height);
      drawPins(c, s, width, plotTop);
    });

    const map = belie.canvas(parent, 34, 'The whole history; the part that is shown is framed', function (c, width, height) {
      const k = (width - LEFT) / view.limit();
      const counts = new Float64Array(Math.max(Math.ceil(width - LEFT), 1));
      const bad = new Float64Array(counts.length);
      for (let i = 0; i < d.n; i++) {
        if (!isFinite(view.x0(i))) continue;
        const px = Math.min(Math.floor(view.x0(i) * k), counts.length - 1);
        counts[px] += belie.weight(d, i);
        if (d.type[i] !== 1) bad[px] += belie.weight(d, i);
      }
      const most = counts.reduce((x, y) => Math.max(x, y), 1);
      c.fillStyle = belie.color('panel');
      c.fillRect(0, 0, width, height);
      for (let px = 0; px < counts.length; px++) {
        const h = counts[px] ? Math.max((counts[px] / most) * (height - 4), 1) : 0;
        c.fillStyle = belie.color('ok');
        c.fillRect(LEFT + px, height - h, 1, h);
        c.fillStyle = belie.color('fail');
        c.fillRect(LEFT + px, height - h, 1, counts[px] ? (h * bad[px]) / counts[px] : 0);
      }
      c.fillStyle = belie.color('bad');
      for (let i = 0; i < d.n; i++) if (d.marked[i]) c.fillRect(LEFT + view.x0(i) * k - 1, 0, 2, height);
      c.fillStyle = belie.color('soft');
      c.fillText('all', 4, height / 2);
      c.strokeStyle = belie.color('ink');
      c.lineWidth = 2;
      c.strokeRect(LEFT + view.from * k, 1, Math.max((view.to - view.from) * k, 2), height - 2);
      c.lineWidth = 1;
    });
    map.canvas.addEventListener('pointerdown', function (e) {
      const x = ((e.offsetX - LEFT) / Math.max(map.width - LEFT, 1)) * view.limit();
      const half = (view.to - view.from) / 2;
      view.set(x - half, x + half);
    });

    // The operation at a point of the picture, the one that began last.
    function operationAt(x, y) {
      const s = belie.scale(view, LEFT, picture.width);
      const row = Math.floor((y - plotTop) / rowHeight()) + state.top;
      let best = -1;
      for (let i = 0; i < d.n; i++) {
        if (state.rows.of(i) !== row) continue;
        if (s.px(view.x0(i)) <= x + 3 && s.px(view.x1(i)) >= x - 3) best = i;
      }
      return best;
    }

    function faultAt(x, y) {
      const s = belie.scale(view, LEFT, picture.width);
      return d.faults.find(function (f) {
        const [from, to] = view.fault(f);
        return f.name === lanes[Math.floor(y / LANE)] && s.px(from) <= x && s.px(to) >= x;
      });
    }

    picture.canvas.addEventListener('pick', function (e) {
      const at = e.detail;
      const fault = at.offsetY < plotTop ? faultAt(at.offsetX, at.offsetY) : null;
      if (fault) pick.fault(fault);
      else pick.operation(operationAt(at.offsetX, at.offsetY));
    });
    belie.navigate(picture, view, LEFT, false);

    function fit() {
      picture.height = Math.min(plotTop + AXIS + rowHeight() * state.rows.count + 4, MOST);
      const most = Math.floor((picture.height - plotTop - AXIS) / rowHeight());
      state.top = Math.max(0, Math.min(state.top, state.rows.count - most));
      picture.redraw();
      map.redraw();
    }
    view.changed(fit);
    picture.canvas.addEventListener('keydown', function (e) {
      const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[e.key];
      if (!by || rowHeight() * state.rows.count < MOST - plotTop - AXIS) return;
      e.preventDefault();
      state.top += by;
      fit();
    });

    return {
      redraw: fit,
      rowsBy: function (what) {
        state.rows = rowsBy(d, what);
        fit();
      },
      select: function (i) {
        state.selected = i;
        if (i >= 0) state.top = Math.max(0, state.rows.of(i) - 5);
        fit();
      },
      find: function (set) {
        state.found = set;
        fit();
      }
    };
  };
})();
