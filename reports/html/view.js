// What all pictures share: the part of the history that is shown, its scale, colours, faults.
'use strict';

(function () {
  const style = getComputedStyle(document.documentElement);

  belie.color = function (name) {
    return style.getPropertyValue('--' + name).trim();
  };

  belie.view = function (d) {
    const listeners = [];
    const view = { from: 0, to: 1, axis: d.timed ? 'time' : 'order' };
    const proof = [];
    for (let i = 0; i < d.n; i++) if (isFinite(d.step[i])) proof.push(i);
    proof.sort((i, j) => d.step[i] - d.step[j]);

    // The first listed step that takes effect after an event.
    function stepAt(event) {
      let lo = 0;
      let hi = proof.length;
      while (lo < hi) {
        const mid = (lo + hi) >> 1;
        if (d.effect[proof[mid]] < event) lo = mid + 1;
        else hi = mid;
      }
      return lo < proof.length ? d.step[proof[lo]] : d.steps;
    }

    // What is drawn from left to right. Operations that are not part of the proof are nowhere in its
    // order; those without an end go on to the end of the history.
    const axes = {
      time: {
        limit: Math.max(d.end, 1e-6), least: 1e-5,
        x0: (i) => d.began[i], x1: (i) => d.ended[i], event: (event, us) => us / 1e6,
        label: (x) => seconds(x, view.to - view.from)
      },
      order: {
        limit: d.events, least: 4,
        x0: (i) => d.inv[i], x1: (i) => d.ret[i], event: (event) => event,
        label: (x) => 'op ' + Math.round(x)
      },
      proof: {
        limit: Math.max(d.steps, 1), least: 4,
        x0: (i) => d.step[i], x1: (i) => d.step[i] + 1, event: stepAt,
        label: (x) => 'step ' + Math.round(x + 1)
      }
    };
    view.limit = () => axes[view.axis].limit;
    view.x0 = (i) => axes[view.axis].x0(i);
    view.x1 = (i) => Math.min(axes[view.axis].x1(i), view.limit());
    view.event = (event, us) => axes[view.axis].event(event, us);
    view.fault = (f) => [view.event(f.from, f.began), view.event(f.to, f.ended)];
    view.set = function (from, to) {
      const limit = view.limit();
      const width = Math.min(Math.max(to - from, axes[view.axis].least), limit);
      view.from = Math.min(Math.max(from, 0), limit - width);
      view.to = view.from + width;
      for (const f of listeners) f();
    };
    view.all = function () {
      view.set(0, view.limit());
    };
    view.zoom = function (factor, at) {
      const x = at === undefined ? (view.from + view.to) / 2 : at;
      view.set(x - (x - view.from) * factor, x + (view.to - x) * factor);
    };
    view.pan = function (part) {
      const by = (view.to - view.from) * part;
      view.set(view.from + by, view.to + by);
    };
    view.changed = function (f) {
      listeners.push(f);
    };
    view.label = (x) => axes[view.axis].label(x);
    view.to = view.limit();
    return view;
  };

  function seconds(x, width) {
    const digits = width > 20 ? 0 : width > 2 ? 1 : width > 0.02 ? 3 : 6;
    return x.toFixed(digits) + ' s';
  }

  belie.duration = function (s) {
    if (!isFinite(s)) return 'never';
    if (s >= 1) return s.toPrecision(3) + ' s';
    return s >= 1e-3 ? (s * 1e3).toPrecision(3) + ' ms' : (s * 1e6).toFixed(0) + ' \u00b5s';
  };

  // A canvas of `height` CSS pixels that fills its parent; draw(context, width, height) is called
  // when it must be drawn.
  belie.canvas = function (parent, height, label, draw) {
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', label);
    parent.append(canvas);
    const picture = { canvas, height, width: 0, pending: false };
    picture.redraw = function () {
      if (picture.pending) return;
      picture.pending = true;
      requestAnimationFrame(function () {
        picture.pending = false;
        const scale = window.devicePixelRatio || 1;
        picture.width = parent.clientWidth;
        canvas.width = Math.round(picture.width * scale);
        canvas.height = Math.round(picture.height * scale);
        canvas.style.width = picture.width + 'px';
        canvas.style.height = picture.height + 'px';
        const c = canvas.getContext('2d');
        c.setTransform(scale, 0, 0, scale, 0, 0);
        c.font = '12px ui-monospace, "DejaVu Sans Mono", Menlo, monospace';
        c.textBaseline = 'middle';
        draw(c, picture.width, picture.height);
      });
    };
    return picture;
  };

  const faultColors = ['partition', 'kill', 'pause', 'clock', 'packet'];
  belie.faultColor = function (name) {
    return belie.color(faultColors.includes(name) ? name : 'other-fault');
  };

  // The time at pixel x of a picture whose plot begins at `left`, and the other way round.
  belie.scale = function (view, left, width) {
    const k = (width - left) / (view.to - view.from);
    return {
      px: (x) => left + (x - view.from) * k,
      at: (px) => view.from + (px - left) / k
    };
  };

  belie.faultBands = function (c, d, view, s, left, width, top, height) {
    c.globalAlpha = matchMedia('(prefers-color-scheme: dark)').matches ? 0.16 : 0.35;
    for (const f of d.faults) {
      const [from, to] = view.fault(f);
      const a = Math.max(s.px(from), left);
      const b = Math.min(s.px(to), width);
      if (b <= a) continue;
      c.fillStyle = belie.faultColor(f.name);
      c.fillRect(a, top, Math.max(b - a, 1), height);
    }
    c.globalAlpha = 1;
  };

  // A bar at the bottom of a plot from each heal of all faults to the first success after it, and a
  // triangle where as many succeed as before the faults.
  belie.healMarks = function (c, d, view, s, left, width, bottom) {
    c.fillStyle = belie.color('good');
    for (const h of d.heals) {
      const [from, to] = view.fault(h);
      const a = s.px(from);
      const b = Math.min(s.px(to), width);
      if (a > width) continue;
      if (b >= left) c.fillRect(Math.max(a, left), bottom - 4, Math.max(b - Math.max(a, left), 3), 4);
      if (a >= left) c.fillRect(a, bottom - 12, 2, 12);
      if (h.back === undefined) continue;
      const x = s.px(view.event(h.back, h.backAt));
      if (x < left || x > width) continue;
      c.beginPath();
      c.moveTo(x, bottom - 14);
      c.lineTo(x - 5, bottom - 5);
      c.lineTo(x + 5, bottom - 5);
      c.fill();
    }
  };

  belie.axis = function (c, view, s, left, width, y) {
    c.fillStyle = belie.color('soft');
    c.strokeStyle = belie.color('line');
    const steps = Math.max(2, Math.floor((width - left) / 130));
    const raw = (view.to - view.from) / steps;
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const found = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= raw);
    const step = view.axis === 'time' ? found : Math.max(found, 1);
    for (let x = Math.ceil(view.from / step) * step; x <= view.to; x += step) {
      const px = s.px(x);
      c.beginPath();
      c.moveTo(px, y - 4);
      c.lineTo(px, y);
      c.stroke();
      const text = view.label(x);
      if (px + c.measureText(text).width < width) c.fillText(text, px + 3, y - 5);
    }
  };

  // Drag over a picture to choose the part that is shown; keys work where it has the focus.
  belie.navigate = function (picture, view, left, brush) {
    const canvas = picture.canvas;
    let start = null;
    const at = (e) => belie.scale(view, left, picture.width).at(e.offsetX);
    canvas.addEventListener('pointerdown', function (e) {
      start = { x: e.offsetX, at: at(e), from: view.from, moved: false };
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener('pointermove', function (e) {
      if (!start) return;
      start.moved = start.moved || Math.abs(e.offsetX - start.x) > 4;
      if (!start.moved || brush) return;
      const k = (view.to - view.from) / Math.max(picture.width - left, 1);
      const width = view.to - view.from;
      const from = start.from - (e.offsetX - start.x) * k;
      view.set(from, from + width);
    });
    canvas.addEventListener('pointerup', function (e) {
      const from = start;
      start = null;
      if (!from) return;
      if (!from.moved) canvas.dispatchEvent(new CustomEvent('pick', { detail: e }));
      else if (brush) view.set(Math.min(from.at, at(e)), Math.max(from.at, at(e)));
    });
    canvas.addEventListener('wheel', function (e) {
      if (!e.ctrlKey) return;
      e.preventDefault();
      view.zoom(e.deltaY > 0 ? 1.25 : 0.8, at(e));
    }, { passive: false });
    canvas.tabIndex = 0;
    canvas.addEventListener('keydown', function (e) {
      const keys = {
        ArrowLeft: () => view.pan(-0.2), ArrowRight: () => view.pan(0.2),
        '+': () => view.zoom(0.5), '=': () => view.zoom(0.5), '-': () => view.zoom(2), 0: view.all
      };
      if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      keys[e.key]();
    });
  };
})();
