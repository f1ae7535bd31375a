/** A program cannot be made, and its message says all: whose it is to put right does not ask where it was thrown. */
export class Refusal extends Error {}
