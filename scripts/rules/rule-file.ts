import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type RuleSet, ruleSet } from '../../src/throttle/rules/rule-schema';
import { UserError } from '../command/user-error';

const MISTAKES_SHOWN = 5;

/**
 * @throws UserError that names the file and the mistakes in it; the system's error when it cannot be
 * read
 */
export function readRuleFile(file: string): RuleSet {
  const text = readFileSync(file, 'utf8');
  return parseRules(parseJson(text, file), file);
}

/** @throws UserError of one line: each mistake with the place where it is */
export function parseRules(input: unknown, what: string): RuleSet {
  const result = ruleSet.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap(mistakesOf);
  const more = mistakes.length - MISTAKES_SHOWN;
  const shown = mistakes.slice(0, MISTAKES_SHOWN).join('; ');
  throw new UserError(`${what} is invalid: ${shown}${more > 0 ? `; and ${more} more` : ''}`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
}

function mistakesOf(issue: z.core.$ZodIssue): string[] {
  const place = z.core.toDotPath(issue.path) || 'the rules';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${place}: there is no "${key}"`);
    case 'invalid_type':
      return issue.input === undefined
        ? [`${place} is missing`]
        : [`${place} must be ${NAMES[issue.expected] ?? issue.expected}`];
    case 'invalid_value':
      return [`${place} must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`];
    case 'too_small':
      return [`${place} must be at least ${issue.minimum}`];
    case 'too_big':
      return [`${place} must be at most ${issue.maximum}`];
    default:
      return [`${place} ${issue.message}`];
  }
}

const NAMES: Record<string, string> = {
  array: 'a list',
  object: 'an object',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};
