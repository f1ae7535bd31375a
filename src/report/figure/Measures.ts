/** Sizes of type and lengths in points (1/72 inch): what a journal prints at column width without scaling. */

export const pageWidth = { single: 234, double: 486 }

/** Sizes of type. */
export const type = { title: 9, letter: 10, label: 8, strip: 8, tick: 7, legend: 7.5, cell: 7, note: 6.5 }

/** Distance between the baselines of two lines, in ems. */
export const leading = 1.2

export const tick = 2.5
export const minorTick = 1.5
/** Between a tick and its label, and between labels and the axis' title. */
export const gap = 2.5
export const titleGap = 4
/** Between two panels, and between two plots, besides what their labels need. */
export const panelGap = 8
export const plotGap = 16
/** Around the whole figure. */
export const margin = 3

export const hairline = 0.5
export const ink = "currentColor"
export const quiet = "#8c8c8c"
