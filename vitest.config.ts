import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** Rooms of plain functions: their tests may follow one another in one process, which halves their time. */
const plain = ["test/{linalg,stats,dln,sde,stages,report}/**/*.test.ts"]
const slow = ["test/**/*.slow.test.ts"]

export default defineConfig({
  test: {
    // Every core; Vitest leaves one alone by itself.
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "plain", include: plain, exclude: slow, isolate: false } },
      { extends: true, test: { name: "apart", include: ["test/**/*.test.ts"], exclude: [...plain, ...slow] } },
      { extends: true, test: { name: "slow", include: slow } }
    ]
  }
})
