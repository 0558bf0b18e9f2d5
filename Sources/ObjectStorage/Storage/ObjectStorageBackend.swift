public import Storage

/// What the object store needs of a storage to serve all of the S3 API.
public typealias ObjectStorageBackend = ObjectStore & MultipartStore & BucketCatalog
