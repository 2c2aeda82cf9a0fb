// The operations of the page as columns. See data.c for the format.
'use strict';
const belie = {};

(function () {
  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  function reader(bytes) {
    let at = 0;
    function unsigned() {
      let v = 0;
      let scale = 1;
      for (;;) {
        const b = bytes[at++];
        v += (b & 127) * scale;
        if (b < 128) return v;
        scale *= 128;
      }
    }
    function signed() {
      const v = unsigned();
      return v % 2 ? -(v + 1) / 2 : v / 2;
    }
    return { unsigned, signed };
  }

  // x of an operation is its time in seconds, its place in the order of events or its step in the
  // order of the proof; all are kept, and view.js says which one is drawn.
  belie.decode = function (raw) {
    const n = raw.n;
    const d = {
      n, all: raw.all, every: raw.every, timed: raw.timed, events: raw.events,
      end: raw.end / 1e6, rows: raw.rows, marks: raw.marks, faults: raw.faults,
      heals: raw.heals, effects: raw.effects, steps: raw.steps, stale: raw.stale,
      effect: new Float64Array(n), // event at which it takes effect in the proof; -1: not known
      step: new Float64Array(n).fill(Infinity), // place in that order; Infinity: in none
      behind: new Float64Array(n), // seconds that a read was behind
      inv: new Float64Array(n), ret: new Float64Array(n), // positions; ret Infinity: never
      began: new Float64Array(n), ended: new Float64Array(n), // seconds
      index: new Float64Array(n), type: new Uint8Array(n), sampled: new Uint8Array(n),
      f: new Uint32Array(n), process: new Uint32Array(n), key: new Uint32Array(n),
      node: new Uint32Array(n), value: new Uint32Array(n), marked: new Uint8Array(n),
      names: { f: raw.fs, key: raw.keys, node: raw.nodes, value: raw.values, process: raw.processes },
      lane: raw.lanes, byIndex: new Map()
    };
    const r = reader(bytesOf(raw.ops));
    const marks = new Set(raw.marks);
    let inv = 0;
    let offset = 0;
    let us = 0;
    let step = 0;
    for (let i = 0; i < n; i++) {
      inv += r.unsigned();
      const events = r.unsigned();
      offset += r.signed();
      d.inv[i] = inv;
      d.ret[i] = events ? inv + events - 1 : Infinity;
      d.index[i] = inv + offset;
      if (raw.timed) {
        us += r.signed();
        const took = r.unsigned();
        d.began[i] = us / 1e6;
        d.ended[i] = events ? (us + took) / 1e6 : Infinity;
      }
      const bits = r.unsigned();
      d.type[i] = bits & 3;
      d.sampled[i] = (bits >> 2) & 1;
      d.f[i] = bits >> 3;
      d.process[i] = r.unsigned();
      d.key[i] = r.unsigned();
      d.node[i] = r.unsigned();
      d.value[i] = r.unsigned();
      const effect = raw.effects ? r.unsigned() : 0;
      d.effect[i] = effect ? inv + effect - 1 : -1;
      if (effect) d.step[i] = step += r.signed();
      d.behind[i] = raw.stale ? r.unsigned() / 1e6 : 0;
      d.byIndex.set(d.index[i], i);
      d.marked[i] = marks.has(d.index[i]) ? 1 : 0;
    }
    return d;
  };

  belie.types = ['', 'ok', 'fail', 'info'];
  belie.outcomes = ['', 'ok', 'failed', 'unknown'];

  // "write 2" of operation i.
  belie.label = function (d, i) {
    return d.names.f[d.f[i]] + ' ' + (d.names.value[d.value[i]] || '');
  };

  // Operations take effect when one of them begins: that one, or the last listed before it.
  belie.effectOf = function (d, i) {
    let lo = 0;
    let hi = d.n;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (d.inv[mid] <= d.effect[i]) lo = mid + 1;
      else hi = mid;
    }
    return Math.max(lo - 1, i);
  };

  // How many operations of the history operation i stands for.
  belie.weight = function (d, i) {
    return d.sampled[i] ? d.every : 1;
  };
})();
