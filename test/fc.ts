/**
 * fast-check with one stream of cases for every test, so that a test that passes always passes. `DLN_SEED=2 npm test`
 * tries other cases.
 */
import * as fc from "fast-check"

fc.configureGlobal({ seed: Number(process.env["DLN_SEED"] ?? 1) })

export * from "fast-check"
