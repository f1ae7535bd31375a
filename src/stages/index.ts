/** The stages of the field, from the teacher to the comparison of GD and SGD: "dln-lab/stages". */
export * as Parameter from "./Parameter.ts"
export * as Protocol from "./Protocol.ts"
export { columnNames } from "./columnNames.ts"
export { numberTex } from "./numberTex.ts"

// Teacher, start, training, checkpoints.
export * from "./training/Align.ts"
export * from "./training/AlignedStart.ts"
export * from "./training/BalancedStart.ts"
export * from "./training/Checkpoints.ts"
export * from "./training/Diverged.ts"
export * from "./training/GaussianStart.ts"
export * from "./training/Laziness.ts"
export * from "./training/LearntStart.ts"
export * from "./training/Plateaus.ts"
export * from "./training/Problem.ts"
export * from "./training/Segment.ts"
export * from "./training/Stability.ts"
export { train } from "./training/train.ts"

// Spectra and ranks of partial products; GD against SGD.
export * from "./ranks/Comparison.ts"
export * from "./ranks/Multiplicities.ts"
export * from "./ranks/Panels.ts"
export * from "./ranks/Patterns.ts"
export * from "./ranks/Ranks.ts"
export * from "./ranks/Spectra.ts"
export * from "./ranks/Transitions.ts"

// Which threshold makes a rank worth believing.
export * as Calibration from "./calibration/Calibration.ts"
export * from "./calibration/Admissible.ts"
export * from "./calibration/Conclusions.ts"
export * from "./calibration/DrawnRanks.ts"
export * from "./calibration/EpsilonPlateaus.ts"
export * from "./calibration/Harshness.ts"
export * from "./calibration/NoisySpectra.ts"
export * from "./calibration/Perturbation.ts"
export * from "./calibration/RankCourse.ts"
export * from "./calibration/RankGrowth.ts"
export * from "./calibration/RankSpread.ts"
export * from "./calibration/Recovery.ts"
export * from "./calibration/SampledSpectra.ts"

// Singular-value patterns.
export * from "./spectra/LogSpectra.ts"
export * from "./spectra/SpectralDistance.ts"
export * from "./spectra/SpectralMeans.ts"
export * from "./spectra/SpectralPanels.ts"

// Distances in parameter and function space.
export * from "./distance/DistanceCourse.ts"
export * from "./distance/DistanceMeans.ts"
export * from "./distance/ParameterDistance.ts"
export * from "./distance/SaddleNorms.ts"

// Balance of adjacent layers.
export * from "./balance/BalanceCourse.ts"
export * from "./balance/BalanceDrift.ts"
export * from "./balance/BalanceIdentity.ts"
export * from "./balance/BalanceMeans.ts"
export * from "./balance/DriftLaw.ts"

// Modes: how they decouple and are learnt.
export * from "./modes/DecouplingShares.ts"
export * from "./modes/ModeCoefficients.ts"
export * from "./modes/ModeMeans.ts"
export * from "./modes/ModePanels.ts"
export * from "./modes/ModeSeries.ts"
export * from "./modes/ModeTimes.ts"
export * from "./modes/NoiseFloors.ts"

// Gradient flow and its noise.
export * as GradientFlow from "./flow/GradientFlow.ts"
export * as ModeNetwork from "./flow/ModeNetwork.ts"
export * from "./flow/Collapse.ts"
export * from "./flow/DepartureOrder.ts"
export * from "./flow/DiffusionProfile.ts"
export * from "./flow/FlowCourse.ts"
export * from "./flow/FlowDeparture.ts"
export * from "./flow/HalfTimes.ts"
export * from "./flow/LearningDelay.ts"
export * from "./flow/ModeMoments.ts"
export * from "./flow/ModeNoise.ts"
export * from "./flow/ModeRuns.ts"
export * from "./flow/PassageTimes.ts"
export * from "./flow/SdeComparison.ts"
export * from "./flow/SdeHalfTimes.ts"
export * from "./flow/SdeRuns.ts"
export * from "./flow/StationaryLaw.ts"
export * from "./flow/StepNoise.ts"

// Whether SGD is on GD's path.
export * from "./path/EscapeDelays.ts"
export * from "./path/PathAnswers.ts"
export * from "./path/PathVerdicts.ts"

// Saddles, constructed and sampled.
export * from "./saddle/index.ts"
