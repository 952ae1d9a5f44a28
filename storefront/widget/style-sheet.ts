let loading: Promise<unknown> | undefined;

/**
 * Resolves when the widget's styles apply. A page that has not linked them, or bundled them with
 * its own, gets them from where this script came from, before its own, so that those win.
 * Failure: the widget works without styles.
 */
export function loadStyles(element: HTMLElement): Promise<unknown> {
  loading ??= getComputedStyle(element).getPropertyValue('--starling-styles')
    ? Promise.resolve()
    : new Promise((resolve) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = new URL(STYLE_SHEET, import.meta.url).href;
        link.onload = link.onerror = resolve;
        document.head.prepend(link);
      });
  return loading;
}
