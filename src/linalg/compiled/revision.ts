/** Part of the name of a compiled kernel, so that one that was built for other results is not found. */
export const revision = 1
