// The page of jobs: a key for the search, and a box for all on the page. Without this script everything can be done, too.
'use strict';

(() => {
  const search = document.getElementById('search');
  const boxes = () => [...document.querySelectorAll('input[name="job"]')];

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input:not([type="checkbox"]), select, textarea, [contenteditable]')) return;
    event.preventDefault();
    search?.focus();
    search?.select();
  });

  // Says how many are selected, and lets orders be about them.
  const count = () => {
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const everything = document.getElementById('everything');
    const told = document.getElementById('chosen');
    if (!everything || !told) return;
    everything.hidden = false;
    everything.checked = chosen > 0 && chosen === all.length;
    everything.indeterminate = chosen > 0 && chosen < all.length;
    const text = chosen ? `${chosen} selected` : '';
    if (told.textContent !== text) told.textContent = text;
  };

  let scope = 'selected'; // as it was chosen: a live page begins with the first one
  document.addEventListener('change', (event) => {
    if (event.target.id === 'scope') scope = event.target.value;
    if (event.target.id === 'everything') for (const box of boxes()) box.checked = event.target.checked;
    else if (event.target.name !== 'job') return;
    document.getElementById('scope').value = scope = 'selected';
    count();
  });
  document.addEventListener('live', () => {
    const select = document.getElementById('scope');
    if (select) select.value = scope;
    count();
  });
  count();
})();
