/// The buckets that there are, and what is set for each.
public protocol BucketCatalog: Sendable {
  /// The names of all buckets, in the order of their bytes.
  nonisolated(nonsending) func bucketNames() async throws(StorageError) -> [String]

  /// What is set for each bucket, by its name. One that is damaged keeps no other from being listed; what the storage lacks
  /// at the moment says nothing of any, and is thrown.
  nonisolated(nonsending) func configurations() async throws(StorageError) -> [String: BucketConfiguration]

  /// What is set for a bucket.
  /// - Throws: `noSuchBucket`.
  nonisolated(nonsending) func configuration(of bucket: String) async throws(StorageError) -> BucketConfiguration

  /// Makes a bucket.
  /// - Throws: `bucketExists`.
  nonisolated(nonsending) func createBucket(
    _ name: String, _ configuration: BucketConfiguration
  ) async throws(StorageError)

  /// Removes an empty bucket, and gives up the multipart uploads that are under way in it.
  /// - Throws: `noSuchBucket`, `bucketNotEmpty`, `notAllowed`.
  nonisolated(nonsending) func deleteBucket(_ name: String) async throws(StorageError)

  /// Changes what is set for a bucket.
  /// - Throws: `noSuchBucket`, `notAllowed`.
  nonisolated(nonsending) func configure(_ bucket: String, _ change: BucketChange) async throws(StorageError)

  /// How much a bucket holds. It may count all objects: not for every request.
  /// - Throws: `noSuchBucket`.
  nonisolated(nonsending) func totals(of bucket: String) async throws(StorageError) -> BucketTotals
}

extension BucketCatalog {
  /// Asks for one after the other.
  public nonisolated(nonsending) func configurations() async throws(StorageError) -> [String: BucketConfiguration] {
    var found: [String: BucketConfiguration] = [:]
    for name in try await bucketNames() {
      do throws(StorageError) { found[name] = try await configuration(of: name) } catch {
        guard !error.isOfStorage || error.isAboutOneFile else { throw error }
      }
    }
    return found
  }
}

/// A change of what is set for a bucket.
public enum BucketChange: Equatable, Sendable {
  /// Its access control list, as it is stored.
  case accessControlList(String)
  /// A document of a kind, such as `policy`; nil removes it.
  case document(String, String?)

  /// The configuration after the change.
  public func applied(to configuration: BucketConfiguration) -> BucketConfiguration {
    var configuration = configuration
    switch self {
    case .accessControlList(let list): configuration.acl = list
    case .document(let kind, let text): configuration.documents[kind] = text
    }
    return configuration
  }
}
