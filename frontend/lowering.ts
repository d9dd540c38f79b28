/**
 * Fallbacks for colours that an old browser cannot compute.
 *
 * lightningcss lowers oklch, nesting and color-mix of constants, but a
 * color-mix of a variable can only be computed by the browser, and one older
 * than 111 throws the whole declaration away (borders and tracks then turn
 * into the text colour). Each such declaration gets a plain one before it; a
 * custom property, which every browser accepts unread, is put behind @supports.
 */
import postcss, { type AtRule, type Container, type Declaration, type Rule } from "postcss";
import type { Plugin } from "vite";

const SUPPORTED = "(color: color-mix(in lab, red, red))";

/** Replace every color-mix(...) in `value` by its first colour, or by the line colour where that is mostly clear. */
export function plain(value: string): string {
  let rest = value;
  for (let at = rest.indexOf("color-mix("); at >= 0; at = rest.indexOf("color-mix(", at + 1)) {
    const end = closing(rest, at + "color-mix(".length);
    const [, first = "", second = ""] = split(rest.slice(at + "color-mix(".length, end));
    rest = rest.slice(0, at) + instead(first, second) + rest.slice(end + 1);
  }
  return rest;
}

function instead(first: string, second: string): string {
  const share = Number(/([\d.]+)%\s*$/.exec(first)?.[1] ?? "50");
  const clear = /#0000|transparent/.test(second);
  if (clear && share <= 12) return "transparent";
  if (clear && share <= 40) return "var(--line, #d5dad6)";
  return first.replace(/\s*[\d.]+%\s*$/, "").replace(/^[\d.]+%\s*/, "");
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i;
  }
  return text.length;
}

function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const char of text) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += char;
  }
  return [...parts, part.trim()];
}

function guarded(node: Container | undefined): boolean {
  for (let up = node; up && up.type !== "root"; up = up.parent as Container | undefined) {
    if (up.type === "atrule" && (up as AtRule).name === "supports" && (up as AtRule).params.includes("color-mix")) {
      return true;
    }
  }
  return false;
}

function lower(declaration: Declaration): void {
  const rule = declaration.parent as Rule;
  if (!declaration.prop.startsWith("--")) {
    const before = declaration.prev();
    const answered = before?.type === "decl" && before.prop === declaration.prop && !before.value.includes("color-mix(");
    if (!answered) declaration.cloneBefore({ value: plain(declaration.value) });
    return;
  }
  const inside = rule.clone({ nodes: [declaration.clone()] });
  rule.after(postcss.atRule({ name: "supports", params: SUPPORTED, nodes: [inside] }));
  declaration.value = plain(declaration.value);
}

export function withFallbacks(): Plugin {
  return {
    name: "linli:fallbacks",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        const root = postcss.parse(String(file.source));
        root.walkDecls((declaration) => {
          if (declaration.value.includes("color-mix(") && !guarded(declaration.parent as Container)) lower(declaration);
        });
        file.source = root.toString();
      }
    },
  };
}
