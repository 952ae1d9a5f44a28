import { readConfigIfValid } from '../config';
import { type NewRelicAgent, startNewRelicAgent } from './new-relic-agent';

/**
 * The agent, or null without a key: then it is not loaded at all. This happens while modules are
 * loaded: an operator who lets it instrument a package after all, by its own variables, needs it loaded
 * before that package. So main.ts imports this first; bad settings are main.ts's to report.
 */
export const newRelic: NewRelicAgent | null = start();

function start(): NewRelicAgent | null {
  const config = readConfigIfValid();
  if (!config?.NEW_RELIC_LICENSE_KEY) return null;
  return startNewRelicAgent({ ...config, NEW_RELIC_LICENSE_KEY: config.NEW_RELIC_LICENSE_KEY });
}
