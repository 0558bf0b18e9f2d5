internal import Digests
internal import HTTPSemantics
public import Posix
public import Storage

extension ObjectMetadata {
  /// The facts of a file that has none of its own, because it came by another way than the object store: made up from
  /// its state. The tag has a hyphen: clients then do not take it for an MD5.
  /// - Parameter key: its ending tells the media type.
  public init(ofStranger status: FileStatus, key: [UInt8]) {
    let state = [status.inode, status.size, UInt64(bitPattern: status.modified.totalNanoseconds)]
    let digest = MD5.digest(
      of: state.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } })
    self.init(
      etag: Hexadecimal.encode(digest) + "-1", size: status.size, modified: status.modified,
      contentType: StrangerType.guess(key), owner: "")
  }
}

/// Media types of files that came without one, by their extension.
enum StrangerType {
  private static let types = [
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "txt": "text/plain", "csv": "text/csv", "json": "application/json", "pdf": "application/pdf",
    "zip": "application/zip", "mp4": "video/mp4", "mp3": "audio/mpeg",
  ]

  static func guess(_ key: [UInt8]) -> String {
    guard let dot = key.lastIndex(of: UInt8(ascii: ".")) else { return "application/octet-stream" }
    let ending = String(decoding: key[(dot + 1)...], as: UTF8.self).lowercased()
    return types[ending] ?? "application/octet-stream"
  }
}
