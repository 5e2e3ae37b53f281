import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { showDialogs } from "../../../tests/dialog";
import { useHost } from "../../lib/host";
import { memoryHost } from "../../lib/host/memory";
import BringBack from "./BringBack.svelte";

beforeAll(showDialogs);
afterEach(cleanup);

const conflict = (id: string, label: string) => ({
  id,
  record: "service:1",
  kind: "service",
  code: "svc-portal",
  name: "Order portal",
  label,
  base: "8 h",
  ours: "4 h",
  theirs: null,
  ours_by: "Ada",
  ours_at: null,
  theirs_by: "Ben",
  theirs_at: null,
  choice: null,
  moves: [],
});

test("nothing is brought back until every conflict has a choice", async () => {
  const host = memoryHost({
    status: () => ({ workspace: null, recent: [], today: "2026-11-25", version: "" }),
    preview_bring_back: () => ({
      path: "/a.mainstay",
      copy_for: "Room A",
      since: "given out",
      since_at: "2026-11-25T09:00:00Z",
      steps: 2,
      incoming: [],
      conflicts: [conflict("a", "RTO"), conflict("b", "RPO")],
      open: 2,
      notices: ["A new service of the same name is on both sides."],
      results: [],
    }),
    bring_back: () => ({
      operation: "bring back Room A",
      tags: ["service"],
      records: 1,
      notices: [],
      results: [],
      undo: null,
      redo: null,
    }),
  });
  useHost(host);
  const closed = vi.fn();
  render(BringBack, { path: "/a.mainstay", onclose: closed });
  await screen.findByText("A new service of the same name is on both sides.");
  const button = screen.getByTestId<HTMLButtonElement>("bring-back-now");
  expect(button.disabled).toBe(true);
  expect(screen.getAllByText("not set")).toHaveLength(2);

  const [first, , , second] = screen.getAllByRole("radio", { hidden: true });
  await fireEvent.click(first!);
  expect(button.disabled).toBe(true);
  await fireEvent.click(second!);
  await waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
  await waitFor(() => expect(closed).toHaveBeenCalledOnce());
  expect(host.calls.find((c) => c.command === "bring_back")?.args).toEqual({
    path: "/a.mainstay",
    choices: [
      { target: "a", side: "ours" },
      { target: "b", side: "theirs" },
    ],
    prefer: null,
  });
});
