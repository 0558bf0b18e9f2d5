internal import Digests
internal import HTTPSemantics
public import Posix
public import Storage

extension ObjectMetadata {
  /// The metadata of a file that has none of its own, because it came by another way than the object store: made up from
  /// its state. The tag has a hyphen: clients then do not take it for an MD5.
  /// - Parameter key: its ending tells the media type.
  public init(ofForeignFile status: FileStatus, key: [UInt8]) {
    let state = [status.inode, status.size, UInt64(bitPattern: status.modified.totalNanoseconds)]
    let digest = MD5.digest(
      of: state.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } })
    self.init(
      etag: Hexadecimal.encode(digest) + "-1", size: status.size, modified: status.modified,
      contentType: ForeignMediaTypes.system.mediaType(of: key), owner: "")
  }
}
