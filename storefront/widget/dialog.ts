import { type Html, html } from '../shared/html';

/**
 * A modal `dialog` with this content. The browser keeps the focus inside, closes it with Escape and
 * gives the focus back. It leaves the page when it is closed.
 *
 * @param host its language and direction are the dialog's
 */
export function openDialog(host: HTMLElement, label: string, content: Html): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = 'starling-dialog';
  dialog.ariaLabel = label;
  dialog.innerHTML = String(content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', ({ target }) => {
    if ((target as Element).closest('.starling-close')) dialog.close();
  });
  host.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A photo at its full size, with its description. A click beside it closes it, too. */
export function openPhoto(host: HTMLElement, photo: HTMLAnchorElement, closeLabel: string): void {
  const alt = photo.querySelector('img')!.alt;
  const dialog = openDialog(
    host,
    alt,
    html`<figure class="starling-large-photo"><img src="${photo.href}" alt="${alt}" referrerpolicy="no-referrer"><button type="button" class="starling-button starling-close">${closeLabel}</button></figure>`,
  );
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
