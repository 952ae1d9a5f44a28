import { html } from '../shared/html';
import type { ReportReason } from '../shared/messages/messages';
import type { Wording } from '../shared/wording';
import { openDialog } from './dialog';

/** Asks why a shopper reports a review. @returns null: they do not, after all */
export function askForReason(
  host: HTMLElement,
  { messages }: Wording,
): Promise<{ reason: ReportReason; detail: string } | null> {
  const reasons = Object.entries(messages.reportReasons).map(
    ([reason, text]) =>
      html`<label><input type="radio" name="reason" value="${reason}" required> ${text}</label>`,
  );
  const dialog = openDialog(
    host,
    messages.reportTitle,
    html`<form class="starling-form" method="dialog"><fieldset class="starling-reasons"><legend>${messages.reportTitle}</legend>${reasons}</fieldset>
<div class="starling-field"><label><span>${messages.reportDetail}</span> <textarea name="detail" rows="3" maxlength="1000" dir="auto"></textarea></label></div>
<div class="starling-actions"><button class="starling-button" value="send">${messages.send}</button><button type="button" class="starling-link starling-close">${messages.cancel}</button></div></form>`,
  );
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const data = new FormData(dialog.querySelector('form')!);
      const reason = data.get('reason') as ReportReason;
      const detail = String(data.get('detail')).trim();
      resolve(dialog.returnValue === 'send' ? { reason, detail } : null);
    });
  });
}
