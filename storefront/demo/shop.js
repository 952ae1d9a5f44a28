// The theme switch of the demo shop. It runs in the head, so that the page is painted in its theme.
(() => {
  const KEY = 'starling-demo-theme';
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem(KEY) ?? 'plain';
    } catch {
      return 'plain';
    }
  }

  function choose(theme) {
    root.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Kept nowhere.
    }
  }

  root.dataset.theme = stored();

  document.addEventListener('DOMContentLoaded', () => {
    for (const radio of document.querySelectorAll('.themes input')) {
      radio.checked = radio.value === root.dataset.theme;
      radio.addEventListener('change', () => choose(radio.value));
    }
  });

  // The generated reviews have photos at addresses that lead nowhere. The service has put drawings
  // in their places on the first page; this does so for the pages that the widget loads.
  document.addEventListener(
    'error',
    ({ target }) => {
      const photo = /^https:\/\/images\.example\.com\/reviews\/\w+(\w)\.jpg$/.exec(target.src);
      if (!photo) return;
      target.src = `/storefront/photo-${Number.parseInt(photo[1], 16) % 4}.svg`;
      const link = target.closest('a');
      if (link) link.href = target.src;
    },
    true,
  );
})();
