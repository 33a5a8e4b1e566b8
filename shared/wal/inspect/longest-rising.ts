/** Positions of the longest row of numbers that rise from each to the next, in the order in which they stand. */
export function longestRising(numbers: readonly number[]): number[] {
  /** Where the row of each length ends that ends lowest. */
  const ends: number[] = [];
  const previous: number[] = [];
  numbers.forEach((number, position) => {
    const length = lowerBound(ends, (end) => (numbers[end] ?? 0) < number);
    previous.push(ends[length - 1] ?? -1);
    ends[length] = position;
  });
  const row: number[] = [];
  for (let position = ends.at(-1) ?? -1; position >= 0; position = previous[position] ?? -1) row.push(position);
  return row.reverse();
}

/** How many of the first elements pass a test that none passes behind one that does not. */
function lowerBound(elements: readonly number[], passes: (element: number) => boolean): number {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = elements[middle];
    if (element !== undefined && passes(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}
