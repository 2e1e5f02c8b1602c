// The live tail: when records come, those that are newer than the newest here are put on top. live.js listens.
'use strict';

(() => {
  const most = 500; // rows that are kept
  const rows = document.getElementById('records');
  if (!rows?.dataset.rest) return;
  const button = document.getElementById('pause');
  const state = document.getElementById('tail-state');
  let paused = false;
  let fetching = false;
  let again = false; // records came while others were fetched

  const add = async () => {
    if (fetching) again = true;
    if (paused || fetching) return;
    fetching = true;
    try {
      const from = new URL(rows.dataset.rest, location.href);
      from.searchParams.set('since', rows.dataset.newest);
      const answer = await fetch(from, {headers: {'X-Curfew-Live': '1', Accept: 'text/html'}, redirect: 'error'});
      if (!answer.ok || paused) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('records');
      rows.dataset.newest = fresh.dataset.newest;
      rows.prepend(...[...fresh.children].map((row) => document.importNode(row, true)));
      if (rows.children.length) document.querySelector('main > .empty')?.remove();
      while (rows.children.length > most) rows.lastElementChild.remove();
    } catch {
      // live.js says that the daemon cannot be reached, and comes again.
    } finally {
      fetching = false;
      if (again) setTimeout(add, 1000);
      again = false;
    }
  };

  button.addEventListener('click', () => {
    paused = !paused;
    button.textContent = paused ? 'Go on' : 'Pause';
    state.textContent = paused ? 'Paused: what comes is shown when you go on.' : '';
    add();
  });
  document.getElementById('tail').hidden = false;
  document.addEventListener('curfew-refresh', add);
})();
