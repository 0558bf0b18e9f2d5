internal import Posix
internal import Storage

extension ChecksumMemory {
  /// The checksums that are remembered, each at the place of its version; nil for the others.
  func checksums(ofVersions versions: [ContentVersion]) -> [UInt32?] {
    let identities = versions.map { FileIdentity($0) }
    var remembered = checksums(of: identities.compactMap { $0 })[...]
    return identities.map { $0 == nil ? nil : remembered.popFirst() ?? nil }
  }

  /// Remembers checksums, but for those of files that had changed just before.
  /// - Parameter start: when the reading of the files began.
  func remember(versions checksums: [(version: ContentVersion, crc32: UInt32)], readSince start: Timestamp) {
    let known = checksums.compactMap { item in
      FileIdentity(item.version).map { (identity: $0, crc32: item.crc32) }
    }
    remember(known, readSince: start)
  }
}

extension FileIdentity {
  /// The file of a version; nil for versions of other storages, and where changes of attributes do not count.
  init?(_ version: ContentVersion) {
    guard case .file(let state) = version, let changed = state.changed else { return nil }
    self.init(
      device: state.device, inode: state.inode, size: state.size, modified: state.modified, changed: changed)
  }
}
