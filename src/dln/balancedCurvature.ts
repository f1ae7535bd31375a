// The largest curvature of the loss at the balanced minimum: L s_1^(2−2/L) λ_max(Σ_xx), s_1 of the target. Exact for
// whitened, isotropic and aligned inputs, else from above. GD settles there with learning rates below 2 over it.
import { power } from "../linalg/elementary.ts"
import * as Kernel from "../linalg/Kernel.ts"
import type { Statistics } from "../linalg/Training.ts"

export const balancedCurvature = (depth: number, { target, xx }: Statistics): number =>
  depth * power(Kernel.singularValues(target)[0]!, 2 - 2 / depth) * Kernel.singularValues(xx)[0]!
