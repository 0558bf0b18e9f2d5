internal import Digests
internal import Storage

/// The bytes of a pack that is to be put, or of a blob of its own for a single object.
struct PackContent: BlobContent {
  /// An object with its content.
  struct Member: Sendable {
    var bucket: String
    var key: [UInt8]
    var metadata: ObjectMetadata
    var bytes: [UInt8]
  }

  /// The blob.
  let blob: NewBlob
  /// Of each object, the range of the blob that is its content.
  let slices: [BlobSlice]
  private let bytes: [UInt8]

  /// How many objects a directory names.
  let packed: Int?

  /// - Parameters:
  ///   - members: at least one.
  ///   - isAlone: whether it is a blob of its own.
  init(_ members: [Member], alone isAlone: Bool) {
    var (bytes, entries): ([UInt8], [Pack.Entry]) = (isAlone ? [] : Pack.signature, [])
    for member in members {
      var metadata = member.metadata
      metadata.size = UInt64(member.bytes.count)
      entries.append(
        Pack.Entry(
          bucket: member.bucket, key: member.key, metadata: metadata, start: UInt64(bytes.count), length: metadata.size)
      )
      bytes += member.bytes
    }
    let id = BlobID.fresh()
    slices = entries.map { $0.slice(of: id) }
    let end = UInt64(bytes.count)
    packed = isAlone ? nil : entries.count
    if isAlone {
      let entry = entries[0]
      blob = NewBlob(
        id, length: end, md5: entry.metadata.md5,
        metadata: BlobMetadata.object(entry.key, in: entry.bucket, entry.metadata))
    } else {
      bytes += Pack.directory(of: entries)
      blob = NewBlob(
        id, length: UInt64(bytes.count), md5: MD5.digest(of: bytes),
        metadata: BlobMetadata.pack(of: entries.count, directoryAt: end))
    }
    self.bytes = bytes
  }

  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    bytes.dropFirst(Int(offset)).prefix(limit)
  }
}
