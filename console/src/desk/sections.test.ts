import { expect, test } from 'vitest';
import { settingsOf } from './sections';

const toml = `# a desk
[limits]
parent_qty = 500_000          # shares of one parent
duplicate_window = "1s"       # the same order again
# off = 1

[router]
time_out = "1s # not a comment"
names = ["a", "b"]
`;

test('a section is its keys, values and the comments beside them', () => {
  expect(settingsOf(toml, 'limits')).toEqual([
    { key: 'parent_qty', value: '500_000', comment: 'shares of one parent' },
    { key: 'duplicate_window', value: '1s', comment: 'the same order again' }]);
  expect(settingsOf(toml, 'router')).toEqual([
    { key: 'time_out', value: '1s # not a comment', comment: '' },
    { key: 'names', value: '["a", "b"]', comment: '' }]);
  expect(settingsOf(toml, 'lp')).toEqual([]);
});
