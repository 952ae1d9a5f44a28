export { until } from '../../scripts/local/poll';
