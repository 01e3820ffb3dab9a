// How backups are compressed.
import { type CompressionName, compressionNames, compressionTable, wishes } from '../compression-table.ts'
import { flag, group, oneOf, whole } from '../fields.ts'

/** What a storage or the default may name. */
export const compressionChoice = () => oneOf([...compressionNames, 'none'])

const algorithm = (name: CompressionName) => ({
  enabled: flag().optional(),
  compression_level: whole(compressionTable[name].min, compressionTable[name].max).optional(),
  speed_vs_size: oneOf(wishes).optional(),
})

export const compression = group({
  default_algorithm: compressionChoice().optional(),
  algorithms: group({
    gzip: group(algorithm('gzip')).optional(),
    bzip2: group(algorithm('bzip2')).optional(),
    xz: group(algorithm('xz')).optional(),
    '7z': group({ ...algorithm('7z'), encryption: flag().optional() }).optional(),
    zstd: group(algorithm('zstd')).optional(),
  }).optional(),
  thresholds: group({
    min_file_size_kb: whole(0, 16_384, 'KiB').optional(),
    compression_enabled: flag().optional(),
  }).optional(),
})
