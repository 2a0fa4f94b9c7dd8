/** @file `datetime.now().strftime(format)` in the C locale, with the flags and widths of the GNU C library. */

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
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

/** What a code stands for: text, or a number with the width and the character that fill it. */
type Part = string | { readonly number: number; readonly width: number; readonly fill: string };

const zeros = (number: number, width = 2): Part => ({ number, width, fill: "0" });
const blanks = (number: number): Part => ({ number, width: 2, fill: " " });

/** Codes that stand for several others. */
const compound: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  r: "%I:%M:%S %p",
  R: "%H:%M",
  T: "%H:%M:%S",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

const codes: Readonly<Record<string, (date: Date) => Part>> = {
  a: (date) => days[date.getDay()]!.slice(0, 3),
  A: (date) => days[date.getDay()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  B: (date) => months[date.getMonth()]!,
  C: (date) => zeros(Math.floor(date.getFullYear() / 100)),
  d: (date) => zeros(date.getDate()),
  e: (date) => blanks(date.getDate()),
  f: (date) => `${String(date.getMilliseconds()).padStart(3, "0")}000`,
  g: (date) => zeros(isoWeek(date).year % 100),
  G: (date) => zeros(isoWeek(date).year, 4),
  h: (date) => months[date.getMonth()]!.slice(0, 3),
  H: (date) => zeros(date.getHours()),
  I: (date) => zeros(date.getHours() % 12 || 12),
  j: (date) => zeros(dayOfYear(date) + 1, 3),
  k: (date) => blanks(date.getHours()),
  l: (date) => blanks(date.getHours() % 12 || 12),
  m: (date) => zeros(date.getMonth() + 1),
  M: (date) => zeros(date.getMinutes()),
  n: () => "\n",
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  P: (date) => (date.getHours() < 12 ? "am" : "pm"),
  s: (date) => zeros(Math.floor(date.getTime() / 1000), 1),
  S: (date) => zeros(date.getSeconds()),
  t: () => "\t",
  u: (date) => zeros(date.getDay() || 7, 1),
  U: (date) => zeros(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7)),
  V: (date) => zeros(isoWeek(date).week),
  w: (date) => zeros(date.getDay(), 1),
  W: (date) => zeros(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7)),
  y: (date) => zeros(date.getFullYear() % 100),
  Y: (date) => zeros(date.getFullYear(), 1),
  "%": () => "%",
};

/** Days since the first of January. */
function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000);
}

/** The week that begins with Monday and holds most of its days in its year (ISO 8601). */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1 };
}

/** `date` in local time. Codes that the library does not know stay as they are. */
export function formatDate(date: Date, format: string): string {
  // Python itself replaces these, and a date without a zone has neither offset nor name.
  const withoutZone = format.replace(/%[%zZf]/g, (code) => {
    if (code === "%%") return code;
    return code === "%f" ? (codes["f"]!(date) as string) : "";
  });
  return written(date, withoutZone);
}

function written(date: Date, format: string): string {
  return format.replace(/%[-_0^#+]*\d*[EO]?[a-zA-Z%]/g, (whole) => {
    const [, flags, width, code] = /^%([-_0^#+]*)(\d*)[EO]?(.)$/.exec(whole) as unknown as [
      string,
      string,
      string,
      string,
    ];
    const part = compound[code] === undefined ? codes[code]?.(date) : written(date, compound[code]);
    return part === undefined ? whole : shaped(part, { flags, width, code });
  });
}

interface Shape {
  readonly flags: string;
  readonly width: string;
  readonly code: string;
}

function shaped(part: Part, { flags, width, code }: Shape): string {
  const last = /[-_0+](?=[^-_0+]*$)/.exec(flags)?.[0];
  if (typeof part === "string") {
    const changed = flags.includes("^")
      ? part.toUpperCase()
      : flags.includes("#")
        ? code === "p" || code === "Z"
          ? part.toLowerCase()
          : part.toUpperCase()
        : part;
    return changed.padStart(Number(width || 0), last === "0" || last === "+" ? "0" : " ");
  }
  const fill = last === "_" || (last === "-" && width !== "") ? " " : last === "0" || last === "+" ? "0" : part.fill;
  const size = width === "" ? (last === "-" ? 0 : part.width) : Number(width);
  return String(part.number).padStart(size, fill);
}
