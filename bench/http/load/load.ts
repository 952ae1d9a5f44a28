import { sendWithAutocannon } from './autocannon';
import type { SendLoad } from './load-types';
import { hasWrk, sendWithWrk } from './wrk';

/**
 * Sends as much as the server answers: each connection sends the next request when it has its
 * answer. Uses wrk where it is installed, otherwise autocannon.
 */
export const sendLoad: SendLoad = (url, requests, pace) =>
  (hasWrk() ? sendWithWrk : sendWithAutocannon)(url, requests, pace);
