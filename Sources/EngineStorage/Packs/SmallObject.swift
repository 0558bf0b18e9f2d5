internal import Digests
internal import HTTPSemantics
internal import Posix
internal import Storage

/// A small object whose bytes are all here, and that is to be put.
struct SmallObject: Sendable {
  /// The most bytes of one: to put them takes an engine hardly longer than to take the request.
  static let limit: UInt64 = 65_536
  /// The most bytes of a record of metadata in a directory. It is read with those of others.
  static let longestRecord = 8_192

  let bucket: String
  let key: [UInt8]
  let metadata: ObjectMetadata
  /// Nil of an empty object.
  private let bytes: SpooledBytes?

  /// - Parameter pieces: the content.
  /// - Returns: nil for a content that is longer, or that the engine has a part of, and for one that may be refused.
  init?(
    _ key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, if precondition: Precondition,
    _ pieces: [EngineContent.Piece]
  ) {
    // What may be refused is to stand in no directory; what has no MD5 could not be moved.
    guard precondition == .none, metadata.md5 != nil, metadata.record.utf8.count <= Self.longestRecord else {
      return nil
    }
    switch pieces.count {
    case 0: bytes = nil
    case 1:
      guard case .spooled(let spooled) = pieces[0], spooled.size <= Self.limit else { return nil }
      bytes = spooled
    default: return nil
    }
    self.bucket = bucket
    self.key = key
    self.metadata = metadata
  }

  /// The object with its bytes, as they go into a pack.
  nonisolated(nonsending) func member() async throws(StorageError) -> PackContent.Member {
    var content: [UInt8] = []
    do throws(BlobError) {
      while let bytes, case let rest = Int(bytes.size) - content.count, rest > 0 {
        let part = try await bytes.bytes(at: UInt64(content.count), upTo: rest)
        guard !part.isEmpty else { throw .content(.versionChanged) }
        content += part
      }
    } catch { throw StorageError(error) }
    // What is read here is put under the MD5 of all that are put with it.
    guard metadata.md5 == MD5.digest(of: content) else {
      throw .io(.inputOutput, context: "the MD5 of a content that was copied or spooled is another by now")
    }
    return PackContent.Member(bucket: bucket, key: key, metadata: metadata, bytes: content)
  }
}
