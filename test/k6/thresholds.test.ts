import { rmSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { describeWith } from '../support/programs';
import { startScriptedInstance } from '../support/scripted-instance';
import { temporaryFolder } from '../support/temporary-folder';
import {
  codeOfRightAnswers,
  crossed,
  type Ended,
  runLoadTests,
  THRESHOLD_CROSSED,
} from './load-test-run';

const WRONG_SETTING = 107;

describeWith('k6', 'a load test', () => {
  let REPORTS: string;
  beforeAll(() => {
    REPORTS = temporaryFolder('k6-thresholds');
  });
  afterAll(() => rmSync(REPORTS, { recursive: true, force: true }));

  async function loadAgainst(answer: RequestListener, scripts = ['load']): Promise<Ended> {
    const server = await startScriptedInstance(answer);
    try {
      const environment = { RATE: '40', DURATION: '2s', PRODUCTS: '100', REPORTS };
      return await runLoadTests(`http://127.0.0.1:${server.port}`, scripts, environment);
    } finally {
      await server.close();
    }
  }

  it('passes if every answer is right and fast', async () => {
    const { code, out } = await loadAgainst((request, response) =>
      answerRightly(request.url!, response),
    );

    expect(code).toBe(codeOfRightAnswers(out));
  });

  it.each<[string, string[], RequestListener]>([
    [
      'one of twenty requests fails',
      ['http_req_failed'],
      oneOf(20, (_url, response) => response.writeHead(503).end()),
    ],
    ['one of ten answers is late', [], oneOf(10, answerLate)],
    ['an answer is about another product', ['checks'], (_request, response) => response.end('{}')],
  ])('fails if %s', async (_title, answers, answer) => {
    const { code, out } = await loadAgainst(answer);

    expect([code, crossed(out).answers]).toEqual([THRESHOLD_CROSSED, answers]);
    if (answers.length === 0) expect(crossed(out).time).toContain('http_req_duration');
  });

  it('that fails ends the run', async () => {
    const { out } = await loadAgainst((_request, response) => response.end('{}'), ['load', 'soak']);

    expect(out).toContain('load: FAILED');
    expect(out).not.toContain('soak');
  });

  it('names a wrong setting and sends no request', async () => {
    const { code, error } = await runLoadTests('http://127.0.0.1:9', ['load'], {
      RATE: 'fast',
      REPORTS,
    });

    expect(code).toBe(WRONG_SETTING);
    expect(error).toContain("RATE must be a whole number from 1 to 50000, not 'fast'");
  });
});

/** What the scripts expect in a page, a summary and a listing. */
function answerRightly(url: string, response: ServerResponse): void {
  const [, product] = /(?:products\/|product_ids=)(\d+)/.exec(url) ?? [];
  response.end(`{"product_id":"${product}","reviews":[`);
}

function answerLate(url: string, response: ServerResponse): void {
  setTimeout(() => answerRightly(url, response), 1_200);
}

function oneOf(
  many: number,
  answerIt: (url: string, response: ServerResponse) => void,
): RequestListener {
  let number = 0;
  return (request, response) => {
    number += 1;
    (number % many === 0 ? answerIt : answerRightly)(request.url!, response);
  };
}
