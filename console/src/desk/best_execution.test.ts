import { expect, test } from 'vitest';
import { bestExecution } from './best_execution';
import { Problem } from './api';

const parts = (texts: string[]) => {
  const asked: string[] = [];
  const ask = (async (url: string) => {
    asked.push(url);
    const at = asked.length - 1;
    return new Response(texts[at], { headers: at < texts.length - 1 ? { 'Assay-Next-Cursor': 'c' + at } : {} });
  }) as unknown as typeof fetch;
  return { ask, asked };
};

test('three parts are one file with its heads once, and each is asked for by the cursor before it', async () => {
  const { ask, asked } = parts(['a,b\r\n1,2\r\n', 'a,b\r\n3,4\r\n', 'a,b\r\n5,6\r\n']);
  const { csv, cut } = await bestExecution('F', 'T', () => {}, ask);
  expect([csv, cut]).toEqual(['a,b\r\n1,2\r\n3,4\r\n5,6\r\n', false]);
  expect(asked[0]).not.toContain('cursor');
  expect(asked[2]).toContain('cursor=c1');
});

test('a refusal is the problem that the desk tells', async () => {
  const ask = (async () => new Response('{"title":"Wrong time","detail":"to: later than from"}', { status: 400 })) as unknown as typeof fetch;
  await expect(bestExecution('T', 'F', () => {}, ask)).rejects.toThrowError(new Problem(400, 'Wrong time', 'to: later than from'));
});
