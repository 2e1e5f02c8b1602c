// Lets times go on between two fetches: how long a run has been going on, and how far away a slot is.
'use strict';

(() => {
  const main = document.getElementById('main');
  let ahead = 0; // ms that the clock of the daemon is ahead of this one
  const set = () => {
    const now = Date.parse(document.getElementById('tiles')?.dataset.now);
    if (now) ahead = now - Date.now();
  };

  // As the daemon writes spans: the one or two largest units.
  const span = (ms) => {
    const s = Math.floor(ms / 1000), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    const two = (n) => String(n).padStart(2, '0');
    if (m < 1) return `${s}s`;
    if (m < 10 && s % 60) return `${m}m${two(s % 60)}s`;
    if (h < 1) return `${m}m`;
    if (d < 1) return m % 60 ? `${h}h${two(m % 60)}m` : `${h}h`;
    return d < 10 && h % 24 ? `${d}d${h % 24}h` : `${d}d`;
  };

  const tick = () => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll('time[data-count]')) {
      const away = Date.parse(time.dateTime) - Date.now() - ahead;
      const text = time.dataset.count === 'for' ? `for ${span(Math.max(0, -away))}` : away < 1000 ? 'now' : `in ${span(away)}`;
      if (time.textContent !== text) time.textContent = text;
    }
  };

  main.addEventListener('live', (event) => event.target.id === 'tiles' && set());
  set();
  setInterval(tick, 1000);
})();
