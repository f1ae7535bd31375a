/**
 * Which declarations of a module only make a value, so that they are no part of what does not use it.
 *
 * A bundler must keep every call that it does not know. What is called in a module of stages is mostly ours or
 * Effect's (`Schema.Struct`, `Grid.cross`, a stage) and makes a value, no more: such declarations are wrapped in a
 * function that is called where it is needed and marked as pure. Everything in doubt is left as it is, and so kept.
 */
import type { ESTree } from "rolldown/utils"
import type { Edit } from "./editText.ts"
import type { Source } from "./Source.ts"

type Expression = ESTree.Expression
type Statement = ESTree.Program["body"][number]

/** Edits that wrap them. `makes` tells which imports bind what only makes values. */
export const values = (
  source: Source,
  makes: (specifier: string, imported: string | undefined) => boolean
): ReadonlyArray<Edit> => {
  const known: Known = {
    plain: new Set(),
    makers: new Set(source.imports.flatMap(({ bindings, specifier }) =>
      bindings.filter(({ imported }) => makes(specifier, imported)).map(({ local }) => local)))
  }
  return source.program.body.flatMap((statement, index) => declared(source, statement, known, index))
}

/** The names of a module that are known to only make values when they are called. */
interface Known {
  /** Whatever is called on them, and on what they make. */
  readonly makers: Set<string>
  /** They alone: nothing is known of what they return. */
  readonly plain: Set<string>
}

const declared = (source: Source, statement: Statement, known: Known, index: number): ReadonlyArray<Edit> => {
  switch (statement.type) {
    case "ExportNamedDeclaration":
      return statement.declaration === null ? [] : declared(source, statement.declaration as Statement, known, index)
    case "ExportDefaultDeclaration":
      return isMade(statement.declaration as Expression, known) ? wrapped(statement.declaration) : []
    case "ClassDeclaration":
      return classParts(statement).filter((part) => isMade(part, known)).flatMap(wrapped)
    case "VariableDeclaration":
      return statement.declarations.flatMap(({ id, init }, order) => {
        if (init === null || !isValue(init, known)) return []
        const names = namesIn(id)
        if (makesValues(init, known)) for (const name of names) known.makers.add(name)
        if (id.type === "Identifier") {
          if (isPlainFunction(init, known)) known.plain.add(id.name)
          return isMade(init, known) ? wrapped(init) : []
        }
        return taken(source.text.slice(id.start, id.end), `dln${index}x${order}`, names, id, init)
      })
    default:
      return []
  }
}

const pure = "/* @__PURE__ */ (() => "

const wrapped = ({ end, start }: ESTree.Span): ReadonlyArray<Edit> =>
  [{ start, end: start, text: `${pure}(` }, { start: end, end, text: "))()" }]

/** `const { a, b } = made` as one declaration a name. */
const taken = (
  pattern: string,
  whole: string,
  names: ReadonlyArray<string>,
  id: ESTree.Span,
  init: ESTree.Span
): ReadonlyArray<Edit> => {
  const each = names.map((name) => `, ${name} = ${pure}{ const ${pattern} = ${whole}; return ${name} })()`)
  return [
    { start: id.start, end: init.start, text: `${whole} = ${pure}(` },
    { start: init.end, end: init.end, text: `))()${each.join("")}` }
  ]
}

/** The names that a pattern binds. */
export const namesIn = (pattern: ESTree.BindingPattern | ESTree.BindingRestElement): ReadonlyArray<string> => {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name]
    case "AssignmentPattern":
      return namesIn(pattern.left)
    case "RestElement":
      return namesIn(pattern.argument)
    case "ObjectPattern":
      return pattern.properties.flatMap((property) => namesIn(property.type === "Property" ? property.value : property))
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element === null ? [] : namesIn(element))
  }
}

const classParts = ({ body, superClass }: ESTree.Class): ReadonlyArray<Expression> => [
  ...(superClass === null ? [] : [superClass]),
  ...body.body.flatMap((member) =>
    member.type === "PropertyDefinition" && member.static && member.value !== null ? [member.value] : [])
]

/** A value that is not plainly one: the bundler would keep it. */
const isMade = (expression: Expression, known: Known): boolean =>
  !/^(Literal|Identifier|ArrowFunctionExpression|Function\w+|ClassDeclaration)$/.test(expression.type)
  && isValue(expression, known)

/** Whether evaluating an expression does nothing but give its value. */
const isValue = (expression: ESTree.Node, known: Known): boolean => {
  const value = (one: ESTree.Node) => isValue(one, known)
  const node = unwrapped(expression)
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "MetaProperty":
    case "ThisExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true
    case "TemplateLiteral":
      return node.expressions.every(value)
    case "ArrayExpression":
      return node.elements.every((element) => element === null || value(element))
    case "ObjectExpression":
      return node.properties.every((property) =>
        property.type === "SpreadElement" ? value(property) : (!property.computed || value(property.key)) && value(property.value))
    case "SpreadElement":
      return value(node.argument)
    case "UnaryExpression":
      return node.operator !== "delete" && value(node.argument)
    case "BinaryExpression":
    case "LogicalExpression":
      return value(node.left) && value(node.right)
    case "ConditionalExpression":
      return value(node.test) && value(node.consequent) && value(node.alternate)
    case "MemberExpression":
      return value(node.object) && (!node.computed || value(node.property))
    case "CallExpression":
      return node.arguments.every(value) && (makesValues(node.callee, known) || isPlainCall(node, known))
    case "TaggedTemplateExpression":
      return node.quasi.expressions.every(value) && makesValues(node.tag, known)
    case "NewExpression":
      return node.arguments.every(value) && node.callee.type === "Identifier" && collections.test(node.callee.name)
    default:
      return false
  }
}

/** Whether what is called, or its body, comes from a maker; Effect's `run…` do whatever they are given. */
const makesValues = (callee: Expression, known: Known): boolean => {
  const node = unwrapped(callee)
  switch (node.type) {
    case "Identifier":
      return known.makers.has(node.name)
    case "MemberExpression":
      return !(node.property.type === "Identifier" && node.property.name.startsWith("run"))
        && makesValues(node.object, known)
    case "CallExpression":
      return isValue(node, known) && makesValues(node.callee, known)
    case "ArrowFunctionExpression":
      return node.expression && makesValues(node.body as Expression, known)
    default:
      return false
  }
}

/** Functions of the language, and methods of its values, that change nothing, and are given nothing that may. */
const isPlainCall = (call: ESTree.CallExpression, known: Known): boolean => {
  const node = unwrapped(call.callee)
  if (node.type === "Identifier") return isPlainName(node.name, known)
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return false
  const { name } = node.property
  const object = unwrapped(node.object)
  const isFunction = object.type === "Identifier" && functions[object.name]?.test(name) === true
  return (isFunction || methods.test(name) && isValue(object, known))
    && (!callers.test(name) || call.arguments.every((one) => isPlainArgument(unwrapped(one), known)))
}

/** An argument that may be called: what is not plainly harmless is kept. */
const isPlainArgument = (node: ESTree.Node, known: Known): boolean => {
  switch (node.type) {
    case "Identifier":
      return isPlainName(node.name, known)
    case "ArrowFunctionExpression":
      return isPlainFunction(node, known)
    default:
      return /^(Literal|TemplateLiteral|ArrayExpression|ObjectExpression|UnaryExpression|BinaryExpression)$/.test(node.type)
  }
}

const isPlainFunction = (node: ESTree.Node, known: Known): boolean =>
  node.type === "ArrowFunctionExpression" && node.expression && isValue(node.body, known)

const isPlainName = (name: string, known: Known) =>
  known.plain.has(name) || /^(Number|String|Boolean|BigInt|Symbol|undefined)$/.test(name)

const words = (list: string): RegExp => new RegExp(`^(${list.replaceAll(" ", "|")})$`)

const collections = /^(Map|Set|Date|RegExp|URL|(Float(32|64)|(Big)?(Ui|I)nt\d+|Uint8Clamped)Array)$/
const methods = words(
  "at concat entries every filter find findIndex flat flatMap includes indexOf join keys map padEnd padStart reduce repeat " +
    "replace replaceAll slice some split toFixed toLowerCase toReversed toSorted toUpperCase trim values"
)
/** Those that call what they are given. */
const callers = words("every filter find findIndex flatMap from map parse reduce replace replaceAll some stringify toSorted")
const functions: { readonly [name: string]: RegExp } = {
  Array: words("from of isArray"),
  JSON: words("parse stringify"),
  Math: /./,
  Number: /./,
  Object: words("entries fromEntries keys values"),
  String: /./
}

/** What TypeScript adds to an expression, taken off. */
export const unwrapped = (node: ESTree.Node): ESTree.Node => {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "ChainExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
      return unwrapped(node.expression)
    default:
      return node
  }
}
