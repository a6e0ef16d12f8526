/** The trees of the vendors' own pages, put together from where each model stands in them. */
import type { ListedModel } from '../../../sdk/index.ts';

export type Branch = {
  readonly name: string;
  /** From the top, as it stands in the address. */
  readonly path: string;
  readonly count: number;
  readonly branches: readonly Branch[];
};

/** The last part of a place is the model's own name there, so it is no branch. */
const branchesOf = (place: string) => place.split('/').slice(0, -1);
const deepest = 3;

export function buildTree(models: readonly ListedModel[]): readonly Branch[] {
  const places = models.flatMap(({ navigation }) => navigation.map((place) => branchesOf(place).slice(0, deepest)));
  return grow(places, []);
}

function grow(places: readonly (readonly string[])[], above: readonly string[]): readonly Branch[] {
  const depth = above.length;
  const groups = Map.groupBy(
    places.filter((place) => place.length > depth),
    (place) => place[depth] ?? '',
  );
  return [...groups]
    .map(([name, inside]): Branch => {
      const path = [...above, name];
      return { name, path: path.join('/'), count: inside.length, branches: grow(inside, path) };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

export function standsIn({ navigation }: ListedModel, path: string): boolean {
  return navigation.some((place) => place.startsWith(`${path}/`));
}

/** The maker of a model is the first part of its id. */
export function makerOf({ id }: Pick<ListedModel, 'id'>): string {
  return id.split('/')[0] ?? '';
}

/** The models around one: those of its place in the vendor's pages, else those of its maker. */
export function siblingsOf(models: readonly ListedModel[], id: string): readonly ListedModel[] {
  const model = models.find((one) => one.id === id);
  if (model === undefined) return [];
  const place = model.navigation[0];
  if (place === undefined) return models.filter((one) => makerOf(one) === makerOf(model));
  return models.filter((one) => standsIn(one, branchesOf(place).join('/')));
}

/** Where a model stands, for the line above its title. */
export function breadcrumbOf(model: Pick<ListedModel, 'id' | 'navigation'>): readonly Pick<Branch, 'name' | 'path'>[] {
  const place = model.navigation[0];
  if (place === undefined) return [];
  const names = branchesOf(place).slice(0, deepest);
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join('/') }));
}
