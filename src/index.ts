/** The public API of Proofstill. */

// answer
export type { Difference } from './answer/compare.ts';
export { differenceBetween, numberIn, numbersIn, sameAnswer } from './answer/compare.ts';
export { areEquivalent } from './answer/equivalent.ts';
export type { Expression } from './answer/expression.ts';
export { formOf, isComputed, literalsOf, symbolsOf } from './answer/expression.ts';
export type { Extracted, NoAnswer } from './answer/extract.ts';
export { extractAnswer, incompleteness, lastBox, lastFormula, traceOf } from './answer/extract.ts';
export type { RefusalReason } from './answer/limits.ts';
export { excerpt, LIMITS } from './answer/limits.ts';
export type { Numeric } from './answer/numeric.ts';
export { evaluateNumeric } from './answer/numeric.ts';
export { parseAnswer } from './answer/parse.ts';
export { countRealRoots, polynomialAt } from './answer/polynomial.ts';
export { Rational } from './answer/rational.ts';
export type { Assignment, Relation, TraceLine } from './answer/relation.ts';
export { readTrace } from './answer/relation.ts';
export type { Step, StepKind, Steps } from './answer/steps.ts';
export { numbersWritten, readSteps } from './answer/steps.ts';
export type { Scalar, Structure } from './answer/structure.ts';
export { isKnownUnit } from './answer/unit.ts';
export { calibratedAnswers } from './core/calibrated.ts';
// core
export { canonicalPrompt } from './core/canonical.ts';
export type { Decision, GateVerdict, RuleResult } from './core/decision.ts';
export { decisionSchema } from './core/decision.ts';
export { isProofstillError, messageOf, ProofstillError } from './core/errors.ts';
export { sha256 } from './core/hash.ts';
export type { GenerateOptions as ModelOptions, Model, ModelRequest, Output } from './core/output.ts';
export { partsOf } from './core/output.ts';
// records
export type { Candidate, DatasetRow, Evaluation, Measurement, Round, Scoreboard, Summary } from './core/records.ts';
export type { Problem, Sample, Split } from './core/sample.ts';
export type { Random } from './core/seed.ts';
export { randomStream } from './core/seed.ts';
export type { AttemptCounts, AttemptMetrics, MetricsAtK, OverSamples } from './core/statistics/attempts.ts';
export { attemptMetrics, majorityAtK, passAtK, passHatK } from './core/statistics/attempts.ts';
// statistics
export { clopperPearson } from './core/statistics/binomial.ts';
export type { Bootstrap, BootstrapOptions } from './core/statistics/bootstrap.ts';
export { clusterBootstrap } from './core/statistics/bootstrap.ts';
export { MeanBounds } from './core/statistics/bounded-mean.ts';
export { clusteredProportion, clusteredStandardError, standardError } from './core/statistics/clustered.ts';
export { differenceBounds, notWorseP, worseP } from './core/statistics/exact-difference.ts';
export { holm } from './core/statistics/holm.ts';
export type { KeptCounts, KeptPrecision } from './core/statistics/kept-precision.ts';
export { keptPrecision } from './core/statistics/kept-precision.ts';
export { mcnemarExact, mcnemarMidP } from './core/statistics/mcnemar.ts';
export type { DiscordantPairs } from './core/statistics/paired-difference.ts';
export { newcombeInterval, tangoInterval } from './core/statistics/paired-difference.ts';
export type { PowerOptions } from './core/statistics/power.ts';
export {
  detectableDifference,
  fewestPairsForMargin,
  pairsForDifference,
  pairsForMargin,
  samplesForFloor,
} from './core/statistics/power.ts';
export type { Interval, Proportion } from './core/statistics/proportion.ts';
export { proportion, wilson } from './core/statistics/proportion.ts';
export { measurementsFor, quantileLowerBound, quantileUpperBound } from './core/statistics/quantile-bounds.ts';
export type { SignFlip } from './core/statistics/sign-flip.ts';
export { signFlipTest } from './core/statistics/sign-flip.ts';
export type { Suite, SuiteDefinition } from './core/suite.ts';
export { defineSuite, drawProblem, isSuite, splitOfKey } from './core/suite.ts';
export type { Check, Policy, Score, Status, Verdict, Verifier, VerifyOptions } from './core/verdict.ts';
export { defineVerifier, statusOf, verdictOf } from './core/verdict.ts';
// model: reference, replay; evaluate, generate, curate, run
export type { Curated, CurateOptions } from './curate/curate.ts';
export { curate } from './curate/curate.ts';
export { readDataset, writeDataset } from './curate/dataset.ts';
export type { Contamination } from './curate/decontaminate.ts';
export { ContaminationIndex } from './curate/decontaminate.ts';
export type { MixOptions } from './curate/mix.ts';
export { generalRows, mix } from './curate/mix.ts';
export type { RowTokens, StudentForm } from './curate/student-form.ts';
export { studentForm } from './curate/student-form.ts';
// loop
export type { DistillEvent, DistillOptions } from './distill.ts';
export { distill } from './distill.ts';
export type { ReasonCount } from './evaluate/aggregate.ts';
export { reasons, scoreboard, scores } from './evaluate/aggregate.ts';
export { agreement, judgeDisagreements, pairedChange } from './evaluate/agreement.ts';
export type { EvaluateOptions } from './evaluate/evaluate.ts';
export { evaluate, evaluationKey } from './evaluate/evaluate.ts';
// rescore
export type { ChangedVerdict, Finding, RescoreOptions } from './evaluate/rescore.ts';
export { changedVerdicts, rescore } from './evaluate/rescore.ts';
// suites
export { readSamples } from './evaluate/samples.ts';
// stages on a student
export type { ExportedNetwork, ExportOptions } from './export/export.ts';
export { exportCheckpoint } from './export/export.ts';
export type { AllocateOptions } from './generate/allocate.ts';
export { allocate } from './generate/allocate.ts';
export type { DrawOptions } from './generate/draw.ts';
export { drawProblems } from './generate/draw.ts';
export type { General, GeneralOptions } from './generate/general.ts';
export { generalAnswers, readPrompts } from './generate/general.ts';
export type { Generated, GenerateOptions } from './generate/generate.ts';
export { generate } from './generate/generate.ts';
export type { NamedProblem, ProblemsOptions } from './generate/problems.ts';
export { problemsOf } from './generate/problems.ts';
export { instructed, templateFor } from './generate/template.ts';
export type { MeasureOptions } from './measure/measure.ts';
export { measure } from './measure/measure.ts';
// checkpoint
export type { Checkpoint, CheckpointContent } from './model/checkpoint.ts';
export { checkpointHash, readCheckpoint, writeCheckpoint } from './model/checkpoint.ts';
export { modelConformance } from './model/conformance.ts';
// endpoints
export { Budget } from './model/http/budget.ts';
export type { Checked } from './model/http/check.ts';
export { checkEndpoint } from './model/http/check.ts';
export type { HttpModelOptions } from './model/http/http.ts';
export { httpModel } from './model/http/http.ts';
export type { Prices } from './model/prices.ts';
export { pricesOf } from './model/prices.ts';
export { referenceModel } from './model/reference.ts';
export { replayModel } from './model/replay.ts';
export type { Student, StudentOptions } from './model/student.ts';
export { openStudent } from './model/student.ts';
export type { Tokenizer } from './model/tokenizer.ts';
export { openTokenizer } from './model/tokenizer.ts';
export { gateAnnotations } from './report/annotations.ts';
export { gateMarkdown } from './report/decision-markdown.ts';
export { gateTerminal } from './report/decision-terminal.ts';
// report
export type { ReportInput } from './report/input.ts';
export { junitReport } from './report/junit.ts';
export type { ReportForm } from './report/report.ts';
export { report } from './report/report.ts';
export type { ReportView } from './report/view.ts';
export { reportView } from './report/view.ts';
export type { Config, ConfigInput, ConfigSources, RecordedConfig } from './run/config.ts';
export { DEFAULTS, defineConfig, recordConfig, resolveConfig } from './run/config.ts';
export { findConfigFile } from './run/config-file.ts';
export type { RunFolder, RunRecord, RunSettings, RunState } from './run/folder.ts';
export { createRun, openRun, readRun } from './run/folder.ts';
export type { LineFile } from './run/lines.ts';
export { openLines, readLines } from './run/lines.ts';
export type { FileSuiteOptions } from './suite-file.ts';
export { suiteOfFile } from './suite-file.ts';
export { embeddedTrainer } from './train/embedded.ts';
export type { Recipe, Trained, Trainer, TrainOptions } from './train/trainer.ts';
// labelled tables
export type { LabelledRow } from './verify/labelled.ts';
export { outputOfText, readLabelled, sampleOfRow } from './verify/labelled.ts';
export { precisionByArea, selectionRates } from './verify/precision.ts';
export type { Disagreement, GradedRow, GradeOptions, Rates, VerdictLatency } from './verify/rates.ts';
export { disagreementsIn, gradeRows, latencyOf, ratesOf } from './verify/rates.ts';
// verify
export type { Inspected, InspectOptions, Judged, RejectOptions } from './verify/reject.ts';
export { inspect, reject } from './verify/reject.ts';
// sandbox
export type { SandboxIsolation } from './verify/sandbox/isolation.ts';
export { requireSandboxIsolation, sandboxIsolation } from './verify/sandbox/isolation.ts';
export type { Sandbox, SandboxOptions } from './verify/sandbox/pool.ts';
export { openSandbox } from './verify/sandbox/pool.ts';
export type { CallEnded, CompileEnded, InSandbox, MatchEnded, QueryEnded } from './verify/sandbox/sandbox.ts';
export {
  callInSandbox,
  compileInSandbox,
  isFunctionName,
  matchInSandbox,
  queryInSandbox,
} from './verify/sandbox/sandbox.ts';
export type { SelectOptions } from './verify/select.ts';
export { select } from './verify/select.ts';
export type { Rejection, Reviewed, SettleOptions } from './verify/settle.ts';
export { ALL_STAGES, settle, settleEach } from './verify/settle.ts';
export type { Funnel, FunnelRow } from './verify/tally.ts';
export { funnel, funnelRows } from './verify/tally.ts';
export { verifyOutput } from './verify/verify.ts';
