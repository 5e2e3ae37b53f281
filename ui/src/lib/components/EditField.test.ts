import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it } from "vitest";
import { useHost } from "../host";
import { memoryHost } from "../host/memory";
import EditField from "./EditField.svelte";

const STATUS = { workspace: null, recent: [], today: "2026-11-24", version: "0" };
let answer: (args: never) => unknown;
let host = memoryHost({});
beforeEach(() => {
  answer = () => ({ operation: "change RTO", code: "A1", tags: [], undo: null, redo: null });
  host = memoryHost({ status: () => STATUS, set_fields: (args) => answer(args) });
  useHost(host);
});

const changes = (): unknown[] =>
  host.calls.filter((c) => c.command === "set_fields").map((c) => c.args);

it("writes when it is left, and only what changed", async () => {
  render(EditField, { code: "A1", field: "rto_min", label: "RTO", value: "4 h" });
  const field = screen.getByLabelText("RTO");
  await fireEvent.blur(field);
  await fireEvent.input(field, { target: { value: "1h30" } });
  await fireEvent.blur(field);
  expect(changes()).toEqual([{ code: "A1", fields: [{ field: "rto_min", text: "1h30" }] }]);
});

it("keeps what was typed when it is refused, and says what is allowed", async () => {
  answer = () => {
    throw {
      code: "bad_value",
      params: { allowed: "a duration such as 90, 1h30 or 2d" },
      detail: "no",
    };
  };
  render(EditField, { code: "A1", field: "rto_min", label: "RTO", value: "4 h" });
  const field = screen.getByLabelText<HTMLInputElement>("RTO");
  await fireEvent.input(field, { target: { value: "soon" } });
  await fireEvent.blur(field);
  expect((await screen.findByRole("alert")).textContent).toContain("a duration such as 90");
  expect(field.value).toBe("soon");
  await fireEvent.keyDown(field, { key: "Escape" });
  expect(field.value).toBe("4 h");
});
