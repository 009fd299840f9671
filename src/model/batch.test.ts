import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Calls } from '../core/journal.ts';
import type { Output } from '../core/output.ts';
import { type BatchLine, batchKeys, batchLine, readBatchResults, splitBatch, takeBatch } from './batch.ts';

/** The lines of a text as a reader of files gives them. */
const linesOf = (text: string): BatchLine[] =>
  text
    .split('\n')
    .map((line, index, all) => ({ text: line, place: `out.jsonl:${index + 1}`, isTorn: index === all.length - 1 }))
    .filter(({ text: line, isTorn }) => line !== '' || !isTorn);

// https://platform.openai.com/docs/guides/batch, "Prepare your batch file" and "Retrieve the results".
const OPENAI_REQUEST =
  '{"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-3.5-turbo-0125", "messages": [{"role": "system", "content": "You are a helpful assistant."},{"role": "user", "content": "Hello world!"}],"max_tokens": 1000}}';
const OPENAI_RESULTS = `{"id": "batch_req_123", "custom_id": "request-2", "response": {"status_code": 200, "request_id": "req_123", "body": {"id": "chatcmpl-123", "object": "chat.completion", "created": 1711652795, "model": "gpt-3.5-turbo-0125", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "logprobs": null, "finish_reason": "stop"}], "usage": {"prompt_tokens": 22, "completion_tokens": 2, "total_tokens": 24}, "system_fingerprint": "fp_123"}}, "error": null}
{"id": "batch_req_456", "custom_id": "request-1", "response": {"status_code": 200, "request_id": "req_789", "body": {"id": "chatcmpl-abc", "object": "chat.completion", "created": 1711652789, "model": "gpt-3.5-turbo-0125", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello! How can I assist you today?"}, "logprobs": null, "finish_reason": "stop"}], "usage": {"prompt_tokens": 20, "completion_tokens": 9, "total_tokens": 29}, "system_fingerprint": "fp_3ba"}}, "error": null}
`;
const OPENAI_EXPIRED = `{"id": "batch_req_123", "custom_id": "request-3", "response": null, "error": {"code": "batch_expired", "message": "This request could not be executed before the completion window expired."}}
`;
// vLLM, examples/offline_inference/openai_batch/README.md: the completion without its envelope.
const VLLM_DOCUMENTED = `{"id":"vllm-383d1c59835645aeb2e07d004d62a826","custom_id":"request-1","response":{"id":"cmpl-61c020e54b964d5a98fa7527bfcdd378","object":"chat.completion","created":1715633336,"model":"meta-llama/Meta-Llama-3-8B-Instruct","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! It's great to meet you! I'm here to help with any questions or tasks you may have. What's on your mind today?"},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":{"prompt_tokens":25,"total_tokens":56,"completion_tokens":31}},"error":null}
`;
// vLLM, vllm/entrypoints/openai/run_batch.py: an answer, what make_error_request_output writes, and an ErrorResponse.
const VLLM_WRITTEN = `{"id":"vllm-1","custom_id":"request-1","response":{"status_code":200,"request_id":"vllm-batch-1","body":{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"Hm.","content":"*silence*"},"finish_reason":"stop"}],"usage":{"prompt_tokens":27,"total_tokens":32,"completion_tokens":5}}},"error":null}
{"id":"vllm-2","custom_id":"request-2","response":{"status_code":400,"request_id":"vllm-batch-2","body":null},"error":"Request must not be sent in stream mode"}
{"id":"vllm-3","custom_id":"request-3","response":{"status_code":400,"request_id":"vllm-batch-3","body":null},"error":{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"BadRequestError","param":null,"code":400}}}
`;

const completion = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }),
});

function outputOf(body: unknown): Output {
  const { choices, usage } = completion.parse(body);
  return {
    text: choices[0].message.content,
    finishReason: 'stop',
    tokens: { in: usage.prompt_tokens, out: usage.completion_tokens },
    timings: { firstTokenMs: 0, totalMs: 0 },
  };
}

/** Calls that only memory holds. */
function callsInMemory(): Calls & { readonly kept: Map<string, Output> } {
  const kept = new Map<string, Output>();
  return { kept, get: (key) => kept.get(key), record: (key, output) => void kept.set(key, output) };
}

const take = (text: string, asked: readonly string[], calls: Calls = callsInMemory()) =>
  takeBatch(linesOf(text), { calls, asked: new Set(asked), outputOf });

describe('a line of a batch', () => {
  it('is what the guide of OpenAI shows', () => {
    const { custom_id: customId, body, ...rest } = JSON.parse(OPENAI_REQUEST) as { custom_id: string; body: object };
    const line = batchLine({ customId, body: body as Record<string, unknown> });
    expect(JSON.parse(line)).toEqual({ custom_id: customId, body, ...rest });
    expect(line).not.toContain('\n');
    expect([...batchKeys(linesOf(`${line}\n${OPENAI_REQUEST}\n`))]).toEqual(['request-1', 'request-1']);
  });

  it('that is no request is refused with its place', () => {
    expect(() => [...batchKeys(linesOf(`${OPENAI_REQUEST}\n{"model":"x"}\n`))]).toThrow(
      expect.objectContaining({ code: 'record', place: 'out.jsonl:2' }),
    );
  });
});

describe('the files of a batch', () => {
  it('hold at most so many requests, and at most so many bytes with their line ends', () => {
    // Two lines of 4 bytes and their ends are 10 bytes; the third begins a new file.
    const byBytes = splitBatch({ maxRequests: 100, maxBytes: 10 });
    expect(['aaaa', 'bbbb', 'cccc', 'dddddd', 'éé'].map(byBytes)).toEqual([0, 0, 1, 2, 3]);
    const byRequests = splitBatch({ maxRequests: 3, maxBytes: 1000 });
    expect(Array.from({ length: 7 }, () => byRequests('x'))).toEqual([0, 0, 0, 1, 1, 1, 2]);
  });

  it("begin a new one at OpenAI's limits of 50,000 requests and 200 MB", () => {
    const partOf = splitBatch();
    const parts = Array.from({ length: 50_001 }, () => partOf('{}'));
    expect([parts.at(-2), parts.at(-1)]).toEqual([0, 1]);
    const large = splitBatch();
    const line = 'x'.repeat(1e6 - 1);
    const parted = Array.from({ length: 201 }, () => large(line));
    expect([parted.at(-2), parted.at(-1)]).toEqual([0, 1]);
  });

  it('cannot take a line that is longer than a whole file', () => {
    expect(() => splitBatch({ maxRequests: 1, maxBytes: 4 })('aaaa')).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('5 bytes') }),
    );
  });
});

describe('the results of a batch', () => {
  it('of OpenAI are told apart by their custom_id, in whatever order they come', () => {
    const calls = callsInMemory();
    expect(take(OPENAI_RESULTS + OPENAI_EXPIRED, ['request-1', 'request-2', 'request-3'], calls)).toEqual({
      taken: 2,
      repeated: 0,
      failed: [
        {
          place: 'out.jsonl:3',
          customId: 'request-3',
          reason: 'batch_expired: This request could not be executed before the completion window expired.',
        },
      ],
      unknown: [],
      missing: 1,
    });
    expect(calls.get('request-1')?.text).toBe('Hello! How can I assist you today?');
    expect(calls.get('request-2')?.tokens).toEqual({ in: 22, out: 2 });
  });

  it('of vLLM are read with the envelope that it writes and without it, as it documents', () => {
    const [answer, streamed, tooLong] = [...readBatchResults(linesOf(VLLM_WRITTEN))];
    expect(answer).toMatchObject({ kind: 'answered', customId: 'request-1' });
    expect(streamed).toMatchObject({ kind: 'failed', reason: 'HTTP 400: Request must not be sent in stream mode' });
    expect(tooLong).toMatchObject({ reason: "HTTP 400: This model's maximum context length is 8192 tokens." });
    const calls = callsInMemory();
    expect(take(VLLM_DOCUMENTED, ['request-1'], calls)).toMatchObject({ taken: 1, missing: 0 });
    expect(calls.get('request-1')?.tokens).toEqual({ in: 25, out: 31 });
  });

  it('in an error file say what the server said', () => {
    const line =
      '{"id":"b","custom_id":"a","response":{"status_code":429,"request_id":"r","body":{"error":{"message":"slow down","type":"t","code":"rate_limit_exceeded"}}},"error":null}\n';
    expect(take(line, ['a']).failed).toEqual([
      { place: 'out.jsonl:1', customId: 'a', reason: 'HTTP 429: rate_limit_exceeded: slow down' },
    ]);
  });

  it('that nobody asked for, that come twice, are cut off, no JSON, no result or no completion are each named', () => {
    const [second, first] = OPENAI_RESULTS.split('\n') as [string, string];
    const text = [
      first,
      first,
      second.replace('request-2', 'other'),
      '',
      'not json',
      '[1]',
      '{"id":"x","custom_id":"request-2","response":null,"error":null}',
      '{"id":"x","custom_id":"request-2","response":{"status_code":200,"request_id":"r","body":{"choices":[]}}}',
      second.slice(0, 100),
    ].join('\n');
    const calls = callsInMemory();
    const { failed, ...rest } = take(text, ['request-1', 'request-2'], calls);
    expect(rest).toEqual({
      taken: 1,
      repeated: 1,
      unknown: [{ place: 'out.jsonl:3', customId: 'other', reason: 'no call of this name was asked for' }],
      missing: 1,
    });
    expect(failed.map(({ place, customId, reason }) => `${place} ${customId} ${reason}`)).toEqual([
      'out.jsonl:5 null expected the result of a batch',
      'out.jsonl:6 null expected the result of a batch',
      'out.jsonl:7 request-2 there is neither response nor error',
      expect.stringMatching(/^out\.jsonl:8 request-2 .*choices/s),
      'out.jsonl:9 null the line is cut off: fetch the file again',
    ]);
    expect([...calls.kept.keys()]).toEqual(['request-1']);
  });

  it('whose last line has no end, as some servers leave it, are whole', () => {
    expect(take(OPENAI_RESULTS.trimEnd(), ['request-1', 'request-2'])).toMatchObject({ taken: 2, failed: [] });
  });

  it('leave a call that is answered already as it is', () => {
    const calls = callsInMemory();
    const mine = outputOf({
      choices: [{ message: { content: 'mine' } }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
    calls.record('request-1', mine);
    expect(take(OPENAI_RESULTS, ['request-1', 'request-2'], calls)).toMatchObject({ taken: 1, repeated: 1 });
    expect(calls.get('request-1')).toEqual(mine);
  });
});
