import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useHost } from "../host";
import { memoryHost } from "../host/memory";
import { working } from "./working.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("shows long work by its name, passes a stop on, and leaves nothing behind", async () => {
  const stopWork = vi.fn(() => Promise.resolve());
  const work = vi.fn(() => Promise.resolve({ what: "backing up", share: 0.5 }));
  useHost({ ...memoryHost({}), work, stopWork });
  let finish = (): void => undefined;
  const call = working.during(new Promise<void>((done) => (finish = done)));
  await vi.advanceTimersByTimeAsync(500);
  expect(work).not.toHaveBeenCalled();
  expect(working.now).toBeNull();
  await vi.advanceTimersByTimeAsync(200);
  expect(working.now).toEqual({ what: "backing up", share: 0.5 });
  await working.stop();
  expect(stopWork).toHaveBeenCalledOnce();
  finish();
  await call;
  expect(working.now).toBeNull();
  expect(working.stopping).toBe(false);
  work.mockClear();
  await vi.advanceTimersByTimeAsync(2000);
  expect(work).not.toHaveBeenCalled();
});
