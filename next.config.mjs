// The console's pages: built once by scripts/setup.mjs, served by our own server below /backups.
/** @type {import('next').NextConfig} */
export default {
  basePath: '/backups',
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // `tsc -p app` checks them, with the same rules as everything else.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'app/tsconfig.json' },
  // No picture comes from anywhere else.
  images: { unoptimized: true },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
  devIndicators: false,
  allowedDevOrigins: ['127.0.0.1'],
}
