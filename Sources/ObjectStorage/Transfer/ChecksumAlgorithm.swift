internal import S3Authentication

/// The algorithms as they are computed; documents only write their names.
typealias ChecksumAlgorithm = S3Authentication.ChecksumAlgorithm
