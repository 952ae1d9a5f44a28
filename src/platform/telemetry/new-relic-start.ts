import { readConfigIfValid } from '../config';
import { type NewRelicAgent, startNewRelicAgent } from './new-relic-agent';

/**
 * The agent, or null without a key: then it is not loaded at all. This happens while modules are loaded, because the agent must come
 * before the modules that it watches: main.ts imports this first. Bad settings are main.ts's to report.
 */
export const newRelic: NewRelicAgent | null = start();

function start(): NewRelicAgent | null {
  const config = readConfigIfValid();
  if (!config?.NEW_RELIC_LICENSE_KEY) return null;
  return startNewRelicAgent({ ...config, NEW_RELIC_LICENSE_KEY: config.NEW_RELIC_LICENSE_KEY });
}
