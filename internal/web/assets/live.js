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
  let last = 0; // when the page was fetched

  const busy = (element) => {
    const active = document.activeElement;
    if (active && active !== document.body && element.contains(active) && active.matches('input, select, textarea')) return true;
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && selection.containsNode(element, true);
  };

  // What a person has done to an element goes over to the one that replaces it.
  const carry = (from, to) => {
    for (const open of from.querySelectorAll('details[id]')) {
      const there = to.querySelector('#' + CSS.escape(open.id));
      if (there) there.open = open.open;
    }
    for (const box of from.querySelectorAll('input[type="checkbox"][name]')) {
      const there = to.querySelector(`input[type="checkbox"][name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`);
      if (there) there.checked = box.checked;
    }
    for (const old of from.querySelectorAll('[id].scroll, pre[id]')) {
      const there = to.querySelector('#' + CSS.escape(old.id));
      if (there) old.scrolled = [there, old.scrollLeft, old.scrollTop];
    }
  };

  const replace = (element, fresh) => {
    if (element.isEqualNode(fresh)) return;
    const focus = element.contains(document.activeElement) ? document.activeElement.id : '';
    carry(element, fresh);
    const scrolled = [...element.querySelectorAll('*')].flatMap((e) => (e.scrolled ? [e.scrolled] : []));
    element.replaceWith(fresh);
    for (const [there, left, top] of scrolled) there.scrollTo(left, top);
    if (focus) document.getElementById(focus)?.focus();
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
    try {
      const answer = await fetch(location.href, {headers: {'X-Curfew-Live': '1', Accept: 'text/html'}, redirect: 'error'});
      if (answer.status === 401) return void location.reload();
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const element of document.querySelectorAll('[data-live][id]')) {
        const fresh = page.getElementById(element.id);
        if (fresh && !busy(element)) replace(element, document.importNode(fresh, true));
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

  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource('/v1/events');
    for (const name of names) source.addEventListener(name, changed);
    source.onopen = () => {
      lost.hidden = true;
      changed(); // something may have happened before the stream began
    };
    source.onerror = () => {
      lost.hidden = false;
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source.close();
      source = null;
      setTimeout(listen, 5000);
    };
  };

  const leave = () => {
    source?.close();
    source = null;
    clearTimeout(waiting);
    waiting = 0;
  };

  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()));
  addEventListener('pagehide', leave);
  addEventListener('pageshow', listen);
  setInterval(() => !document.hidden && Date.now() - last >= rest && changed(), rest);
  last = Date.now();
  listen();
})();
