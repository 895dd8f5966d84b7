// Sets the colour scheme before the first paint, so that a dark page never flashes white. A file of its own: the content security policy allows no inline script.
(function () {
  var kept = null;
  try {
    kept = window.localStorage.getItem('mantine-color-scheme-value');
  } catch (_) {
    // Storage may be forbidden; the system's preference decides then.
  }
  var dark = kept === 'dark' || (kept !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
