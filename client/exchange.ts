import { withinTime } from './abortable.ts';

/**
 * The complete answer to one request (`exchange`).
 *
 * Bound: `timeoutMs` from the first byte of the request to the last byte of the answer, and
 * BODY_BYTES_MAX.
 * Failure: `exchange` throws when nobody answers, and when the body of a success is cut off, late,
 * too large, or not JSON in UTF-8. In all these cases the caller cannot know what the service did. An
 * error status is returned whatever its body is.
 */
export interface Answer {
  status: number;
  isSuccess: boolean;
  headers: Headers;
  /** The parsed body; undefined for an error status without a JSON body. */
  json: unknown;
}

/** A page of a hundred reviews with the longest texts has 3 MB. */
const BODY_BYTES_MAX = 10_000_000;

/**
 * Sends one request and reads its answer to the end.
 *
 * @throws the reason of `signal` when the caller aborts; otherwise an Error that says why there is
 * no usable answer
 */
export function exchange(
  url: string,
  request: RequestInit,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  let response: Response | undefined;
  const whole = withinTime(timeoutMs, signal, async (limit) => {
    response = await fetch(url, { ...request, signal: limit });
    return toAnswer(response, await readJson(response));
  });
  return whole.catch((error: unknown) => {
    signal?.throwIfAborted();
    if (response && !response.ok) return toAnswer(response, undefined);
    throw error instanceof Error ? error : new Error(String(error));
  });
}

function toAnswer(response: Response, json: unknown): Answer {
  return { status: response.status, isSuccess: response.ok, headers: response.headers, json };
}

/** The content types of answers: JSON, and for errors also `application/problem+json`. */
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const PROBLEM_TYPE = /^application\/problem\+json\s*(?:;|$)/i;

async function readJson(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type');
  // An answer without a type may be JSON. One of another type is not from the service: it may be the
  // login page of a network.
  const isOurs = type === null || JSON_TYPE.test(type) || (!response.ok && PROBLEM_TYPE.test(type));
  if (!isOurs) {
    discard(response);
    throw new Error(`${response.status} with ${type}`);
  }
  return JSON.parse(await readText(response));
}

async function readText({ body, status }: Response): Promise<string> {
  if (!body) throw new Error(`${status} without a body`);
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > BODY_BYTES_MAX) {
      reader.cancel().catch(() => {});
      throw new Error(`${status} with a body of more than ${BODY_BYTES_MAX} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

/** Cancels the body, so that its connection is free for the next request. */
function discard({ body }: Response): void {
  body?.cancel().catch(() => {});
}
