// CSV as RFC 4180 has it, with commas, semicolons or tabs between the fields.

// parse returns rows of fields. Lines may end in any way, and a quoted field may have some.
export function parse(text) {
  text = text.replace(/^\uFEFF/, "");
  const first = text.slice(0, (text.search(/[\r\n]/) + 1 || text.length + 1) - 1);
  const comma = [",", ";", "\t"].reduce((best, c) => (first.split(c).length > first.split(best).length ? c : best));
  const rows = [];
  let row = [], field = "", at = 0;
  const end = () => {
    row.push(field);
    field = "";
  };
  while (at < text.length) {
    const c = text[at];
    if (c === '"' && field === "") {
      for (at++; ; at++) {
        const close = text.indexOf('"', at);
        if (close < 0) throw new Error(`row ${rows.length + 1} has a quote that isn't closed`);
        field += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    } else if (c === comma) {
      end();
      at++;
    } else if (c === "\n" || c === "\r") {
      end();
      rows.push(row);
      row = [];
      at += c === "\r" && text[at + 1] === "\n" ? 2 : 1;
    } else {
      field += c;
      at++;
    }
  }
  if (field !== "" || row.length) {
    end();
    rows.push(row);
  }
  return rows.filter((r) => r.length > 1 || r[0] !== "");
}

// format writes rows.
export const format = (rows) => rows.map((row) => row.map((field) => {
  const text = String(field);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}).join(",") + "\r\n").join("");
