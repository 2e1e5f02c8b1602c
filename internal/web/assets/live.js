// Keeps a page as the runtime is: when records come, the page is fetched again, and each element with data-live is
// replaced by its namesake. Without this script pages are whole, too.
'use strict';

(() => {
  const pause = 1000; // ms between two fetches, at least
  const rest = 30000; // ms after which a page is fetched again although no record came: times go on
  const names = document.querySelector('meta[name="curfew-events"]')?.content.split(' ') ?? [];
  const lost = document.getElementById('lost');

  // The zone of this browser, for pages that show times in it.
  const cookie = (name) => document.cookie.split('; ').find((c) => c.startsWith(name + '='))?.slice(name.length + 1);
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone || '');
  if (names.length && zone && cookie('curfew_browser_zone') !== zone) {
    document.cookie = `curfew_browser_zone=${zone};path=/;max-age=31536000;samesite=lax`;
    const shown = document.querySelector('button[name="zone"][value="browser"]')?.getAttribute('aria-pressed');
    if (shown === 'true' && cookie('curfew_browser_zone') === zone) location.reload();
  }
  if (!names.length || !document.querySelector('[data-live][id]')) return;

  let source = null; // the stream of records, while the page can be seen
  let waiting = 0; // the timer of the next fetch
  let fetching = false;
  let again = false; // a record came while the page was fetched
  let skipped = false; // a part was left as it was, since somebody is about to use it
  let last = 0; // when the page was fetched

  const busy = (element) => {
    const active = document.activeElement;
    if (active && active !== document.body && element.contains(active) && active.matches('input, select, textarea')) return true;
    if (element.querySelector(':active')) return true; // a button is being pressed
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && selection.containsNode(element, true);
  };

  // What a person has done to an element goes over to the one that replaces it.
  const carry = (from, to) => {
    for (const kept of from.querySelectorAll('[data-kept][id]')) {
      to.querySelector('#' + CSS.escape(kept.id))?.replaceWith(document.importNode(kept, true)); // what the page said to an order
    }
    for (const open of from.querySelectorAll('details[id]')) {
      const there = to.querySelector('#' + CSS.escape(open.id));
      if (there) there.open = open.open;
    }
    for (const box of from.querySelectorAll('input[type="checkbox"][name]')) {
      const there = to.querySelector(`input[type="checkbox"][name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`);
      if (there) there.checked = box.checked;
    }
    for (const secret of from.querySelectorAll('input[type="password"][id]')) {
      const there = to.querySelector('#' + CSS.escape(secret.id));
      if (there) there.value = secret.value;
    }
    for (const old of from.querySelectorAll('[id].scroll, pre[id]')) {
      const there = to.querySelector('#' + CSS.escape(old.id));
      if (there) old.scrolled = [there, old.scrollLeft, old.scrollTop];
    }
  };

  // The element of a new part that stands for one of the old part: the one with its id, or with its place among its like.
  const twin = (old, from, to) => {
    if (old.id) return to.querySelector('#' + CSS.escape(old.id));
    const told = (e) => ['href', 'name', 'value', 'action', 'aria-label'].map((name) => e.getAttribute(name)).join();
    const like = (part) => [...part.querySelectorAll(old.localName)].filter((e) => told(e) === told(old));
    return like(to)[like(from).indexOf(old)];
  };

  const replace = (element, fresh) => {
    carry(element, fresh);
    if (element.isEqualNode(fresh)) return;
    const focus = element.contains(document.activeElement) ? twin(document.activeElement, element, fresh) : null;
    const scrolled = [...element.querySelectorAll('*')].flatMap((e) => (e.scrolled ? [e.scrolled] : []));
    element.replaceWith(fresh);
    for (const [there, left, top] of scrolled) there.scrollTo(left, top);
    focus?.focus({preventScroll: true});
    fresh.dispatchEvent(new CustomEvent('live', {bubbles: true}));
  };

  const refresh = async () => {
    waiting = 0;
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    last = Date.now();
    document.dispatchEvent(new CustomEvent('curfew-refresh')); // for scripts of a page
    try {
      const answer = await fetch(location.href, {headers: {'X-Curfew-Live': '1', Accept: 'text/html'}, redirect: 'error'});
      if (answer.status === 401) return void location.reload();
      if (!answer.ok) return;
      skipped = false;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const element of document.querySelectorAll('[data-live][id]')) {
        const fresh = page.getElementById(element.id);
        if (!fresh) continue;
        if (busy(element)) skipped = true;
        else replace(element, document.importNode(fresh, true));
      }
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    } finally {
      fetching = false;
      if (again) changed();
      again = false;
    }
  };

  const changed = () => {
    if (fetching) again = true;
    else if (!waiting) waiting = setTimeout(refresh, Math.max(50, last + pause - Date.now()));
  };

  // A browser has six connections to a daemon, for all its windows. So one of them listens, and tells the others.
  const others = window.BroadcastChannel ? new BroadcastChannel('curfew') : null;
  let release = null; // gives the turn to listen to another window
  const hear = (what) => {
    lost.hidden = what !== 'lost';
    if (what !== 'lost' && !document.hidden) changed();
  };
  const tell = (what) => {
    others?.postMessage(what);
    hear(what);
  };
  if (others) others.onmessage = (event) => hear(event.data);

  const open = () => {
    source = new EventSource('/v1/events');
    for (const name of names) source.addEventListener(name, () => tell('record'));
    source.onopen = () => tell('found'); // something may have happened before the stream began
    source.onerror = () => {
      tell('lost');
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      leave();
      setTimeout(listen, 5000);
    };
  };

  const listen = () => {
    if (release || document.hidden) return;
    changed(); // something may have happened while nobody listened
    const turn = new AbortController();
    let done = () => turn.abort();
    release = () => done();
    if (!navigator.locks) return void open();
    navigator.locks.request('curfew-events', {signal: turn.signal}, () => new Promise((end) => {
      done = end;
      open();
    })).catch(() => {}); // it left before its turn came
  };

  const leave = () => {
    source?.close();
    source = null;
    release?.();
    release = null;
    clearTimeout(waiting);
    waiting = 0;
  };

  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()));
  addEventListener('pagehide', leave);
  addEventListener('pageshow', listen);
  setInterval(() => !document.hidden && Date.now() - last >= rest && changed(), rest);
  document.addEventListener('focusout', () => skipped && changed());
  last = Date.now();
  listen();
})();
