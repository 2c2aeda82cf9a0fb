// Filters of the index. Without this the page lists everything.
'use strict';
(function () {
  const rows = Array.from(document.getElementById('results').rows);
  const show = document.getElementById('show');
  const search = document.getElementById('search');
  const status = document.getElementById('status');
  const texts = rows.map((row) => row.textContent.toLowerCase());

  function filter() {
    const word = search.value.trim().toLowerCase();
    let n = 0;
    rows.forEach(function (row, i) {
      const verdict = !show.value || row.dataset.verdict === show.value;
      row.hidden = !verdict || !texts[i].includes(word);
      n += row.hidden ? 0 : 1;
    });
    status.textContent = n + ' of ' + rows.length + ' shown';
  }

  show.addEventListener('change', filter);
  search.addEventListener('input', filter);
  document.getElementById('filters').hidden = false;
})();
