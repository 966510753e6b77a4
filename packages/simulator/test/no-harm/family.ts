import type { Dice } from '@breakwater/simulator';
import type { Shape } from './shape.js';

/** A kind of failure: parameters, and the shape that they make. */
export interface Family {
  readonly name: string;
  readonly about: string;
  /** The shapes of all combinations of the parameters' own values. */
  shapes(): Shape[];
  /** A shape with parameters drawn from their whole ranges. */
  sample(dice: Dice): Shape;
}

/** A parameter: a few values that are always tried, and the range that samples are drawn from. */
export type Parameter = NumberParameter | WordParameter;

interface NumberParameter {
  readonly values: readonly number[];
  /** Samples are even on a logarithmic scale. @default the least and the largest value */
  readonly range?: readonly [number, number] | undefined;
  readonly integer?: boolean | undefined;
}

interface WordParameter {
  readonly words: readonly string[];
}

type Values<P extends Readonly<Record<string, Parameter>>> = {
  readonly [K in keyof P]: P[K] extends { readonly words: readonly (infer W)[] } ? W : number;
};

/** Makes a family. `build` gets one value for each parameter. */
export function family<const P extends Readonly<Record<string, Parameter>>>(
  name: string,
  about: string,
  parameters: P,
  build: (values: Values<P>) => Omit<Shape, 'name'>,
): Family {
  const shapeOf = (values: Readonly<Record<string, number | string>>): Shape => ({
    name: Object.entries(values)
      .map(([parameter, value]) => `${parameter} ${shown(value)}`)
      .join(', '),
    ...build(values as Values<P>),
  });
  return {
    name,
    about,
    shapes: () => combinations(Object.entries(parameters)).map((entries) => shapeOf(Object.fromEntries(entries))),
    sample: (dice) =>
      shapeOf(Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, drawn(parameter, dice)]))),
  };
}

function combinations(parameters: readonly [string, Parameter][]): [string, number | string][][] {
  return parameters.reduce<[string, number | string][][]>(
    (all, [name, parameter]) => {
      const values = 'words' in parameter ? parameter.words : parameter.values;
      return all.flatMap((some) => values.map((value): [string, number | string][] => [...some, [name, value]]));
    },
    [[]],
  );
}

function drawn(parameter: Parameter, dice: Dice): number | string {
  if ('words' in parameter) return parameter.words[Math.floor(dice.next() * parameter.words.length)] as string;
  const { values, integer = false } = parameter;
  const [from, to] = parameter.range ?? [Math.min(...values), Math.max(...values)];
  const value = from * (to / from) ** dice.next();
  return integer ? Math.round(value) : Number(value.toPrecision(3));
}

function shown(value: number | string): string {
  return typeof value === 'string' ? value : String(Number(value.toPrecision(4)));
}
