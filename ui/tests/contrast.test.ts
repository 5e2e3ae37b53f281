// @vitest-environment node
/** Every pair of role tokens that carries text has 4.5:1, every mark and edge 3:1, in light and dark (WCAG 2.2). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Rgb = [number, number, number];
const css = readFileSync(new URL("../src/lib/styles/tokens.css", import.meta.url), "utf8");

function tokens(selector: string): Map<string, string> {
  const at = css.indexOf(selector);
  const block = css.slice(css.indexOf("{", at) + 1, css.indexOf("}", at));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? "", (m[2] ?? "").trim()]),
  );
}

/** Linear-light sRGB of `#rrggbb` or `oklch(L% C H)`; the matrices are those of CSS Color 4. */
function linear(value: string): Rgb {
  const hex = /^#([0-9a-f]{6})$/i.exec(value);
  if (hex?.[1]) {
    const n = parseInt(hex[1], 16);
    return [n >> 16, (n >> 8) & 255, n & 255].map((c) => {
      const v = c / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    }) as Rgb;
  }
  const lch = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)$/.exec(value);
  if (!lch) throw new Error(`not a colour: ${value}`);
  const [L, C, h] = [Number(lch[1]) / 100, Number(lch[2]), (Number(lch[3]) * Math.PI) / 180];
  const [a, b] = [C * Math.cos(h), C * Math.sin(h)];
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return rgb.map((c) => Math.min(Math.max(c, 0), 1)) as Rgb;
}

function contrast(a: string, b: string): number {
  const luminance = (v: string): number => {
    const [r, g, bl] = linear(v);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const SURFACES = ["surface", "surface-raised", "surface-sunken"];
const light = tokens(":root");
const themes = { light, dark: new Map([...light, ...tokens('[data-theme="dark"]')]) };

describe.each(Object.entries(themes))("%s", (_, t) => {
  const of = (name: string): string => {
    const v = t.get(name);
    if (v === undefined) throw new Error(`no token ${name}`);
    return v;
  };
  const text: [string, string][] = [
    ...SURFACES.flatMap((s): [string, string][] =>
      ["text", "text-quiet", "accent", "gap", "met", "warn"].map((c) => [c, s]),
    ),
    ["text-on-accent", "accent"],
    ["accent", "accent-soft"],
    ["text", "accent-soft"],
    ["text-quiet", "accent-soft"],
    ["gap", "gap-soft"],
    ["met", "met-soft"],
    ["warn", "warn-soft"],
    ["text-quiet", "hatch-a"],
    ["text-quiet", "hatch-b"],
    ...[1, 2, 3, 4, 5].map((n): [string, string] => [`on-impact-${n}`, `impact-${n}`]),
  ];
  it.each(text)("%s on %s can be read", (a, b) =>
    expect(contrast(of(a), of(b))).toBeGreaterThanOrEqual(4.5),
  );
  it.each(SURFACES)("edges of fields and the curve stand out on %s", (s) => {
    expect(contrast(of("control"), of(s))).toBeGreaterThanOrEqual(3);
    expect(contrast(of("accent"), of(s))).toBeGreaterThanOrEqual(3);
  });
  it("the impact ramp gets steadily stronger", () => {
    const all = [1, 2, 3, 4, 5].map((n) => contrast(of(`impact-${n}`), of("surface")));
    expect(all).toEqual([...all].sort((a, b) => a - b));
    all.slice(1).forEach((c, i) => expect(c / (all[i] ?? 1)).toBeGreaterThan(1.15));
  });
});
