/** What Vtrix's pages say of single models that its own clients or other pages contradict (vtrix.md 12). */

/** Parameters that a page marks as required, or an error code demands, and that are optional in truth: C3, C4, C16. */
export const literallyRequired: Readonly<Record<string, readonly string[]>> = {
  viduq2_reference2image: ['images'],
  viduq2_pro_reference: ['images', 'videos'],
  viduq2_reference2video: ['subjects'],
  viduq1_reference2video: ['subjects'],
  viduq2_pro_fast_reference2video: ['subjects'],
};

/** In the order of their numbers, from 1: some pages have the numbers and some the words, and both are taken (C6). */
export const markPositions = ['top_left', 'top_right', 'bottom_right', 'bottom_left'] as const;

/** Their `images` is one text on the page, and a list in the page's own words. */
export const bareMediaModels: ReadonlySet<string> = new Set(['vidu_template']);

/** Whose films with sound are not made off-peak, as the page of viduq2_pro_reference says; later models take both. */
export function isOffPeakSilent(name: string): boolean {
  return name.startsWith('viduq2_');
}

/** Their create call answers with the finished result (vtrix.md 3). */
export const synchronousModels: ReadonlySet<string> = new Set(['vidu-cn-audio-tts', 'vidu-cn-audio-clone']);

/** Their parameters have a `model` of their own, the maker's name of it. */
export function hasInnerModel(name: string): boolean {
  return name.startsWith('vidu-cn-');
}
