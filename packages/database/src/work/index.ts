export { createJobStates, type JobState, type JobStates } from './job-states.ts';
export { createPlannedWorks, type PlannedWorks } from './planned-work.ts';
export { createWorkRuns } from './work-runs.ts';
