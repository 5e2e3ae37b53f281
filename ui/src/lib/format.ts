/** How quantities are shown; the Rust side has the same rules. */

const MINUS = "\u2212";
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A duration as people say it: `45 min`, `1 h 30 min`, `24 h`, `3 d`; whole days only from two days on. */
export function formatMinutes(minutes: number): string {
  const sign = minutes < 0 ? MINUS : "";
  const m = Math.abs(Math.round(minutes));
  if (m >= 2880 && m % 1440 === 0) return `${sign}${m / 1440} d`;
  const h = Math.floor(m / 60);
  const r = m % 60;
  if (h === 0) return `${sign}${r} min`;
  return r === 0 ? `${sign}${h} h` : `${sign}${h} h ${r} min`;
}

/** A duration, or what stands for "unknown". */
export function minutesOr(minutes: number | null, unknown = "–"): string {
  return minutes === null ? unknown : formatMinutes(minutes);
}

/** A number with thousands separators and at most two decimals. */
export function formatNumber(n: number): string {
  const rounded = Math.round(Math.abs(n) * 100) / 100;
  const [whole = "0", fraction] = String(rounded).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const tail = fraction === undefined ? "" : `.${fraction.padEnd(2, "0")}`;
  return `${n < 0 && rounded !== 0 ? MINUS : ""}${grouped}${tail}`;
}

/** The size of a file: `12 kB`, `3.4 MB`. */
export function formatSize(bytes: number): string {
  return bytes < 1e6
    ? `${formatNumber(Math.max(1, Math.round(bytes / 1e3)))} kB`
    : `${formatNumber(Math.round(bytes / 1e5) / 10).replace(/\.(\d)0$/, ".$1")} MB`;
}

/** An amount in currency units: `44,000 EUR`; cents only where there are any. */
export function formatMoney(amount: number, currency: string): string {
  return `${formatNumber(amount)} ${currency}`;
}

/** An amount for an axis: `0`, `50k`, `1.2M`. */
export function shortMoney(amount: number): string {
  const scale = (by: number, unit: string): string =>
    `${formatNumber(Math.round((amount / by) * 10) / 10).replace(/\.(\d)0$/, ".$1")}${unit}`;
  if (Math.abs(amount) >= 1e9) return scale(1e9, "bn");
  if (Math.abs(amount) >= 1e6) return scale(1e6, "M");
  if (Math.abs(amount) >= 1e3) return scale(1e3, "k");
  return formatNumber(amount);
}

/** A date as it is printed: `23 November 2026`. Takes `YYYY-MM-DD` or the start of an RFC 3339 moment. */
export function formatDate(date: string): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  const month = m ? MONTHS[Number(m[2]) - 1] : undefined;
  return m && month ? `${Number(m[3])} ${month} ${m[1]}` : date;
}

/** A moment as it is read here: `23 November 2026, 14:05`. */
export function formatMoment(moment: string): string {
  const at = new Date(moment);
  if (!moment.includes("T") || Number.isNaN(at.getTime())) return formatDate(moment);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${formatDate(day)}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A count with its noun: `1 service`, `3 services`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${formatNumber(n)} ${n === 1 ? one : many}`;
}

/** A word of the interchange file as people say it: `end_to_end_test` becomes `end-to-end test`. */
export function word(w: string): string {
  if (w === "end_to_end_test") return "end-to-end test";
  return w.replaceAll("_", " ");
}

/** The first letter as a capital. */
export function capital(s: string): string {
  return s.charAt(0).toUpperCase() + s.slice(1);
}

/** A file's name without its folders. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).pop() ?? path;
}
