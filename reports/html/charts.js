// Charts over the same time as the time line: latency, rate, share of ok, staleness, operations in
// flight; with bands of faults, and from each heal to the first success.
'use strict';

(function () {
  const LEFT = 110;
  const AXIS = 18;

  // `title` is the text at the top of the scale, and at its bottom where there is a second one.
  function frame(c, d, view, s, width, height, title) {
    c.fillStyle = belie.color('panel');
    c.fillRect(0, 0, width, height);
    belie.faultBands(c, d, view, s, LEFT, width, 0, height - AXIS);
    belie.axis(c, view, s, LEFT, width, height);
    c.fillStyle = belie.color('ink');
    title.forEach((line, i) => c.fillText(line, 4, i ? height - AXIS - 6 : 10));
  }

  // Windows over the part that is shown, at least 8 pixels wide each.
  function windows(view, width) {
    const n = Math.max(1, Math.min(120, Math.floor((width - LEFT) / 8)));
    const size = (view.to - view.from) / n;
    return { n, size, of: (x) => Math.floor((x - view.from) / size) };
  }

  function quantile(sorted, q) {
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  }

  function line(c, points) {
    c.beginPath();
    let open = false;
    points.forEach(function (p, i) {
      if (p && open) c.lineTo(p[0], p[1]);
      else if (p && points[i + 1]) c.moveTo(p[0], p[1]);
      else if (p) { // alone
        c.moveTo(p[0] - 2, p[1]);
        c.lineTo(p[0] + 2, p[1]);
      }
      open = Boolean(p);
    });
    c.stroke();
  }

  // A scale from the power of ten below `low` to the one above `high`, in seconds.
  function logarithmic(low, high, height) {
    const from = Math.max(Math.floor(Math.log10(low)), -6); // times are microseconds
    const to = Math.max(Math.ceil(Math.log10(high)), from + 1);
    const of = (t) => 6 + ((to - Math.max(Math.log10(t), from)) / (to - from)) * (height - AXIS - 12);
    return { from, to, of };
  }

  // At most five of the powers.
  function powers(c, scale, height) {
    const step = Math.ceil((scale.to - scale.from) / 5);
    c.fillStyle = belie.color('ink');
    for (let p = scale.from; p <= scale.to; p += step) {
      const t = Math.pow(10, p);
      c.fillText(belie.duration(t), 4, Math.min(Math.max(scale.of(t), 8), height - AXIS - 6));
    }
  }

  function latency(d, view) {
    let low = Infinity;
    let high = 0;
    for (let i = 0; i < d.n; i++) {
      const t = d.ended[i] - d.began[i];
      if (!isFinite(t) || t <= 0) continue;
      low = Math.min(low, t);
      high = Math.max(high, t);
    }
    if (!(high > 0)) return null;
    return function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      const scale = logarithmic(low, high, height);
      const y = scale.of;
      frame(c, d, view, s, width, height, []);
      powers(c, scale, height);
      const w = windows(view, width);
      const sets = Array.from({ length: w.n }, () => []);
      for (let i = 0; i < d.n; i++) {
        const x = view.x0(i);
        const t = d.ended[i] - d.began[i];
        if (x < view.from || x > view.to || !isFinite(t)) continue;
        c.fillStyle = belie.color(belie.types[d.type[i]] + '-strong');
        const px = s.px(x);
        const py = y(t);
        if (d.type[i] === 1) c.fillRect(px - 1, py - 1, 2, 2);
        else if (d.type[i] === 2) c.fillRect(px - 3, py - 1, 6, 2);
        else c.fillRect(px - 1, py - 3, 2, 6);
        const at = w.of(x);
        if (d.type[i] === 1 && sets[at]) sets[at].push(t);
      }
      sets.forEach((l) => l.sort((a, b) => a - b));
      [[0.5, [], 1.5], [0.95, [6, 3], 1.5], [0.99, [2, 3], 1.5]].forEach(function ([q, dash, thick]) {
        c.setLineDash(dash);
        c.lineWidth = thick;
        c.strokeStyle = belie.color('ink');
        line(c, sets.map((l, i) => l.length && [s.px(view.from + (i + 0.5) * w.size), y(quantile(l, q))]));
      });
      c.setLineDash([]);
      c.lineWidth = 1;
    };
  }

  function number(x) {
    return x >= 100 ? String(Math.round(x)) : x.toPrecision(2);
  }

  function counted(d, view, width) {
    const w = windows(view, width);
    const counts = Array.from({ length: w.n }, () => [0, 0, 0, 0]);
    for (let i = 0; i < d.n; i++) {
      const at = w.of(view.x0(i));
      if (counts[at]) counts[at][d.type[i]] += belie.weight(d, i);
    }
    return { w, counts };
  }

  function rate(d, view) {
    return function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      const { w, counts } = counted(d, view, width);
      const most = counts.reduce((m, n) => Math.max(m, n[1] + n[2] + n[3]), 1);
      const plot = height - AXIS;
      const per = view.axis === 'time' ? number(most / w.size) + ' /s' : 'at most ' + Math.round(most);
      frame(c, d, view, s, width, height, [per, '0']);
      counts.forEach(function (n, i) {
        const x = s.px(view.from + i * w.size);
        const wide = Math.max((width - LEFT) / w.n - 1, 1);
        let y = plot;
        [1, 3, 2].forEach(function (type) {
          const h = (n[type] / most) * (plot - 4);
          c.fillStyle = belie.color(belie.types[type]);
          c.fillRect(x, y - h, wide, h);
          y -= h;
        });
      });
    };
  }

  function share(d, view) {
    return function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      const { w, counts } = counted(d, view, width);
      const plot = height - AXIS;
      frame(c, d, view, s, width, height, ['100 %', '0 %']);
      c.strokeStyle = belie.color('ink');
      c.lineWidth = 2;
      line(c, counts.map(function (n, i) {
        const all = n[1] + n[2] + n[3];
        return all && [s.px(view.from + (i + 0.5) * w.size), 3 + (1 - n[1] / all) * (plot - 6)];
      }));
      c.lineWidth = 1;
    };
  }

  // Operations that have begun and not ended; those of unknown outcome stay for ever.
  function inFlight(d, view) {
    return function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      const columns = Math.max(Math.ceil(width - LEFT), 1);
      const open = new Float64Array(columns + 1);
      const crashed = new Float64Array(columns + 1);
      for (let i = 0; i < d.n; i++) {
        const a = Math.ceil(s.px(view.x0(i)) - LEFT);
        const b = Math.ceil(s.px(view.x1(i)) - LEFT);
        const lost = d.type[i] === 3;
        const weight = belie.weight(d, i);
        if (a > columns || (b < 0 && !lost)) continue;
        const set = lost ? crashed : open;
        set[Math.max(a, 0)] += weight;
        if (!lost) set[Math.min(b, columns)] -= weight;
      }
      for (let px = 1; px <= columns; px++) {
        open[px] += open[px - 1];
        crashed[px] += crashed[px - 1];
      }
      let most = 1;
      for (let px = 0; px < columns; px++) most = Math.max(most, open[px], crashed[px]);
      const plot = height - AXIS;
      frame(c, d, view, s, width, height, [String(Math.round(most)), '0']);
      [[open, 'ink', []], [crashed, 'info-strong', [5, 3]]].forEach(function ([set, color, dash]) {
        c.strokeStyle = belie.color(color);
        c.setLineDash(dash);
        c.lineWidth = 1.5;
        line(c, Array.from({ length: columns }, (_, px) => [LEFT + px, 3 + (1 - set[px] / most) * (plot - 6)]));
      });
      c.setLineDash([]);
      c.lineWidth = 1;
    };
  }

  // How far behind stale reads were, each a mark where it began.
  function staleness(d, view) {
    let low = Infinity;
    let high = 0;
    for (let i = 0; i < d.n; i++) {
      if (!(d.behind[i] > 0)) continue;
      low = Math.min(low, d.behind[i]);
      high = Math.max(high, d.behind[i]);
    }
    if (!(high > 0)) return null;
    return function (c, width, height) {
      const s = belie.scale(view, LEFT, width);
      const y = logarithmic(low, high, height);
      frame(c, d, view, s, width, height, []);
      powers(c, y, height);
      c.fillStyle = belie.color('bad');
      for (let i = 0; i < d.n; i++) {
        const x = view.x0(i);
        if (!(d.behind[i] > 0) || x < view.from || x > view.to) continue;
        const px = s.px(x);
        const py = y.of(d.behind[i]);
        c.beginPath();
        c.moveTo(px, py - 3.5);
        c.lineTo(px + 3.5, py);
        c.lineTo(px, py + 3.5);
        c.lineTo(px - 3.5, py);
        c.fill();
      }
    };
  }

  const charts = [
    ['Latency', 'Each mark is an operation: dots are ok, wide marks failed, tall marks unknown. Lines: median (solid), 95 % (dashed), 99 % (dotted) of the ok ones.', 170, latency],
    ['Rate', 'Operations by outcome: ok at the bottom, unknown, failed on top.', 90, rate],
    ['Share that is ok', 'Of all operations that began in the window.', 80, share],
    ['Staleness', 'Each mark is a read that returned what had been replaced for certain before it began; the height says since when.', 110, staleness],
    ['In flight', 'Solid: begun and not ended. Dashed: outcome unknown so far, which may still take effect.', 80, inFlight]
  ];

  belie.charts = function (parent, d, view) {
    for (const [name, text, height, make] of charts) {
      const draw = make(d, view);
      if (!draw || (!d.timed && (name === 'Latency' || name === 'Staleness'))) continue;
      const figure = document.createElement('figure');
      const caption = document.createElement('figcaption');
      const title = document.createElement('b');
      title.textContent = name + '. ';
      caption.append(title, text);
      figure.append(caption);
      parent.append(figure);
      const picture = belie.canvas(figure, height, name + ' over time; drag to show a part', function (c, width, all) {
        draw(c, width, all);
        belie.healMarks(c, d, view, belie.scale(view, LEFT, width), LEFT, width, all - AXIS);
      });
      belie.navigate(picture, view, LEFT, true);
      view.changed(picture.redraw);
    }
  };
})();
