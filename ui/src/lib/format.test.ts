import { describe, expect, it } from "vitest";
import {
  count,
  formatDate,
  formatMinutes,
  formatMoney,
  minutesOr,
  shortMoney,
  word,
} from "./format";

describe("durations as people say them", () => {
  it.each([
    [0, "0 min"],
    [45, "45 min"],
    [90, "1 h 30 min"],
    [1440, "24 h"],
    [2880, "2 d"],
    [4320, "3 d"],
    [1505, "25 h 5 min"],
    [-75, "\u22121 h 15 min"],
  ])("%i minutes", (m, text) => expect(formatMinutes(m)).toBe(text));
  it("unknown is never zero", () => {
    expect(minutesOr(null)).toBe("–");
    expect(minutesOr(0)).toBe("0 min");
  });
});

it("amounts", () => {
  expect(formatMoney(44_000, "EUR")).toBe("44,000 EUR");
  expect(formatMoney(-1234.5, "EUR")).toBe("\u22121,234.50 EUR");
  expect([0, 950, 50_000, 1_200_000].map(shortMoney)).toEqual(["0", "950", "50k", "1.2M"]);
});

it("dates, counts and words", () => {
  expect(formatDate("2026-11-23")).toBe("23 November 2026");
  expect([count(1, "service"), count(2, "service"), count(0, "activity", "activities")]).toEqual([
    "1 service",
    "2 services",
    "0 activities",
  ]);
  expect(word("end_to_end_test")).toBe("end-to-end test");
});
