internal import Posix

/// That little is left of a file system.
struct SpaceWarning: Sendable, Equatable {
  /// What is nearly used up.
  enum Resource: String, Sendable, Hashable {
    case space, inodes
  }

  let resource: Resource
  /// How much of it is used, in percent.
  let used: Int

  /// From here on it is worth a warning, in percent.
  static let threshold = 90

  /// The warnings of this moment; none where the file system cannot be asked.
  static func all(ofPath path: String) -> [SpaceWarning] {
    guard let space = try? FileSystemSpace(ofPath: path) else { return [] }
    return all(space)
  }

  static func all(_ space: FileSystemSpace) -> [SpaceWarning] {
    [
      warning(.space, total: space.totalBytes, available: space.availableBytes),
      warning(.inodes, total: space.totalInodes, available: space.availableInodes),
    ].compactMap(\.self)
  }

  private static func warning(_ resource: Resource, total: UInt64, available: UInt64) -> SpaceWarning? {
    guard total > 0, available <= total else { return nil }
    let used = Int(100 - (Double(available) / Double(total) * 100).rounded(.up))
    return used >= threshold ? SpaceWarning(resource: resource, used: used) : nil
  }

  /// One line for the operator.
  func text(ofPath path: String) -> String {
    "\(used) % of the \(resource.rawValue) of the file system of \(path) is used; make room before uploads are refused "
      + "(507 storage-full)"
  }
}
