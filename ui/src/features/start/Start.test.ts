import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";
import { showDialogs } from "../../../tests/dialog";
import { useHost } from "../../lib/host";
import { memoryHost } from "../../lib/host/memory";
import Start from "./Start.svelte";

beforeAll(showDialogs);
afterEach(cleanup);

const needed = (path: string) => ({
  code: "passphrase_needed",
  params: {},
  detail: `${path} is encrypted.`,
});

test("what is saved of an encrypted, damaged file is opened with its passphrase", async () => {
  const host = memoryHost({
    status: () => ({ workspace: null, recent: [], today: "2026-11-25", version: "" }),
    open: ({ path, passphrase }: { path: string; passphrase: string | null }) => {
      throw passphrase === null
        ? needed(path)
        : { code: "file_damaged", params: {}, detail: `${path} is damaged.` };
    },
    backups_of: () => ({ folder: "/b", chosen: false, automatic: true, trouble: null, list: [] }),
    rescue_damaged: ({ passphrase }: { passphrase: string | null }) => {
      if (passphrase === null) throw needed("/a.mainstay");
      return {
        path: "/a rescued.mainstay",
        exact: true,
        last_change: 3,
        last_change_at: null,
        saved: [],
        from_history: 0,
        lost: [],
        repaired: [],
      };
    },
  });
  useHost(host);
  render(Start, { problem: { problem: needed("/a.mainstay") as never, path: "/a.mainstay" } });
  const field = await screen.findByTestId("passphrase");
  await fireEvent.input(field, { target: { value: "a harbour at night" } });
  await fireEvent.submit(screen.getByTestId("ask-passphrase"));
  const rescue = await screen.findByTestId("rescue");
  await fireEvent.click(rescue);
  const once = await screen.findByTestId("damaged-passphrase");
  await fireEvent.input(once, { target: { value: "a harbour at night" } });
  await fireEvent.click(rescue);
  await fireEvent.click(await screen.findByTestId("open-rescued"));
  await waitFor(() =>
    expect(screen.getByTestId("ask-passphrase").textContent).toContain("a rescued"),
  );
  expect(host.calls.filter((c) => c.command === "open").map((c) => c.args)).toEqual([
    { path: "/a.mainstay", passphrase: "a harbour at night" },
    { path: "/a rescued.mainstay", passphrase: null },
  ]);
});
