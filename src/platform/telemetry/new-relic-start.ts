import { readConfigIfValid } from '../config';
import { type NewRelicAgent, startNewRelicAgent } from './new-relic-agent';

/**
 * The agent, or null without a key or with bad settings, which main.ts reports. Without a key the
 * agent is not loaded. This module loads the agent when it is imported, and main.ts imports it
 * first: an operator may turn on instrumentation by the agent's own variables, and then the agent
 * must be loaded before the package that it instruments.
 */
export const newRelic: NewRelicAgent | null = start();

function start(): NewRelicAgent | null {
  const config = readConfigIfValid();
  if (!config?.NEW_RELIC_LICENSE_KEY) return null;
  return startNewRelicAgent({ ...config, NEW_RELIC_LICENSE_KEY: config.NEW_RELIC_LICENSE_KEY });
}
