internal import Posix

extension ContentVersion {
  /// Appends what tells a file with this content, and these permissions, from every other: also after a restart of the machine, when
  /// devices may have other numbers. Entity tags of archives are made of it, so that it stays as it is from one version of
  /// this program to the next.
  /// - Parameters:
  ///   - size: the length of the content.
  ///   - mode: type and permission bits, as others are shown them.
  public func appendFingerprint(size: UInt64, mode: UInt32, to bytes: inout [UInt8]) {
    switch self {
    case .file(let state):
      for number in [
        state.inode, state.size, UInt64(mode), UInt64(bitPattern: state.modified.totalNanoseconds),
        UInt64(bitPattern: (state.changed ?? state.modified).totalNanoseconds),
      ] {
        bytes.append(littleEndian: number)
      }
    case .blobs(let blobs):
      bytes.append(littleEndian: UInt64(blobs.count))
      for blob in blobs {
        bytes.append(littleEndian: UInt64(blob.utf8.count))
        bytes += blob.utf8
      }
      bytes.append(littleEndian: size)
      bytes.append(littleEndian: UInt64(mode))
    case .memory(let number):
      for number in [number, size, UInt64(mode)] { bytes.append(littleEndian: number) }
    }
  }

  /// The number of what has to be waited for when the content is read: contents with different ones do not hold each other
  /// up, and are best asked for separately.
  public var medium: UInt64 {
    if case .file(let state) = self { state.device } else { 0 }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }
}
