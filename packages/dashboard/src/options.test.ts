import { createPolicy } from '@breakwater/core';
import { expect, it, test } from '@jest/globals';
import { dashboard } from './dashboard.js';
import { resolveDashboardOptions } from './options.js';

const policy = createPolicy();

test.each<[object, string]>([
  [{ policies: [{}] }, 'policies[0] must be a policy, got an object'],
  [{ policies: 7 }, 'policies must be policies in a list, or a function that returns them, got 7'],
  [{ policies: [policy], authorize: 'me' }, 'authorize must be a function, got "me"'],
  [{ policies: [policy], public: 'yes' }, 'public must be true or false, got "yes"'],
  [{ policies: [policy], title: '' }, 'title must be a non-empty string, got ""'],
  [{ policies: [policy], instance: 7 }, 'instance must be a non-empty string, got 7'],
  [{ policies: [policy], admin: {} }, 'admin must be true, false or { authorize: a function }, got an object'],
  [{ policies: [policy], admin: 'alice' }, 'admin must be true, false or { authorize: a function }, got "alice"'],
  [{ policies: [policy], admin: true }, 'admin: true needs authorize'],
  [{ policies: [policy], public: true, authorize: () => true }, 'public: true and authorize contradict each other'],
  [{ policies: [policy], auth: () => true }, 'there is no option auth: it must be one of policies, authorize'],
])('%o is refused: %s', (options, message) => {
  expect(() => dashboard(options)).toThrow(TypeError);
  expect(() => dashboard(options)).toThrow(message);
});

it('rejects a value that is no object', () => {
  expect(() => dashboard(null as never)).toThrow('options must be an object, got null');
});

it('is not public and allows no actions by default, and names the process', () => {
  const settings = resolveDashboardOptions({ policies: [policy] });
  expect(settings).toMatchObject({
    authorize: undefined,
    public: false,
    adminAuthorize: undefined,
    title: 'Breakwater',
  });
  expect(settings.instance).toContain(`:${process.pid}`);
});

it('shows all policies of the process by default, also those that come later', () => {
  const { policies } = resolveDashboardOptions({});
  const later = createPolicy({ name: 'later' });
  expect([...policies()]).toEqual(expect.arrayContaining([policy, later]));
  later.close();
  expect([...policies()]).not.toContain(later);
});

it('keeps the given policies if the list changes later', () => {
  const list = [policy];
  const { policies } = resolveDashboardOptions({ policies: list });
  list.pop();
  expect([...policies()]).toEqual([policy]);
});

it('uses the authorize of the page with admin: true, unless admin has its own', () => {
  const [page, admin] = [() => true, () => 'alice'];
  expect(resolveDashboardOptions({ policies: [], authorize: page, admin: true }).adminAuthorize).toBe(page);
  expect(resolveDashboardOptions({ policies: [], authorize: page, admin: { authorize: admin } }).adminAuthorize).toBe(
    admin,
  );
});
