/**
 * Fallbacks for colours that an old browser cannot compute.
 *
 * lightningcss lowers oklch, nesting and color-mix of constants. A color-mix of
 * a variable only the browser can compute, and none older than 111 does.
 * Tailwind puts those behind @supports and leaves the first colour before it,
 * at full strength: a faint border turns into a black one. Here the colour
 * before it becomes the line colour where the mix is mostly clear.
 */
import postcss, { type AtRule, type Container, type Declaration, type Root, type Rule } from "postcss";
import type { Plugin } from "vite";

const SUPPORTED = "(color: color-mix(in lab, red, red))";

/** The value with every color-mix(...) replaced: by its first colour, or a faint one where it is mostly clear. */
export function plain({ prop, value }: { prop: string; value: string }): string {
  const faint = prop.includes("background") || prop.endsWith("-bg") ? "var(--raised)" : "var(--line)";
  let rest = value;
  for (let at = rest.indexOf("color-mix("); at >= 0; at = rest.indexOf("color-mix(", at)) {
    const end = closing(rest, at + "color-mix(".length);
    const [, first = "", second = ""] = split(rest.slice(at + "color-mix(".length, end));
    rest = rest.slice(0, at) + instead(first, second, faint) + rest.slice(end + 1);
  }
  return rest;
}

/** The larger of two colours, as far as their shares can be read; a mostly clear one becomes the faint one. */
function instead(first: string, second: string, faint: string): string {
  const share = Number(/([\d.]+)%$/.exec(first)?.[1] ?? "50");
  if (share > 40) return colourOf(first);
  return /#0000|transparent/.test(second) ? faint : colourOf(second);
}

function colourOf(part: string): string {
  return part.replace(/\s+(calc\(.*\)|[\d.]+%)$/, "");
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

/** Set what an old browser takes, in the nearest rule before `guard` with the same selector. */
function answer(guard: AtRule, rule: Rule, declaration: Declaration): void {
  for (let before = guard.prev(); before; before = before.prev()) {
    if (before.type !== "rule" || before.selector !== rule.selector) continue;
    const same = before.nodes.findLast((node) => node.type === "decl" && node.prop === declaration.prop);
    if (same) (same as Declaration).value = plain(declaration);
    else before.append(declaration.clone({ value: plain(declaration) }));
    return;
  }
  guard.before(rule.clone({ nodes: [declaration.clone({ value: plain(declaration) })] }));
}

/** Put a color-mix that nothing guards behind @supports, with a plain colour in its place. */
function guard(declaration: Declaration): void {
  const rule = declaration.parent as Rule;
  const inside = rule.clone({ nodes: [declaration.clone()] });
  rule.after(postcss.atRule({ name: "supports", params: SUPPORTED, nodes: [inside] }));
  declaration.value = plain(declaration);
}

function guarded(node: Container | undefined): AtRule | undefined {
  for (let up = node; up && up.type !== "root"; up = up.parent as Container | undefined) {
    if (up.type === "atrule" && (up as AtRule).name === "supports" && (up as AtRule).params.includes("color-mix")) {
      return up as AtRule;
    }
  }
  return undefined;
}

/** A layer that is only named holds nothing; Chromium 103 hangs on the second page that has one before media rules. */
function withoutEmptyLayers(root: Root): void {
  root.walkAtRules("layer", (layer) => {
    if (!layer.nodes) layer.remove();
  });
}

/** The finished style sheet with an answer for every browser. */
export function lowered(css: string): string {
  const root = postcss.parse(css);
  const mixed: Declaration[] = [];
  root.walkDecls((declaration) => {
    // Black and white with a variable share: the only oklch left, and rgb says the same.
    declaration.value = declaration.value
      .replaceAll("oklch(0% 0 0 /", "rgb(0 0 0 /")
      .replaceAll("oklch(100% 0 0 /", "rgb(255 255 255 /");
    if (declaration.value.includes("color-mix(")) mixed.push(declaration);
  });
  withoutEmptyLayers(root);
  for (const declaration of mixed) {
    const behind = guarded(declaration.parent as Container);
    if (behind) answer(behind, declaration.parent as Rule, declaration);
    else guard(declaration);
  }
  return root.toString();
}

export function withFallbacks(): Plugin {
  return {
    name: "linli:fallbacks",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = lowered(String(file.source));
      }
    },
  };
}
