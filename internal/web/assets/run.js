// Shows the output of a run as it comes, and its chain of causes when the run is over. What is shown is bounded; the page
// scrolls with it until somebody scrolls up. Without this script the page shows the end of the output as it was.
'use strict';

(() => {
  const limit = 256 * 1024; // characters of output that the page keeps, the newest
  const pause = 100; // ms between two additions to the page
  const rest = 5000; // ms between two tries to follow, at least
  const log = document.getElementById('log');
  const note = document.getElementById('log-note');
  const cut = document.getElementById('log-cut');
  const end = document.getElementById('log-end');
  if (!log || !window.fetch || !window.ReadableStream) return;

  const state = () => document.getElementById('head')?.dataset ?? {};
  let reading = null; // ends the stream that is being read
  let waiting = ''; // came, and is not on the page yet
  let timer = 0;
  let shown = 0; // characters on the page
  let following = true;
  let tried = -rest; // when it was last tried to follow

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  const show = () => {
    timer = 0;
    if (!waiting) return;
    log.append(waiting);
    shown += waiting.length;
    waiting = '';
    if (shown > limit) { // a quarter at a time, so that each character is moved once, and not at every addition
      const kept = log.textContent.slice(-limit * 0.75);
      log.textContent = kept.slice(kept.indexOf('\n') + 1);
      shown = log.textContent.length;
      cut.hidden = false;
    }
    if (following) log.scrollTop = log.scrollHeight;
  };
  const add = (text) => {
    if ((waiting += text).length > limit) {
      waiting = waiting.slice(-limit);
      cut.hidden = false;
    }
    if (!timer) timer = setTimeout(show, pause);
  };

  log.addEventListener('scroll', () => {
    following = atEnd();
    end.hidden = following;
  });
  end.addEventListener('click', () => {
    following = true;
    log.scrollTop = log.scrollHeight;
  });

  const follow = async () => {
    if (reading || document.hidden || !('running' in state()) || performance.now() - tried < rest) return;
    tried = performance.now();
    const mine = (reading = new AbortController());
    try {
      const answer = await fetch(log.dataset.follow, {signal: mine.signal, redirect: 'error'});
      if (!answer.ok) {
        note.textContent = answer.status === 503 ? 'The output cannot be followed now: too many do, or the daemon stops.' : 'The output cannot be followed.';
        return;
      }
      log.textContent = '';
      shown = 0;
      waiting = '';
      cut.hidden = true;
      note.textContent = 'It is followed as it comes.';
      const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await text.read(); !piece.done; piece = await text.read()) add(piece.value);
      note.textContent = 'This is the end of the output.';
    } catch {
      if (!mine.signal.aborted) note.textContent = 'The connection was lost; this is the output up to then.';
    } finally {
      if (reading === mine) reading = null;
    }
  };
  const leave = () => {
    reading?.abort();
    reading = null;
  };

  // A run that is held may be so for days: nobody listens to it meanwhile.
  let told = 'over' in state();
  document.addEventListener('live', () => {
    if ('running' in state()) follow();
    else if (!('over' in state())) leave();
    if (told || !('over' in state())) return;
    told = true;
    causes();
  });
  const causes = async () => {
    try {
      const answer = await fetch(location.href, {headers: {Accept: 'text/html'}, redirect: 'error'});
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.getElementById('causes');
      if (answer.ok && fresh) document.getElementById('causes').replaceWith(document.importNode(fresh, true));
    } catch {
      told = false; // the next record tries again
    }
  };

  document.addEventListener('visibilitychange', () => {
    tried = -rest;
    return document.hidden ? leave() : follow();
  });
  addEventListener('pagehide', leave);
  addEventListener('pageshow', follow);
  log.scrollTop = log.scrollHeight;
  follow();
})();
