/**
 * Lint rules that keep the architecture: layering, platform names, and syntax that Node 20 lacks.
 *
 * They concern published code only: files of the members in {@linkcode LAYERS}, and the root's
 * `mod.ts`.
 *
 * @module
 */

import { LAYERS, MISSING_ON_NODE_20, PLATFORM_FOLDER, SCOPE } from "./layers.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The plugin, named `avx` in ignore comments: `// deno-lint-ignore avx/layering`. */
const plugin: Deno.lint.Plugin = {
  name: "avx",
  rules: {
    "layering": { create: (context) => onImports(context, checkLayer) },
    "platform": {
      create: (context) => ({
        ...onImports(context, checkPlatformImport),
        Identifier(node): void {
          const home = placeOf(context.filename);
          if (home === undefined || home.path.startsWith(PLATFORM_FOLDER)) return;
          if (node.name !== "Deno" || isPropertyName(node)) return;
          context.report({ node, message: `\`Deno\` may only be named in ${PLATFORM_FOLDER}` });
        },
      }),
    },
    "no-using": {
      create: (context) => ({
        VariableDeclaration(node): void {
          if (placeOf(context.filename) === undefined) return;
          const kind: string = node.kind;
          if (!kind.includes("using")) return;
          context.report({
            node,
            message: `\`${kind}\` is a syntax error on Node 20`,
            hint: "Use `try` and `finally`",
          });
        },
      }),
    },
    "node-20": {
      create: (context) => ({
        MemberExpression(node): void {
          if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
          reportMissing(context, node, `${node.object.name}.${node.property.name}`);
        },
        NewExpression(node): void {
          if (node.callee.type === "Identifier") reportMissing(context, node, node.callee.name);
        },
      }),
    },
  },
};

export default plugin;

interface Place {
  /** The member's folder name; `http` for the root's own `mod.ts`. */
  readonly member: string;
  /** The path relative to the root. */
  readonly path: string;
}

/** Where a published file is; `undefined` for any other file. */
function placeOf(filename: string): Place | undefined {
  const normal = filename.replaceAll("\\", "/");
  const path = normal.startsWith(ROOT) ? normal.slice(ROOT.length) : normal;
  if (path === "mod.ts") return { member: "http", path };
  const member = path.slice(0, Math.max(0, path.indexOf("/")));
  return Object.hasOwn(LAYERS, member) && member !== "http" ? { member, path } : undefined;
}

type Check = (home: Place, specifier: string) => string | undefined;

/** Visits whatever names another module, types included. */
function onImports(context: Deno.lint.RuleContext, check: Check): Deno.lint.LintVisitor {
  const home = placeOf(context.filename);
  if (home === undefined) return {};
  const visit = (source: Deno.lint.Node | null): void => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    const message = check(home, source.value);
    if (message !== undefined) context.report({ node: source, message });
  };
  return {
    ImportDeclaration: (node): void => visit(node.source),
    ExportNamedDeclaration: (node): void => visit(node.source),
    ExportAllDeclaration: (node): void => visit(node.source),
    ImportExpression: (node): void => visit(node.source),
  };
}

function checkLayer(home: Place, specifier: string): string | undefined {
  if (specifier.startsWith("node:") || specifier === "#platform") return undefined;
  if (specifier.startsWith(SCOPE)) {
    const target = specifier.slice(SCOPE.length).split("/")[0];
    if (LAYERS[home.member].includes(target)) return undefined;
    return target === home.member
      ? `${home.member} must import its own files relatively: "${specifier}"`
      : `${home.member} may not import ${target}: it may import ${list(home.member)}`;
  }
  if (!specifier.startsWith(".")) {
    return `Published code has no dependencies: "${specifier}" is none of ours`;
  }
  const target = new URL(specifier, `file:///${home.path}`).pathname.slice(1);
  if (home.member !== "http" && !target.startsWith(`${home.member}/`)) {
    return `"${specifier}" leaves ${home.member}: import other members by package name`;
  }
  return undefined;
}

function checkPlatformImport(home: Place, specifier: string): string | undefined {
  if (home.path.startsWith(PLATFORM_FOLDER)) return undefined;
  return specifier.startsWith("node:") || specifier === "#platform"
    ? `"${specifier}" may only be imported in ${PLATFORM_FOLDER}`
    : undefined;
}

/** Whether the identifier is a property's or a key's name, as in `compiler.Deno`. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  return (parent.type === "MemberExpression" && parent.property === node && !parent.computed &&
    !(parent.object.type === "Identifier" && parent.object.name === "globalThis")) ||
    (parent.type === "Property" && parent.key === node && !parent.shorthand);
}

function reportMissing(
  context: Deno.lint.RuleContext,
  node: Deno.lint.Node,
  name: string,
): void {
  if (placeOf(context.filename) === undefined || !Object.hasOwn(MISSING_ON_NODE_20, name)) return;
  context.report({
    node,
    message: `Node 20 lacks ${name}`,
    hint: `Use ${MISSING_ON_NODE_20[name]}`,
  });
}

function list(member: string): string {
  const allowed = LAYERS[member];
  return allowed.length === 0 ? "nothing of ours" : allowed.join(", ");
}
