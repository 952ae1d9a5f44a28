/**
 * A Terraform provider with a schema and nothing else (README.md). That is enough for `validate` and
 * for `terraform test` with mocked providers: Terraform reads the schema and computes the rest
 * itself. The provider refuses every call that would need a cloud.
 *
 *     node schema-provider.mts schemas/aws.json
 *
 * It speaks plugin protocol 5 over gRPC on loopback. Terraform starts it, reads one line from its
 * standard output (protocol and address), and ends it through GRPCController.Shutdown. It uses no
 * TLS, so Terraform needs TF_DISABLE_PLUGIN_TLS=1.
 */
import { readFileSync } from 'node:fs';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Block, Type } from './cdktf-bindings.mts';

interface Schemas {
  provider: Block;
  resources: Record<string, Block>;
  data: Record<string, Block>;
}
type Answer = (error: { code: number; details: string } | null, response?: object) => void;

// go-plugin prints such a line in place of its handshake when a user starts it.
if (process.env.TF_PLUGIN_MAGIC_COOKIE === undefined) {
  console.error(
    'This is a Terraform provider; terraform starts it (test/terraform/terraform-checkout.ts).',
  );
  process.exit(1);
}

const schemas = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Schemas;
const protocol = loadPackageDefinition(
  loadSync(['tfplugin5.proto', 'plugin.proto'], {
    includeDirs: [import.meta.dirname],
    keepCase: true,
  }),
) as unknown as Record<'tfplugin5' | 'plugin', Record<string, { service: ServiceDefinition }>>;

const server = new Server();
server.addService(protocol.tfplugin5.Provider!.service, {
  GetSchema: unary(() => ({
    provider: toSchema(schemas.provider),
    resource_schemas: toSchemas(schemas.resources),
    data_source_schemas: toSchemas(schemas.data),
    // Terraform may keep the schemas, and not request them from the next process.
    server_capabilities: { get_provider_schema_optional: true },
  })),
  PrepareProviderConfig: unary(({ config }) => ({ prepared_config: config })),
  // Terraform has checked the schema's demands; a real provider would check values here.
  ValidateResourceTypeConfig: unary(() => ({})),
  ValidateDataSourceConfig: unary(() => ({})),
  UpgradeResourceState: unary(({ raw_state }) => ({
    upgraded_state: { json: (raw_state as { json: Buffer }).json },
  })),
  Stop: unary(() => ({})),
  ...Object.fromEntries(
    [
      'Configure',
      'ReadResource',
      'PlanResourceChange',
      'ApplyResourceChange',
      'ImportResourceState',
      'ReadDataSource',
    ].map((method) => [method, refuse(method)]),
  ),
});
server.addService(protocol.plugin.GRPCController!.service, {
  Shutdown: (_call: unknown, answer: Answer) => {
    answer(null, {});
    server.tryShutdown(() => process.exit(0));
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`1|5|tcp|127.0.0.1:${port}|grpc\n`);
});

function unary(respond: (request: Record<string, unknown>) => object) {
  return ({ request }: { request: Record<string, unknown> }, answer: Answer) =>
    answer(null, respond(request));
}

function refuse(method: string) {
  return (_call: unknown, answer: Answer) =>
    answer({
      code: status.UNIMPLEMENTED,
      details: `${method}: this provider holds schemas only; mock it in the test`,
    });
}

function toSchemas(blocks: Record<string, Block>): object {
  return Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, toSchema(block)]));
}

function toSchema(block: Block): object {
  return { version: 0, block: toBlock(block) };
}

function toBlock({ attributes, blocks = {} }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, [flags, type]]) => ({
      name,
      type: Buffer.from(JSON.stringify(type satisfies Type)),
      required: flags.includes('r'),
      optional: flags.includes('o'),
      computed: flags.includes('c'),
      write_only: flags.includes('w'),
    })),
    block_types: Object.entries(blocks).map(([type_name, { nesting, min, max, block }]) => ({
      type_name,
      nesting: nesting.toUpperCase(),
      // A single block has no count; Terraform refuses limits on one.
      ...(nesting === 'single' ? {} : { min_items: min, max_items: max }),
      block: toBlock(block),
    })),
  };
}
