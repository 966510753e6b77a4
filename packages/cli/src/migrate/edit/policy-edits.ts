import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { editAndWrap, editObject } from '../text/object-edits.js';
import { endOf, type SourceEdits, startOf } from '../text/source-edits.js';
import type { SetUpPlan } from '../translate/set-up-plans.js';
import { isInside, type Translation } from '../translate/translation.js';

/** Writes a set-up as `attachResilience(instance, { retry: … })`. */
export function writeSetUp(edits: SourceEdits, plan: SetUpPlan, attach: string): void {
  if (!plan.translation.ok) return;
  const { call } = plan.setUp;
  if (plan.setUp.library === 'axios-retry') {
    edits.replace(call.node.callee, attach);
    const assertion = assertionBehind(plan);
    if (assertion) edits.remove(assertion.start, assertion.end);
    writeOptions(edits, plan, '}');
    return;
  }
  const statement = call.getStatementParent()?.node ?? call.node;
  if (plan.defaults === undefined || plan.options === undefined) {
    edits.replaceRange(startOf(statement), endOf(call.node), `${attach}(${plan.instance})`);
    return;
  }
  // The assignment has the options and the comments on them, so it stays.
  const { assignment } = plan.defaults;
  edits.replaceRange(startOf(assignment.node), startOf(plan.options.node), `${attach}(${plan.instance}, `);
  edits.remove(endOf(plan.options.node), endOf(assignment.node));
  edits.remove(startOf(statement), endOf(statement));
  writeOptions(edits, plan, '})');
}

/** Returns ` as Options` behind the literal, because the options have another type now. */
export function assertionBehind({ setUp, options }: SetUpPlan): { start: number; end: number } | undefined {
  const argument = setUp.call.node.arguments[1];
  if (options === undefined || argument === undefined || !isInside(options.node, argument)) return undefined;
  const [start, end] = [endOf(options.node), endOf(argument)];
  return start < end ? { start, end } : undefined;
}

/** Writes the options of one request, `{ retries: 5 }`, as `resilience: { maxRetries: 5 }`. */
export function writeRequest(
  edits: SourceEdits,
  property: NodePath<t.ObjectProperty>,
  options: NodePath<t.ObjectExpression>,
  translation: Translation,
): void {
  if (!translation.ok) return;
  edits.replaceRange(startOf(property.node), startOf(property.node.value), 'resilience: ');
  editObject(edits, options.node, translation.edit);
}

/** Writes `retry: { … }` in the options of `got.extend` as `...resilience({ retry: { … } })`. */
export function writeGotRetry(
  edits: SourceEdits,
  property: NodePath<t.ObjectProperty>,
  options: NodePath<t.ObjectExpression>,
  translation: Translation,
  resilience: string,
): void {
  if (!translation.ok) return;
  edits.replaceRange(startOf(property.node), startOf(property.node.value), '');
  editAndWrap(edits, options.node, translation.edit, `...${resilience}({ retry:`, '})');
}

function writeOptions(edits: SourceEdits, { options, translation }: SetUpPlan, end: string): void {
  if (options !== undefined && translation.ok) editAndWrap(edits, options.node, translation.edit, '{ retry:', end);
}
